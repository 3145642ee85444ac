import { short, type Came } from '../attempt.ts';
import { show } from '../attempt-process.ts';
import { audited } from './audit.ts';
import type { Effects, Exam, Intention, Round } from './exam.ts';

/** One outcome for all these attempts, one effect, one entry in the audit; after an undo, the forward key is burned. */
export async function happenedOnce(
  exam: Exam,
  round: Round,
  intention: Intention,
  cames: readonly Came[],
): Promise<void> {
  const { contract, undoes } = exam;
  const [first] = cames as [Came];
  round.expect(
    'every attempt has the outcome of the first',
    cames.map(short),
    cames.map(() => short(first)),
  );
  if (undoes) return undone(exam, round, intention, first, true);
  if ('failure' in first) round.fault(`it came to ${show(first)}`);
  round.expect('effects', await exam.effects(intention), contract.reads ? 0 : 1);
  await audited(exam, round, intention, contract.reads ? [] : [`applied ${contract.name}`]);
}

/**
 * An undo has given its answer. The far side bears it out, a late attempt at what it undoes changes nothing, and another
 * at the undo is given the same answer. `had`: whether there was something to undo, where that is known.
 */
export async function undone(exam: Exam, round: Round, intention: Intention, came: Came, had?: boolean): Promise<void> {
  const { contract, forward } = exam;
  const said = 'value' in came ? (came.value as { undone?: unknown }).undone : undefined;
  if (said === undefined) return round.fault(`the undo came to ${show(came)}`);
  if (had !== undefined) round.expect('the undo says that there was something to undo', said, had);
  const before = await exam.allEffects(intention);
  if (!said) round.expect(`effects of ${forward.name}, of which there was nothing to undo`, before[forward.name], 0);
  round.expect('effects of the undo', before[contract.name], said ? 1 : 0);

  const late = short(await exam.attempt(intention, forward));
  // Looking what had become of it, the undo may have found a refusal; that stays.
  const refused =
    !said && forward.remote !== undefined && typeof late === 'string' && forward.errors[late] === 'refused';
  if (!refused) round.expect(`a late attempt at ${forward.name}`, late, 'Burned');
  round.expect('the undo, attempted once more', short(await exam.attempt(intention)), short(came));
  round.expect('effects after that', await exam.allEffects(intention), before);

  const settled = said ? ['applied', 'burned'] : [refused ? 'refused' : 'burned'];
  await audited(exam, round, intention, [
    ...settled.map((event) => `${event} ${forward.name}`),
    `applied ${contract.name}`,
  ]);
}

/** What cannot be known is asked of a person, every time; nothing more is done, and nothing is settled. `effects` were counted before. */
export async function inDoubt(
  exam: Exam,
  round: Round,
  intention: Intention,
  came: Came,
  effects: Effects,
  settled: readonly string[],
): Promise<void> {
  round.expect('what nobody can know is', short(came), 'InDoubt');
  round.expect('and stays', short(await exam.attempt(intention)), 'InDoubt');
  round.expect('effects, with no second send', await exam.allEffects(intention), effects);
  await audited(exam, round, intention, settled);
}
