import type { AttemptProcess } from '../attempt-process.ts';
import { barriersOf, inDoubtAt, visibleFrom } from '../points.ts';
import { each, heldAtAll, somethingToUndo, type Held } from './held.ts';
import { happenedOnce, inDoubt, undone } from './verdict.ts';
import type { Exam, Round } from './exam.ts';

/** Killed at each barrier, all at once, and tried again in another process; what is killed on its way forward, also undone. */
export async function killed(exams: readonly Exam[], victim: AttemptProcess): Promise<void> {
  const held = await heldAtAll(exams, victim, 'killed');
  await victim.kill();
  await each(held, async (round, one) => {
    one.exam.killed++;
    if (one.toUndo) return thenUndone(round, one);
    one.exam.reached.add(one.point);
    return triedAgain(round, one);
  });
}

async function triedAgain(round: Round, { exam, intention, point }: Held): Promise<void> {
  const { contract, forward, undoes } = exam;
  const points = barriersOf(contract);
  const visible = !contract.reads && points.indexOf(point) >= points.indexOf(visibleFrom(contract)) ? 1 : 0;
  const before = await exam.allEffects(intention);
  round.expect('effects before the next attempt', before[contract.name], visible);
  const came = await exam.persist(intention);
  if (inDoubtAt(contract, point))
    return inDoubt(exam, round, intention, came, before, undoes ? [`applied ${forward.name}`] : []);
  return happenedOnce(exam, round, intention, [came, await exam.attempt(intention)]);
}

async function thenUndone(round: Round, { exam, intention, point }: Held): Promise<void> {
  const before = await exam.allEffects(intention);
  const came = await exam.persist(intention);
  if (inDoubtAt(exam.forward, point)) return inDoubt(exam, round, intention, came, before, []);
  return undone(exam, round, intention, came, somethingToUndo(exam, before));
}
