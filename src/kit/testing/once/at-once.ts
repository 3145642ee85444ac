import type { Point } from '../../effects/store.ts';
import { short, type Came } from '../attempt.ts';
import { PATIENCE_MS, type AttemptProcess, type Begun } from '../attempt-process.ts';
import { barriersOf } from '../points.ts';
import { happenedOnce } from './verdict.ts';
import type { Exam, Intention, Round } from './exam.ts';

/** At once from several processes, proven inside before any commits: in the transaction, or with the request about to be sent. */
export const atOnce = (exam: Exam, twins: readonly AttemptProcess[]): Promise<void> =>
  exam.round(`${twins.length} at once`, async (round) => {
    const intention = await exam.ready(round, 'twins');
    const { contract } = exam;
    const points: readonly Point[] = contract.reads ? ['looked'] : ['received', 'prepared', 'intended', 'worked'];
    const stops = barriersOf(contract).filter((point) => points.includes(point));
    const begun = await Promise.all(twins.map((twin) => exam.begin(twin, intention, stops)));
    const cames = stops.includes('worked')
      ? await inTransaction(exam, round, intention, begun, twins.at(-1)!)
      : await beforeTheSend(exam, stops, begun);
    const answers = cames.filter((came) => !exam.isRetry(came));
    // Who is in doubt has sent nothing: the one that has sent gives the outcome.
    const known = contract.remote === 'neither' ? answers.filter((came) => short(came) !== 'InDoubt') : answers;
    await happenedOnce(exam, round, intention, [...known, await exam.persist(intention)]);
  });

/** One works, with the key locked; the others are seen to wait for it, and a late attempt at what is being undone too. */
async function inTransaction(
  exam: Exam,
  round: Round,
  intention: Intention,
  [first, ...others]: readonly Begun[],
  last: AttemptProcess,
): Promise<Came[]> {
  const { forward } = exam;
  await Promise.all([first!, ...others].map((twin) => twin.until('received')));
  first!.go('received');
  await first!.until('worked');
  const late = exam.undoes ? [await exam.begin(last, intention, ['received'], forward)] : [];
  for (const twin of [...others, ...late]) {
    await twin.until('received');
    twin.go('received');
  }
  await seenWaiting(exam, forward.key(intention.input), others.length + late.length);
  first!.go('worked');
  for (const twin of late) round.expect(`${forward.name}, which waited`, short(await twin.answer()), 'Burned');
  return Promise.all([first!, ...others].map((twin) => twin.answer()));
}

/** All are at each of these points before one goes on from there. Of those that may not send twice, one is enough. */
async function beforeTheSend({ contract }: Exam, stops: readonly Point[], begun: readonly Begun[]): Promise<Came[]> {
  const inside = new Set(begun);
  for (const [n, point] of stops.entries())
    // One by one: two that record an intention at the same moment are kept apart by a compare-and-set.
    for (const twin of begun) {
      if (n > 0) twin.go(stops[n - 1]!);
      const there = twin.until(point).then(() => true);
      const alone = contract.remote === 'neither' && point === 'intended' && twin !== begun[0];
      if (!(await (alone ? there.catch(() => false) : there))) inside.delete(twin);
    }
  // Two send at the same time; a third when they have their answers.
  const senders = [...inside];
  for (const group of [senders.slice(0, 2), senders.slice(2)]) {
    for (const twin of group) twin.go(stops.at(-1)!);
    await Promise.all(group.map((twin) => twin.answer()));
  }
  return Promise.all(begun.map((twin) => twin.answer()));
}

/** Resolves when so many sessions are seen to wait for the lock of this key. Each look is a round trip, which is its pace. */
async function seenWaiting({ opened: { database } }: Exam, key: string, sessions: number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const waiting = await database.query(
      `select pid from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and strpos(query, $1) > 0`,
      [`kit.claim('${key}'`],
    );
    if (waiting.length >= sessions) return;
    if (performance.now() > until)
      throw new Error(`${waiting.length} were seen waiting for the lock of ${key}, expected ${sessions}`);
  }
}
