import type { Config } from '../config.ts';
import { ConfigError } from '../config.ts';
import type { Json } from '../kit/contract/outcome.ts';
import { dataConverter } from '../kit/worker/codec.ts';
import { keyringOf } from '../services.ts';
import { InputError } from './errors.ts';

/** A history as `save-history` writes it: protobuf JSON. */
export interface SavedHistory {
  readonly workflowId: string;
  /** The id of the key that it is sealed under; undefined: it is in clear. */
  readonly sealedUnder: string | undefined;
  readonly events: readonly Event[];
  readonly history: Json;
}
interface Event {
  readonly eventId?: string | number;
  readonly eventType?: string;
  readonly activityTaskScheduledEventAttributes?: { readonly activityType?: { readonly name?: string } };
  readonly workflowExecutionStartedEventAttributes?: {
    readonly workflowId?: string;
    readonly workflowType?: { readonly name?: string };
    readonly input?: { readonly payloads?: readonly { readonly metadata?: Readonly<Record<string, string>> }[] };
  };
}

const SEALED = Buffer.from('binary/encrypted').toString('base64');

export function historyOf(file: string, history: Json): SavedHistory {
  const { events } = (history ?? {}) as { events?: readonly Event[] };
  const started = Array.isArray(events)
    ? (events[0] as Event | undefined)?.workflowExecutionStartedEventAttributes
    : undefined;
  if (!events || !started?.workflowType?.name) throw new InputError(`${file} is not the history of a run`);
  const { encoding, ['key-id']: keyId = '' } = started.input?.payloads?.[0]?.metadata ?? {};
  return {
    workflowId: started.workflowId ?? file,
    sealedUnder: encoding === SEALED ? Buffer.from(keyId, 'base64').toString() : undefined,
    events,
    history,
  };
}

/** Where a replay goes another way than the history; `event` is null where the code fails otherwise. */
export interface Difference {
  readonly event: number | null;
  readonly type: string | null;
  readonly message: string;
}

/** Replays one history after another against the workflows of this checkout, each bundle made once. */
export async function replayer(config: Config): Promise<(saved: SavedHistory) => Promise<Difference | undefined>> {
  // Loaded here: the worker's native library is no burden to the other commands.
  const [{ DefaultLogger, Runtime, Worker }, { bundleWorkflows }] = await Promise.all([
    import('@temporalio/worker'),
    import('../kit/worker/bundle.ts'),
  ]);
  try {
    // What differs is told below, in fewer words.
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => undefined),
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
    });
  } catch {
    // A process that runs workers has its runtime already.
  }
  const workflows = new URL(`../workflows/index${import.meta.url.slice(-3)}`, import.meta.url);
  const ring = keyringOf(config);
  const bundles = new Map<boolean, ReturnType<typeof bundleWorkflows>>();
  return async ({ sealedUnder, history, workflowId, events }) => {
    const sealed = sealedUnder !== undefined;
    if (sealed && !ring?.keys.has(sealedUnder))
      throw new ConfigError(`EVENKEEL_PAYLOAD_KEYS: ${workflowId} is sealed under ${sealedUnder}, which is not there`);
    const bundle = bundles.get(sealed) ?? bundleWorkflows(workflows, { sealed });
    bundles.set(sealed, bundle);
    try {
      await Worker.runReplayHistory(
        { workflowBundle: await bundle, dataConverter: dataConverter(ring, sealed), replayName: 'evenkeel' },
        history,
        workflowId,
      );
      return undefined;
    } catch (error) {
      return differenceOf(error as Error, events);
    }
  };
}

/** The SDK gives its core's structure as text. Where that names no event, the only one of the named activity is meant. */
function differenceOf({ message }: Error, events: readonly Event[]): Difference {
  const inner = /Failure \{ message: "((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message;
  const id = /HistoryEvent\(id: (\d+)/.exec(message)?.[1];
  const activity = /scheduled event '([^']+)'/.exec(inner)?.[1];
  const candidates = events.filter(({ eventId, activityTaskScheduledEventAttributes: scheduled }) =>
    id === undefined ? activity !== undefined && scheduled?.activityType?.name === activity : String(eventId) === id,
  );
  const [event] = candidates.length === 1 ? candidates : [];
  return {
    event: event ? Number(event.eventId) : null,
    type: event?.eventType ?? null,
    message: inner.replace(/^\[TMPRL\d+\] /, ''),
  };
}
