import type { RunFate } from '../../../src/kit/contract/updates.ts';
import { OUTCOME, type Named, type Plan } from './plan.ts';

/** Where a step ends: at the far side, undone there, or it never was there. */
export type Final = 'stands' | 'undone' | 'never';

/** One way in which a story may end. */
export interface End {
  readonly fates: readonly RunFate[];
  readonly reasons: readonly (string | null)[];
  readonly steps: Readonly<Record<string, readonly Final[]>>;
}

/**
 * The reference: how a story may end. There is one end where nothing races; a cancellation from outside, a run that is
 * told again under the same keys, and steps at the same moment make more.
 */
export function expected({ stages, outcome, happenings }: Plan): End[] {
  const named = stages.flatMap(({ steps }, stage) => steps.map((each) => ({ ...each, stage })));
  const pivot = stages.some((stage) => stage.pivot) ? stages.findIndex((stage) => stage.pivot) : Infinity;
  /** Past the pivot a refusal is retried until it is done; before it, it stays. */
  const done = ({ does, stage }: Named & { stage: number }): boolean => does.says !== 'no' || stage > pivot;
  const refusal = Math.min(...named.filter((each) => !done(each) && !each.caught).map(({ stage }) => stage));

  const forward: End = {
    fates: ['completed'],
    reasons: [null],
    steps: Object.fromEntries(named.map((each) => [each.name, [done(each) ? 'stands' : 'never']])),
  };
  /** Back from a stage: all before it was done; what began in it may have been. */
  const back = (from: number, ...reasons: string[]): End => {
    const left = (each: Named): boolean => each.undo.says === 'no' && each.person === 'skip';
    const sure = named.some((each) => each.stage < from && done(each) && !left(each));
    const perhaps = named.some((each) => each.stage <= from && done(each));
    return {
      fates: sure ? ['compensated'] : perhaps ? ['compensated', 'refused'] : ['refused'],
      reasons,
      steps: Object.fromEntries(
        named.map((each) => {
          const undone: Final[] = left(each) ? ['undone', 'stands'] : ['undone'];
          if (!done(each) || each.stage > from) return [each.name, ['never']];
          return [each.name, each.stage < from ? undone : [...undone, 'never']];
        }),
      ),
    };
  };
  const again = happenings.some(({ what }) => what === 'terminated and redriven' || what === 'reset');
  const burned = again ? ['Burned'] : [];
  const natural =
    refusal < Infinity ? back(refusal, 'No', ...burned) : outcome ? back(stages.length, OUTCOME, ...burned) : forward;

  const last = Math.min(refusal, stages.length - 1, pivot - 1);
  const ends = [natural];
  for (const { what, when, name } of happenings) {
    const step = named.find((each) => each.name === name)!;
    const never = when === 'is undone' || (when === 'is done' && !done(step));
    if (!what.startsWith('cancelled') || never || step.stage > last) continue;
    // Told again, it may be taken earlier, or be forgotten; Temporal's own is asked for and not waited for.
    const sure = what === 'cancelled by a person' && !again;
    for (let stage = again ? 0 : step.stage; stage <= (sure ? step.stage : last); stage++)
      ends.push(back(stage, 'Cancelled', 'No', OUTCOME, ...burned));
    if (sure && step.stage < refusal) ends.splice(ends.indexOf(natural), ends.includes(natural) ? 1 : 0);
  }
  return ends;
}
