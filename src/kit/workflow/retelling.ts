import { workflowInfo } from '@temporalio/workflow';
import type { InputOf } from '../contract/activity.ts';
import { openRun, recordStart } from '../contract/run.ts';
import type { Ended } from '../contract/updates.ts';
import { call } from './call.ts';

/** What the inbox is told of a run that did not come through it. */
export type Start = InputOf<typeof recordStart>;

/** What the runs before this one did. A first run has nothing to be told again. */
export interface Past {
  /** The number of this run. */
  readonly run: number;
  /** The fate that a scheduled run has already; null: it is to come to one. */
  readonly ended: Ended<unknown> | null;
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

export const NO_PAST: Past = { run: 1, ended: null, back: null, settled: new Set(), ahead: new Set() };

/**
 * A redriven run begins with an empty undo stack, and only its story can fill it: undos take what the forward steps
 * took. So it is told again through every recorded outcome, those undone since among them, before it may end. What has
 * made itself known with `start` may be one: the inbox says which it is.
 */
export async function pastOf(run: number, start?: Start): Promise<Past> {
  if (start) await call(recordStart, start);
  const { back, settled, inDoubt, known } = await call(openRun, { workflowId: workflowInfo().workflowId, run });
  // Who walks back does not finish what may be under way: its undo settles that.
  const ahead = new Set(back === null ? [...settled, ...inDoubt] : settled);
  return { ...((start && known) ?? { run, ended: null }), back, settled: new Set(settled), ahead };
}
