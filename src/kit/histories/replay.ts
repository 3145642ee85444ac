import { DefaultLogger, Runtime, Worker, type InjectedSinks, type ReplayResult } from '@temporalio/worker';
import { bundleWorkflows } from '../worker/bundle.ts';
import { dataConverter, type Keyring } from '../worker/codec.ts';
import type { CallSinks } from '../workflow/tell-calls.ts';
import { readPayload, type SavedEvent, type SavedHistory } from './saved.ts';

/** Where a replay goes another way than the history; `event` is null where it cannot be told. */
export interface Difference {
  readonly event: number | null;
  readonly type: string | null;
  readonly message: string;
}

interface Call {
  readonly activity: string;
  readonly key: string;
}
interface Stream {
  play(saved: SavedHistory): Promise<Difference | undefined>;
  close(): Promise<unknown>;
}

/** Replays histories, one after the other, against workflows as they are here. Each bundle is made once. */
export class Replayer {
  readonly #workflows: URL;
  readonly #ring: Keyring | undefined;
  /** Of sealed and of clear histories: their bundles differ. */
  readonly #streams = new Map<boolean, Stream>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(workflows: URL, ring?: Keyring) {
    this.#workflows = workflows;
    this.#ring = ring;
  }

  /** The first difference, if there is one. Whoever calls it while another is replayed waits. */
  replay(saved: SavedHistory): Promise<Difference | undefined> {
    // Nothing was told yet, and the core would wait for the first task for ever.
    if (!saved.events.some(({ kind }) => kind === 'workflowTaskScheduled')) return Promise.resolve(undefined);
    const replayed = this.#last.then(async () => {
      const sealed = saved.sealedUnder !== undefined;
      const stream = this.#streams.get(sealed) ?? (await this.#open(sealed));
      this.#streams.set(sealed, stream);
      return stream.play(saved).catch((error: Error) => {
        this.#streams.delete(sealed); // it ends with a history that it cannot read
        return at(undefined, `the history cannot be read (${error.name})`); // its message holds the event
      });
    });
    this.#last = replayed.catch(() => undefined);
    return replayed;
  }

  async close(): Promise<void> {
    for (const stream of this.#streams.values()) await stream.close();
  }

  /** One worker replays many histories: three times as fast as a worker each (measured: 40 against 138 ms an order). */
  async #open(sealed: boolean): Promise<Stream> {
    installQuietRuntime();
    const calls = new Map<string, Call>();
    const sinks: InjectedSinks<CallSinks> = {
      calls: {
        scheduled: {
          fn: (_info, seq, activity, key) => void calls.set(String(seq), { activity, key }),
          callDuringReplay: true,
        },
      },
    };
    const next: { workflowId: string; history: unknown }[] = [];
    const results = Worker.runReplayHistories(
      {
        workflowBundle: await bundleWorkflows(this.#workflows, { sealed, replay: true }),
        dataConverter: dataConverter(this.#ring, sealed),
        replayName: 'evenkeel',
        sinks,
      },
      (function* () {
        for (;;) yield next.shift()!;
      })(),
    );
    return {
      play: async (saved) => {
        calls.clear();
        next.push({ workflowId: saved.workflowId, history: saved.json });
        const { value } = (await results.next()) as { value: ReplayResult };
        return differenceOf(value.error, saved.events, calls, this.#ring);
      },
      close: async () => results.return?.(),
    };
  }
}

/** What differs is told by `Difference`, in fewer words. A process that runs workers has its runtime already. */
function installQuietRuntime(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => undefined),
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
    });
  } catch {
    // It is not ours to change.
  }
}

/**
 * Calls first: by their numbers they name the event, and the core, whose structure the SDK gives as text, often does not.
 */
function differenceOf(
  error: Error | undefined,
  events: readonly SavedEvent[],
  calls: ReadonlyMap<string, Call>,
  ring: Keyring | undefined,
): Difference | undefined {
  for (const event of events.filter(({ kind }) => kind === 'activityTaskScheduled')) {
    const { activityId = '', activityType } = event.attributes;
    const call = calls.get(activityId);
    const key = readPayload(event.summary, ring);
    if (!call) continue;
    if (call.activity !== activityType?.name)
      return at(event, `the history calls ${activityType?.name}, the story now ${call.activity}`);
    if (typeof key === 'string' && call.key !== key)
      return at(event, `${call.activity} had the key ${key}, and now has ${call.key}`);
  }
  if (!error) return undefined;
  const text = /Failure \{ message: "((?:[^"\\]|\\.)*)"/.exec(error.message)?.[1] ?? error.message;
  const id = /HistoryEvent\(id: (\d+)/.exec(error.message)?.[1];
  return at(
    events.find((event) => event.id === id),
    text.replace(/^\[TMPRL\d+\] /, ''),
  );
}

const at = (event: SavedEvent | undefined, message: string): Difference => ({
  event: event ? Number(event.id) : null,
  type: event?.type ?? null,
  message,
});
