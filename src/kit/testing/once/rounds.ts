import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../contract/outcome.ts';
import { short } from '../attempt.ts';
import { barriersOf } from '../points.ts';
import { audited } from './audit.ts';
import { happenedOnce, undone } from './verdict.ts';
import type { Exam, Intention } from './exam.ts';

/** So many times one after the other. */
export const inARow = (exam: Exam, times: number): Promise<void> =>
  exam.round(`${times} times in a row`, async (round) => {
    const intention = await exam.ready(round, 'row');
    const cames = [await exam.attempt(intention)];
    round.expect('it passes', exam.passed(intention), barriersOf(exam.contract));
    round.expect('effects of the first', await exam.effects(intention), exam.contract.reads ? 0 : 1);
    while (cames.length < times) cames.push(await exam.attempt(intention));
    await happenedOnce(exam, round, intention, cames);
  });

/** Another payload under the same key is another intention, and does nothing. */
export const anotherPayload = (exam: Exam): Promise<void> =>
  exam.round('another payload under the same key', async (round) => {
    const { contract, forward, undoes } = exam;
    if (contract.reads) return; // it records nothing
    const intention = await exam.ready(round, 'other');
    const other = otherThan(exam, intention);
    if (!undoes) await exam.attempt(intention);
    const before = await exam.effects(intention);
    round.expect('comes to', short(await exam.attempt(other)), 'KeyConflict');
    round.expect('effects after it', await exam.effects(intention), before);
    if (undoes) round.expect(`${forward.name} still stands`, 'value' in (await exam.attempt(intention, forward)), true);
    await happenedOnce(exam, round, intention, [await exam.attempt(intention)]);
  });

function otherThan({ contract, forward, subject }: Exam, { id, input }: Intention): Intention {
  const other = subject.other?.(input) ?? { ...(input as object), evenkeel: 'another payload' };
  if (!contract.input.safeParse(other).success)
    throw new Error('its schema lets no further field pass: give `other`, the same key with another payload');
  if (contract.key(other) !== contract.key(input) || forward.key(other) !== forward.key(input))
    throw new Error('`other` has another key');
  if (isDeepStrictEqual(other, input)) throw new Error('`other` gave the same payload');
  return { id, input: other as Json };
}

/** A refusal is an outcome: it is replayed, and nothing has happened. */
export const refused = (exam: Exam, times: number): Promise<unknown> =>
  Promise.all(
    Object.entries(exam.subject.refused ?? {}).map(([type, make]) =>
      exam.round(`refused as ${type}`, async (round) => {
        const { contract, forward, undoes } = exam;
        const what = `refused-${type}`;
        const intention = undoes ? await exam.ready(round, what) : await exam.intend(what, make);
        if (undoes) await make(intention.input, exam.opened.means);
        for (let n = 1; n <= times; n++) round.expect(`attempt ${n}`, short(await exam.attempt(intention)), type);
        round.expect('effects', await exam.effects(intention), 0);
        if (undoes)
          round.expect(`${forward.name} still stands`, 'value' in (await exam.attempt(intention, forward)), true);
        await audited(exam, round, intention, [
          ...(undoes ? [`applied ${forward.name}`] : []),
          `refused ${contract.name}`,
        ]);
      }),
    ),
  );

/** An undo that comes before what it undoes, or instead of it. */
export const neverCame = (exam: Exam): Promise<void> =>
  exam.round('undone before it came', async (round) => {
    const intention = await exam.intend('never');
    await undone(exam, round, intention, await exam.attempt(intention), false);
    round.expect(`effects of ${exam.forward.name}`, await exam.effects(intention, exam.forward), 0);
  });
