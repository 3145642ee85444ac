import { workflowInfo } from '@temporalio/workflow';
import { openRun } from '../contract/run.ts';
import { call } from './call.ts';

/** What the runs before a redriven one did. A first run has nothing to be told again. */
export interface Past {
  /** Why the run walks back as soon as it has come to everything that is recorded; null: it goes on. */
  readonly back: 'Cancelled' | 'Burned' | null;
  /** Keys that have an outcome. */
  readonly settled: ReadonlySet<string>;
  /** Keys that it has still to come to. Until none is left nobody can cancel it: it may be past its pivot. */
  readonly ahead: Set<string>;
}

/** The number of this run: a redrive starts the next. */
export function runNumber(): number {
  const run = workflowInfo().memo?.['run'];
  return typeof run === 'number' ? run : 1;
}

export const NO_PAST: Past = { back: null, settled: new Set(), ahead: new Set() };

/**
 * A redriven run begins with an empty undo stack, and only its story can fill it: undos take what the forward steps
 * took. So it is told again through every recorded outcome, those undone since among them, before it may end.
 */
export async function pastOf(run: number): Promise<Past> {
  const { back, settled, inDoubt } = await call(openRun, { workflowId: workflowInfo().workflowId, run });
  // Who walks back does not finish what may be under way: its undo settles that.
  return { back, settled: new Set(settled), ahead: new Set(back === null ? [...settled, ...inDoubt] : settled) };
}
