import { isDeepStrictEqual } from 'node:util';
import { FAILURE } from '../../contract/outcome.ts';
import { short, type Came } from '../attempt.ts';
import { show, type AttemptProcess } from '../attempt-process.ts';
import { barriersOf, inDoubtAt } from '../points.ts';
import { each, heldAtAll, somethingToUndo, type Held } from './held.ts';
import { happenedOnce, inDoubt, undone } from './verdict.ts';
import type { Effects, Exam, Round } from './exam.ts';

/** What happened while it slept. */
interface Meanwhile {
  readonly before: Effects;
  /** What its successor, or its undo, came to. */
  readonly came: Came;
  readonly effects: Effects;
}

/** Frozen at each barrier, tried again or undone meanwhile, and woken: it changes nothing any more. */
export async function frozen(exams: readonly Exam[], sleeper: AttemptProcess): Promise<void> {
  const held = await heldAtAll(exams, sleeper, 'frozen');
  sleeper.stop();
  const meanwhile = await each(held, async (_round, { exam, intention }): Promise<Meanwhile> => {
    exam.frozen++;
    const before = await exam.allEffects(intention);
    const came = await exam.persist(intention);
    return { before, came, effects: await exam.allEffects(intention) };
  });
  sleeper.cont();
  await each(held, async (round, one, n) => {
    one.begun.go(one.point);
    const woken = await one.begun.answer();
    const slept = meanwhile[n];
    if (slept) await wakened(round, one, slept, woken);
  });
}

async function wakened(
  round: Round,
  { exam, intention, point, toUndo }: Held,
  { before, came, effects }: Meanwhile,
  woken: Came,
): Promise<void> {
  if (inDoubtAt(toUndo ? exam.forward : exam.contract, point)) {
    // What it was about to commit went with its session.
    if (point === 'settled') return inDoubt(exam, round, intention, came, effects, [`applied ${exam.forward.name}`]);
    // Else it tells, and is believed.
    round.expect('while it sleeps, the answer is', short(came), 'InDoubt');
    if ('failure' in woken) round.fault(`woken, it came to ${show(woken)}`);
    return happenedOnce(exam, round, intention, [await exam.attempt(intention)]);
  }
  round.expect('effects after it woke', await exam.allEffects(intention), effects);
  if (toUndo) {
    const points = barriersOf(exam.forward);
    const committed = points.indexOf(point) >= points.indexOf('committed');
    round.expect('woken, it answers with a result', 'value' in woken, committed);
    return undone(exam, round, intention, came, somethingToUndo(exam, before));
  }
  // Its session is over, or its successor was quicker: unknown to it, so it would try again, and learn.
  const learns = 'failure' in woken && (woken.failure === FAILURE.unexpected || exam.isRetry(woken));
  if (!learns && !isDeepStrictEqual(woken, came)) round.fault(`woken, it came to ${show(woken)}`);
  return happenedOnce(exam, round, intention, [came, await exam.attempt(intention)]);
}
