import { recordCancel, recordFate } from '../../../src/kit/contract/run.ts';
import { resetRun } from '../../support/temporal.ts';
import { ended, type Standing } from '../bring.ts';
import type { End } from '../courses/course.ts';
import type { Family } from '../family.ts';
import type { Score } from '../score.ts';
import type { Stage } from '../stage.ts';
import type { Stand } from '../stands.ts';
import { whileStanding, type Hurt } from './while-standing.ts';

/** Resets the run to before its first call of this activity; gives what the new run ends with. */
async function reset(stage: Stage, { run }: Standing, activity: string): Promise<{ result(): Promise<unknown> }> {
  const { pipeline } = run.course;
  const handle = await stage.handle(pipeline, run.workflowId);
  return resetRun(await stage.services.client(pipeline), handle, activity);
}

const BURNED: End = { fate: 'compensated', reason: 'Burned' };
/** Reset to before a cancellation that has burned something already, it comes to that before it is cancelled again. */
const orBurned = (stand: Stand): Stand => (stand.contract === recordCancel ? { ...stand, or: [BURNED] } : stand);

export const resetUnderway = (stands: readonly Stand[]): Family => {
  const activityOf = new Map(stands.map(({ id, contract }) => [`reset-underway/${id}`, contract.name]));
  return whileStanding(
    'reset-underway',
    'the run is reset to before a step while an attempt at it stands at the barrier: that attempt and the new run’s are twins',
    stands.map(orBurned),
    async (stage, { worker, standing }) => {
      await Promise.all(standing.map((each) => reset(stage, each, activityOf.get(each.id)!)));
      for (const { stop } of standing) worker.go(stop);
      return worker;
    },
  );
};

/** Every step of every course, in a run that stands before its last one. */
const atItsEnd = (
  name: string,
  breaks: string,
  stands: readonly Stand[],
  hurt: (steps: ReadonlyMap<string, string>) => Hurt,
): Family => {
  const steps = new Map(stands.map((stand) => [stand.step, stand]));
  const last = [...steps.values()]
    .map(orBurned)
    .map((stand): Stand => ({ ...stand, id: stand.step, contract: recordFate, at: 'received' }));
  const activities = new Map([...steps].map(([step, { contract }]) => [`${name}/${step}`, contract.name]));
  return whileStanding(name, breaks, last, hurt(activities));
};

export const resetOpen = (stands: readonly Stand[]): Family =>
  atItsEnd(
    'reset-open',
    'a run that has still to record its fate is reset to before each of its steps; the attempt of the run that was, wakes when the new one has ended',
    stands,
    (activities) =>
      async (stage, { worker, standing }, score) => {
        await Promise.all(standing.map((each) => reset(stage, each, activities.get(each.id)!)));
        await ended(stage, standing, score);
        for (const { stop } of standing) worker.go(stop);
        return worker;
      },
  );

export const resetEnded = (stands: readonly Stand[]): Family =>
  atItsEnd(
    'reset-ended',
    'a run that has ended is reset to before each of its steps: it makes nothing new, and comes to the fate that was told',
    stands,
    (activities) =>
      async (stage, { worker, standing }, score) => {
        for (const { stop } of standing) worker.go(stop);
        await ended(stage, standing, score);
        await Promise.all(standing.map((each) => again(stage, each, activities.get(each.id)!, score)));
        return worker;
      },
  );

async function again(stage: Stage, each: Standing, activity: string, score: Score): Promise<void> {
  const first = await (await stage.handle(each.run.course.pipeline, each.run.workflowId)).result();
  const second = await (await reset(stage, each, activity)).result();
  if (JSON.stringify(second) !== JSON.stringify(first)) score.wrong(each.id, 'after the reset it came to another fate');
}
