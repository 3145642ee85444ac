import { setTimeout as sleep } from 'node:timers/promises';
import { namesOfOpen } from '../../../src/dev/demo/watch.ts';
import { StackError } from '../../../src/dev/stack-error.ts';
import type { Database } from '../../../src/kit/effects/database.ts';

const LOOK_MS = 200;
/** With anything that does not come: longer than the longest pause between two attempts (30 s), an outage and a worker's start. */
const PATIENCE_MS = 180_000;

/** Does it again until it succeeds, through outages that were meant to be. It must bear being done twice. */
export async function patiently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(LOOK_MS, undefined, { signal })) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (Date.now() > end) throw error;
    }
  }
}

/** How far the runs are, looked at in the database. The plan's places are counted in it. */
export class Progress {
  readonly #watcher: Database;
  /** Runs that have their fate. */
  ended = 0;

  constructor(watcher: Database) {
    this.#watcher = watcher;
  }

  /** Looks until `runs` have ended; gives up when nothing moves any more, and names those that are open. */
  async watch(signal: AbortSignal, runs: number, onLook: () => void): Promise<void> {
    for (let movedAt = Date.now(); this.ended < runs; await sleep(LOOK_MS, undefined, { signal })) {
      const [now] = await patiently(signal, () =>
        this.#watcher.query<{ n: number }>(`select count(*)::int as n from kit.inbox where state = 'ended'`),
      );
      if (now!.n !== this.ended) movedAt = Date.now();
      this.ended = now!.n;
      onLook();
      if (Date.now() - movedAt > PATIENCE_MS) throw new StackError(await namesOfOpen(this.#watcher, PATIENCE_MS));
    }
  }

  /** Resolves when `look` finds what it looks for. */
  async until(signal: AbortSignal, look: () => boolean | Promise<boolean>, everyMs = LOOK_MS): Promise<void> {
    while (!(await patiently(signal, async () => look()))) await sleep(everyMs, undefined, { signal });
  }

  /** Resolves when so many effects of a run are settled, or it has ended. */
  untilEffects(signal: AbortSignal, workflowId: string, effects: number): Promise<void> {
    const settled = async (): Promise<boolean> => {
      const [row] = await this.#watcher.query<{ far: boolean }>(
        `select (select count(*) from kit.effects where workflow_id = $1 and state <> 'intended') >= $2
             or exists (select from kit.inbox where workflow_id = $1 and state = 'ended') as far`,
        [workflowId, effects],
      );
      return row!.far;
    };
    return this.until(signal, settled, 50);
  }
}
