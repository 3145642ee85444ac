import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../domain/random.ts';
import type { Tx } from '../../kit/effects/database.ts';
import type { Services } from '../../services.ts';
import { StackError } from '../stack-error.ts';

/** How far all runs are: those with a fate, and the effects that are settled. */
export interface Progress {
  readonly ended: number;
  readonly settled: number;
}

const LOOK_MS = 200;
/** Without any progress: longer than the longest pause between two attempts (30 s) and a worker's start together. */
export const PATIENCE_MS = 120_000;
const NAMED = 10;

/** Shares of the work at which the worker is killed: spread over it, the first at a fifth or soon after. */
export function killPoints(seed: number, kills: number): number[] {
  const random = seededRandom(seed);
  const step = 0.75 / kills;
  return Array.from({ length: kills }, (_, n) => 0.2 + step * (n + 0.2 * random()));
}

/** Resolves when every run has its fate; calls `kill` as the work passes each point, measured in effects settled. */
export async function watchRuns(
  database: Tx,
  expected: { runs: number; effects: number },
  { points, kill }: { points: readonly number[]; kill: (openRuns: number) => Promise<void> },
  onProgress: (progress: Progress) => void,
  { signal, patienceMs = PATIENCE_MS }: { signal: AbortSignal; patienceMs?: number },
): Promise<void> {
  const ahead = [...points];
  let last = { ended: 0, settled: 0 };
  let movedAt = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const [now] = await database.query<Progress>(
      `select (select count(*)::int from kit.inbox where state = 'ended') as ended,
              (select count(*)::int from kit.effects where state <> 'intended') as settled`,
    );
    if (now!.ended !== last.ended || now!.settled !== last.settled) movedAt = Date.now();
    last = now!;
    onProgress(last);
    if (last.ended >= expected.runs) return;
    if (last.settled >= (ahead[0] ?? Infinity) * expected.effects) {
      ahead.shift();
      await kill(expected.runs - last.ended);
      movedAt = Date.now();
    } else if (Date.now() - movedAt > patienceMs) {
      throw new StackError(await namesOfOpen(database, patienceMs));
    } else {
      await sleep(LOOK_MS);
    }
  }
}

/** Says that nothing moves, and which runs are open. */
export async function namesOfOpen(database: Tx, patienceMs: number): Promise<string> {
  const open = await database.query<{ workflow_id: string }>(
    `select workflow_id from kit.inbox where state <> 'ended' order by workflow_id`,
  );
  const names = open.slice(0, NAMED).map(({ workflow_id }) => workflow_id);
  const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : '';
  return `Nothing has moved for ${patienceMs / 1000} s and ${open.length} runs are open: ${names.join(', ')}${more}.`;
}

/** A run's fate is recorded a moment before Temporal has it closed. */
export async function untilClosed(services: Services, signal: AbortSignal): Promise<void> {
  const client = await services.client();
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(LOOK_MS)) {
    signal.throwIfAborted();
    if ((await client.workflow.count(`ExecutionStatus = 'Running'`)).count === 0) return;
  }
}
