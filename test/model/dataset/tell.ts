import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import type { Line } from '../../support/memory-s3.ts';
import { Differs } from '../check.ts';
import { breaches } from './laws.ts';
import { System, type Act } from './system.ts';

/** Where an attempt comes to grief: at its n-th request, which is done by then or not. */
export interface Stop {
  readonly at: number;
  readonly when: 'before' | 'after';
  readonly then: 'dies' | 'sleeps';
}

export type Command = { readonly act: Act; readonly stop?: Stop } | { readonly wake: number; readonly stop?: Stop };

const reports = fc.constantFrom<Act>(
  ...(['publish', 'undo'] as const).flatMap((what) => [
    { do: what, report: 'a' },
    { do: what, report: 'b' },
    { do: what, report: 'from-1', expected: 1 },
  ]),
);
const rollbacks = fc
  .record({ id: fc.constantFrom('r1', 'r2'), to: fc.integer({ min: 1, max: 3 }) })
  .map(({ id, to }): Act => ({ do: 'roll back', id: `${id}-${to}`, to, even: id === 'r2' }));
const stops = fc.option(
  fc.record<Stop>({
    at: fc.integer({ min: 1, max: 6 }),
    when: fc.constantFrom('before', 'after'),
    then: fc.constantFrom('dies', 'sleeps'),
  }),
  { nil: undefined },
);
const withStop = <T extends object>(command: T, stop: Stop | undefined): T & { stop?: Stop } =>
  stop ? { ...command, stop } : command;

export const stories: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.tuple(reports, stops).map(([act, stop]) => withStop({ act }, stop)) },
    { weight: 1, arbitrary: fc.tuple(rollbacks, stops).map(([act, stop]) => withStop({ act }, stop)) },
    { weight: 2, arbitrary: fc.tuple(fc.nat(3), stops).map(([wake, stop]) => withStop({ wake }, stop)) },
  ),
  { minLength: 2, maxLength: 16 },
);

export const simpler = (command: Command): readonly Command[] => {
  const { stop, ...plain } = command;
  return stop ? [plain, withStop(plain, { ...stop, then: 'dies' })] : [];
};

/** An attempt under way: its line stops it, and it goes on when it is woken. */
class Attempt {
  readonly act: Act;
  readonly answer: Promise<Json>;
  #stop: Stop | undefined;
  #requests = 0;
  #asleep: () => void = () => undefined;
  #wake: () => void = () => undefined;

  constructor(system: System, act: Act, stop: Stop | undefined) {
    this.act = act;
    this.#stop = stop;
    this.answer = system.attempt(act, this.#line);
  }

  /** Runs until it has its answer, or is `asleep`. */
  async until(): Promise<Json> {
    const asleep = new Promise<'asleep'>((resolve) => (this.#asleep = () => resolve('asleep')));
    this.#wake();
    return Promise.race([this.answer, asleep]);
  }

  wake(stop: Stop | undefined): Promise<Json> {
    this.#stop = stop;
    this.#requests = 0;
    return this.until();
  }

  readonly #line: Line = async (_request, act) => {
    await Promise.resolve(); // whoever makes the attempt is about to wait for it
    this.#requests++;
    const stop = this.#stop;
    if (stop?.at !== this.#requests) return act();
    const answer = stop.when === 'after' ? act() : undefined;
    if (stop.then === 'dies') throw new Error('the line broke');
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    this.#asleep();
    await woken;
    return stop.when === 'after' ? answer! : act();
  };
}

/** Tells a story; throws when a law is broken, now or after all have come to their ends. */
export async function tell(story: readonly Command[]): Promise<void> {
  const system = new System();
  const lines: string[] = [];
  const answers: { readonly act: Act; readonly answer: Json }[] = [];
  const sleepers: Attempt[] = [];
  const look = (): void => {
    const found = [...breaches(system), ...belied(system, answers)];
    if (found.length > 0) throw new Differs([...lines, ...found.map((each) => `    ${each}`)].join('\n'));
  };
  const went = (attempt: Attempt, what: string, came: Json): void => {
    lines.push(`${String(lines.length + 1).padStart(2)}. ${what} ${wordsOf(attempt.act)}: ${JSON.stringify(came)}`);
    if (came === 'asleep') sleepers.push(attempt);
    else answers.push({ act: attempt.act, answer: came });
    look();
  };
  const begin = async (act: Act, stop?: Stop): Promise<void> => {
    const attempt = new Attempt(system, act, stop);
    went(attempt, stopInWords(stop), await attempt.until());
  };
  for (const command of story) {
    if ('act' in command) await begin(command.act, command.stop);
    else {
      const [sleeper] = sleepers.splice(command.wake % Math.max(1, sleepers.length), 1);
      if (sleeper) went(sleeper, `wakes, ${stopInWords(command.stop)}`, await sleeper.wake(command.stop));
    }
  }
  for (const sleeper of sleepers.splice(0)) went(sleeper, 'wakes', await sleeper.wake(undefined));
  // Whatever was begun is asked once more, in peace: now it has an answer, and every earlier one must agree with it.
  const acts = answers.map(({ act }) => act);
  const begun = acts.filter((act, i) => acts.findIndex((each) => isDeepStrictEqual(each, act)) === i);
  for (const act of begun) await begin(act);
}

/** Answers that the documents do not bear out. */
function belied(system: System, answers: readonly { act: Act; answer: Json }[]): string[] {
  const versions = system.documents().map(({ version }) => version);
  return answers.flatMap(({ act, answer }) => {
    const key = act.do === 'roll back' ? `datasets/d/rollbacks/${act.id}` : act.report;
    const made = act.do === 'roll back' ? 'rolled back' : 'published';
    const there = versions.find((each) => each.made === made && each.key === key);
    const undone = versions.some((each) => each.made === 'undone' && each.key === key);
    const wrong =
      typeof answer === 'string'
        ? // Roll backs are refused before anything is recorded too, and may be done later.
          act.do !== 'roll back' && answer === 'Superseded' && there !== undefined
        : act.do === 'undo'
          ? (there !== undefined) !== (answer as { undone: boolean }).undone || (there !== undefined && !undone)
          : (answer as { number: number }).number !== there?.number ||
            (act.do === 'publish' && act.expected !== undefined && there.number !== act.expected + 1);
    return wrong ? [`${wordsOf(act)} had the answer ${JSON.stringify(answer)}`] : [];
  });
}

const wordsOf = (act: Act): string =>
  act.do === 'roll back' ? `rolls back to ${act.to} (${act.id})` : `${act.do} ${act.report}`;
const stopInWords = (stop: Stop | undefined): string =>
  stop ? `${stop.then} ${stop.when} request ${stop.at},` : 'in peace,';
