import type { Json } from '../contract/outcome.ts';
import type { RunFate } from '../contract/updates.ts';
import { openPayload, type Keyring } from '../worker/codec.ts';

/** A payload as protobuf JSON has it: bytes in base64. */
export interface SavedPayload {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}
export interface Payloads {
  readonly payloads?: readonly SavedPayload[];
}
interface SavedUpdate {
  readonly meta?: { readonly updateId?: string };
  readonly input?: { readonly name?: string; readonly args?: Payloads };
}
interface SavedFailure {
  readonly applicationFailureInfo?: { readonly type?: string };
  readonly [info: string]: unknown;
}

/** What is read of an event's attributes, those of all kinds together. */
export interface Attributes {
  readonly acceptedEventId?: string;
  readonly acceptedRequest?: SavedUpdate;
  readonly activityId?: string;
  readonly activityType?: { readonly name?: string };
  readonly attempt?: number;
  readonly cause?: string;
  readonly continuedExecutionRunId?: string;
  readonly details?: Readonly<Record<string, Payloads>>;
  readonly failure?: SavedFailure;
  readonly input?: Payloads;
  readonly lastFailure?: SavedFailure;
  readonly markerName?: string;
  readonly originalExecutionRunId?: string;
  readonly outcome?: { readonly failure?: SavedFailure };
  readonly request?: SavedUpdate;
  readonly result?: Payloads;
  readonly scheduledEventId?: string;
  readonly searchAttributes?: { readonly indexedFields?: Readonly<Record<string, SavedPayload>> };
  readonly signalName?: string;
  readonly startToFireTimeout?: string;
  readonly startedEventId?: string;
  readonly workerVersion?: { readonly buildId?: string };
  readonly workflowId?: string;
  readonly workflowTaskCompletedEventId?: string;
  readonly workflowType?: { readonly name?: string };
}

export interface SavedEvent {
  readonly id: string;
  /** `EVENT_TYPE_ACTIVITY_TASK_SCHEDULED` */
  readonly type: string;
  /** The name of its attributes: `activityTaskScheduled`. */
  readonly kind: string;
  /** ISO 8601. */
  readonly at: string;
  readonly attributes: Attributes;
  readonly summary: SavedPayload | undefined;
}

/** A history as `save-history` writes it, or as Temporal's Web UI and command line give it: protobuf JSON. */
export interface SavedHistory {
  readonly workflow: string;
  readonly workflowId: string;
  /** The id of the key that it is sealed under; undefined: it is in clear. */
  readonly sealedUnder: string | undefined;
  readonly events: readonly SavedEvent[];
  readonly json: Json;
}

const ENCRYPTED = Buffer.from('binary/encrypted').toString('base64');
const KIND = /^(.*)EventAttributes$/;

/** Reads the history of a run; undefined when this is none. */
export function parseHistory(text: string): SavedHistory | undefined {
  try {
    return savedHistory(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

export function savedHistory(json: Json): SavedHistory | undefined {
  const { events: raw } = (json ?? {}) as { events?: unknown };
  if (!Array.isArray(raw)) return undefined;
  const events = (raw as Record<string, unknown>[]).map(eventOf);
  const [first] = events;
  if (first?.kind !== 'workflowExecutionStarted') return undefined;
  const { workflowType, workflowId = 'unknown', originalExecutionRunId, input } = first.attributes;
  const workflow = workflowType?.name;
  if (workflow === undefined || originalExecutionRunId === undefined) return undefined; // no replay without
  const { encoding, ['key-id']: keyId = '' } = input?.payloads?.[0]?.metadata ?? {};
  const sealedUnder = encoding === ENCRYPTED ? Buffer.from(keyId, 'base64').toString() : undefined;
  return { workflow, workflowId, sealedUnder, events, json };
}

function eventOf(raw: Record<string, unknown> | null): SavedEvent {
  const name = Object.keys(raw ?? {}).find((field) => KIND.test(field)) ?? '';
  const { eventId, eventType, eventTime, userMetadata } = (raw ?? {}) as {
    eventId?: string | number;
    eventType?: string;
    eventTime?: string;
    userMetadata?: { summary?: SavedPayload };
  };
  return {
    id: String(eventId),
    type: eventType ?? '',
    kind: KIND.exec(name)?.[1] ?? '',
    at: eventTime ?? '',
    attributes: raw?.[name] ?? {},
    summary: userMetadata?.summary,
  };
}

/** What a payload holds; undefined when it is no JSON, or sealed under a key that is not at hand. */
export function readPayload(payload: SavedPayload | undefined, ring: Keyring | undefined): Json | undefined {
  if (!payload) return undefined;
  const bytes = {
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    ),
    data: Buffer.from(payload.data ?? '', 'base64'),
  };
  try {
    const { data } = ring ? openPayload(ring, bytes) : bytes;
    return JSON.parse(Buffer.from(data ?? []).toString()) as Json;
  } catch {
    return undefined;
  }
}

/** How the run ended, by its search attribute: that is in clear of a sealed run too. */
export function fateOf({ events }: SavedHistory): RunFate | undefined {
  const told = events.flatMap(({ attributes }) => attributes.searchAttributes?.indexedFields?.['EvenkeelFate'] ?? []);
  return readPayload(told.at(-1), undefined) as RunFate | undefined;
}
