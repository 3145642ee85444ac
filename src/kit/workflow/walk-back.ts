import type { Duration } from '@temporalio/common';
import { sleep, TemporalFailure } from '@temporalio/workflow';
import type { Activity, Undo } from '../contract/activity.ts';
import { FAILURE } from '../contract/outcome.ts';
import { call, failureType } from './call.ts';
import type { Desk } from './decisions.ts';
import type { Tracker } from './progress.ts';

/** The undo stack is data. */
export interface Begun {
  readonly forward: Activity;
  readonly undo: Undo;
  readonly input: unknown;
}

/** How long an undo may go without an answer before the older ones begin, and people see that it waits. */
export const UNDO_PATIENCE = '1 minute';

/** Undoes what was begun, newest first. A stuck undo waits for a person and does not hold up the older ones. */
export async function walkBack(
  begun: readonly Begun[],
  progress: Tracker,
  desk: Desk,
  patience: Duration,
): Promise<boolean> {
  const walked: Promise<boolean>[] = [];
  for (const each of begun.toReversed()) {
    let goOn = (): void => undefined;
    const stuck = new Promise<void>((resolve) => (goOn = resolve));
    const undone = undoUntilSettled(each, progress, desk, patience, goOn);
    walked.push(undone);
    await Promise.race([undone, stuck]);
  }
  return (await Promise.all(walked)).includes(true);
}

async function undoUntilSettled(
  { forward, undo, input }: Begun,
  progress: Tracker,
  desk: Desk,
  patience: Duration,
  onStuck: () => void,
): Promise<boolean> {
  const key = undo.key(input);
  let undoing = true;
  // An outage of the other side is no reason to keep everything older waiting too, nor to be quiet about it.
  void sleep(patience).then(() => {
    if (!undoing) return;
    progress.stage(undo.name, key, 'stuck', 'NoAnswer');
    onStuck();
  });
  for (;;) {
    progress.stage(undo.name, key, 'undoing');
    try {
      const { undone } = await call(undo, input);
      undoing = false;
      progress.stage(undo.name, key, undone ? 'undone' : 'nothing to undo');
      return undone;
    } catch (error) {
      if (!(error instanceof TemporalFailure)) throw error;
      const type = failureType(error);
      undoing = false;
      if (type === FAILURE.ended) return false; // the fate is known, and was told
      progress.stage(undo.name, key, 'stuck', type);
      onStuck();
      const conflict = type === FAILURE.conflict;
      const { action } = await desk.resolved(undo, key, forward.key(input), conflict);
      if (conflict && action !== 'retry') {
        const undone = action === 'complete';
        progress.stage(undo.name, key, undone ? 'undone' : 'nothing to undo');
        return undone;
      }
    }
  }
}
