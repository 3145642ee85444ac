import { recordCancel } from '../../../src/kit/contract/run.ts';
import { resetRun } from '../../support/temporal.ts';
import { ended, type Standing } from '../bring.ts';
import type { End } from '../courses/course.ts';
import type { Family } from '../family.ts';
import type { Score } from '../score.ts';
import type { Stage } from '../stage.ts';
import { atItsEnd, type Stand } from '../stands.ts';
import { goOn, whileStanding } from './while-standing.ts';

/** Resets the run to before its first call of this activity; gives what the new run ends with. */
async function reset(stage: Stage, { run, stand }: Standing): Promise<{ result(): Promise<unknown> }> {
  const { pipeline } = run.course;
  const handle = await stage.handle(pipeline, run.workflowId);
  return resetRun(await stage.services.client(pipeline), handle, stand.contract.name);
}

const BURNED: End = { fate: 'compensated', reason: 'Burned' };
/** Reset to before a cancellation that has burned something already, it comes to that before it is cancelled again. */
const orBurned = (stand: Stand): Stand => (stand.contract === recordCancel ? { ...stand, or: [BURNED] } : stand);

export const resetUnderway = (stands: readonly Stand[]): Family =>
  whileStanding(
    'reset-underway',
    'the run is reset to before a step while an attempt at it stands at the barrier: that attempt and the new run’s are twins',
    stands.map(orBurned),
    async (stage, held) => {
      await Promise.all(held.standing.map((each) => reset(stage, each)));
      return goOn(held);
    },
  );

export const resetOpen = (stands: readonly Stand[]): Family =>
  whileStanding(
    'reset-open',
    'a run that has still to record its fate is reset to before each of its steps; the attempt of the run that was, wakes when the new one has ended',
    atItsEnd(stands).map(orBurned),
    async (stage, held, score) => {
      await Promise.all(held.standing.map((each) => reset(stage, each)));
      await ended(stage, held.standing, score);
      return goOn(held);
    },
  );

export const resetEnded = (stands: readonly Stand[]): Family =>
  whileStanding(
    'reset-ended',
    'a run that has ended is reset to before each of its steps: it makes nothing new, and comes to the fate that was told',
    atItsEnd(stands).map(orBurned),
    async (stage, held, score) => {
      goOn(held);
      await ended(stage, held.standing, score);
      await Promise.all(held.standing.map((each) => again(stage, each, score)));
      return held.worker;
    },
  );

async function again(stage: Stage, each: Standing, score: Score): Promise<void> {
  const first = await (await stage.handle(each.run.course.pipeline, each.run.workflowId)).result();
  const second = await (await reset(stage, each)).result();
  if (JSON.stringify(second) !== JSON.stringify(first)) score.wrong(each.id, 'after the reset it came to another fate');
}
