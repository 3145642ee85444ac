import { ConfigError } from '../../config.ts';
import type { Activity } from '../../kit/contract/activity.ts';
import { readPayload, type Payloads, type SavedEvent, type SavedHistory } from '../../kit/histories/saved.ts';
import type { Keyring } from '../../kit/worker/codec.ts';
import { InputError } from '../errors.ts';

/** One call of an activity. Numbers are ids of events. */
export interface Call {
  readonly activity: Activity;
  readonly input: unknown;
  readonly key: string;
  /** The completed workflow task that made it: what a reset goes back to, to make it anew. */
  readonly task: number;
  readonly ended: {
    readonly at: number;
    /** Undefined: it completed. Else the type of what it failed with; timed out and cancelled have none of their own. */
    readonly failure: string | undefined;
    readonly result: unknown;
  } | null;
}

/** A decision of a person that was taken. */
export interface Decided {
  readonly at: number;
  readonly id: string;
  readonly name: string;
  readonly actor: string;
  readonly reason: string;
}

/** A run as its history tells it. */
export interface Told {
  readonly calls: readonly Call[];
  readonly decisions: readonly Decided[];
  /** Where a cancellation was asked for from outside, as from the Web UI. */
  readonly cancelRequests: readonly number[];
}

export function tell(
  { events }: SavedHistory,
  contractOf: (activity: string) => Activity | undefined,
  ring: Keyring | undefined,
): Told {
  const read = (payloads: Payloads | undefined): unknown => readPayload(payloads?.payloads?.[0], ring);
  const ends = new Map(
    events.filter(({ kind }) => END.test(kind)).map((event) => [event.attributes.scheduledEventId, event]),
  );
  const calls: Call[] = [];
  const decisions = new Map<string, Decided>();
  const cancelRequests: number[] = [];
  for (const { id: eventId, kind, attributes } of events) {
    const at = Number(eventId);
    if (kind === 'workflowExecutionCancelRequested') cancelRequests.push(at);
    // Admitted: re-applied by a reset that there was before.
    const { meta, input: decision } = attributes.request ?? attributes.acceptedRequest ?? {};
    if (meta?.updateId !== undefined) {
      const { actor = '', reason = '' } = (read(decision?.args) ?? {}) as Partial<Decided>;
      const id = meta.updateId;
      decisions.set(id, { at, id, name: decision?.name ?? '', actor, reason });
    }
    if (kind !== 'activityTaskScheduled') continue;
    const name = attributes.activityType?.name ?? '';
    const activity = contractOf(name);
    if (!activity) throw new InputError(`event ${at} calls ${name}, which this version does not know`);
    const input = read(attributes.input);
    if (input === undefined) throw new ConfigError(`EVENKEEL_PAYLOAD_KEYS: none of them opens event ${at}`);
    const end = ends.get(eventId);
    calls.push({
      activity,
      input,
      key: activity.key(input),
      task: Number(attributes.workflowTaskCompletedEventId),
      ended: end ? { at: Number(end.id), failure: failureOf(end), result: read(end.attributes.result) } : null,
    });
  }
  return { calls, decisions: [...decisions.values()], cancelRequests };
}

const END = /^activityTask(Completed|Failed|TimedOut|Canceled)$/;

const failureOf = ({ kind, attributes }: SavedEvent): string | undefined =>
  kind === 'activityTaskCompleted' ? undefined : (attributes.failure?.applicationFailureInfo?.type ?? '');
