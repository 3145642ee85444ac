import { deepStrictEqual } from 'node:assert/strict';
import { type Bounds, boundsOf, continuity } from '../../../src/domain/statements/continuity.ts';
import { madeEvents } from '../../../src/domain/statements/made.ts';

const bounds = (changes: Partial<Bounds> = {}): Bounds => ({
  electronicSequence: null,
  legalSequence: null,
  page: null,
  currency: 'EUR',
  openingMinor: null,
  closingMinor: null,
  day: null,
  ...changes,
});

const verdict = (previous: Partial<Bounds> | null, next: Partial<Bounds>) => {
  const { verdict, because } = continuity(previous && bounds(previous), bounds(next));
  return `${verdict}: ${because}`;
};

describe('a statement and the one before it', () => {
  const cases: [title: string, previous: Partial<Bounds> | null, next: Partial<Bounds>, expected: string][] = [
    ['nothing before it', null, {}, 'first: nothing'],
    ['the next number', { electronicSequence: '9' }, { electronicSequence: '10' }, 'follows: sequence'],
    ['a number left out', { electronicSequence: '9' }, { electronicSequence: '11' }, 'gap: sequence'],
    ['the same number', { electronicSequence: '9' }, { electronicSequence: '9' }, 'overlap: sequence'],
    ['a number before', { electronicSequence: '9' }, { electronicSequence: '8' }, 'overlap: sequence'],
    ['leading zeros', { electronicSequence: '0009' }, { electronicSequence: '10' }, 'follows: sequence'],
    ['numbers above 2^53', { electronicSequence: '9007199254740992' }, { electronicSequence: '9007199254740993' }, 'follows: sequence'],
    ['the legal number, where it is the only one', { legalSequence: '9' }, { legalSequence: '11' }, 'gap: sequence'],
    ['the electronic number before the legal', { electronicSequence: '1', legalSequence: '9' }, { electronicSequence: '2', legalSequence: '9' }, 'follows: sequence'],
    ['a number that is none', { electronicSequence: 'A1' }, { electronicSequence: 'A3' }, 'unknown: nothing'],
    ['the first number of a new year', { electronicSequence: '251', day: '2024-12-31' }, { electronicSequence: '1', day: '2025-01-02' }, 'follows: sequence'],
    ['the second number of a new year', { electronicSequence: '251', day: '2024-12-31' }, { electronicSequence: '2', day: '2025-01-03' }, 'gap: sequence'],
    ['the next number in a new year', { electronicSequence: '251', day: '2024-12-31' }, { electronicSequence: '252', day: '2025-01-02' }, 'follows: sequence'],
    ['the first number, but of the same year', { electronicSequence: '9', day: '2024-02-01' }, { electronicSequence: '1', day: '2024-02-02' }, 'overlap: sequence'],
    ['the next page', { electronicSequence: '9', page: 1 }, { electronicSequence: '9', page: 2 }, 'follows: page'],
    ['a page left out', { electronicSequence: '9', page: 1 }, { electronicSequence: '9', page: 3 }, 'overlap: sequence'],
    ['the next number, but another balance', { electronicSequence: '9', closingMinor: '1' }, { electronicSequence: '10', openingMinor: '2' }, 'gap: balance'],
    ['a number left out, with the same balance', { electronicSequence: '9', closingMinor: '1' }, { electronicSequence: '11', openingMinor: '1' }, 'gap: sequence'],
    ['the same balance', { closingMinor: '-1', day: '2024-01-02' }, { openingMinor: '-1', day: '2024-01-02' }, 'follows: balance'],
    ['another balance later', { closingMinor: '1', day: '2024-01-02' }, { openingMinor: '2', day: '2024-01-03' }, 'gap: balance'],
    ['another balance and no days', { closingMinor: '1' }, { openingMinor: '2' }, 'gap: balance'],
    ['another balance of the same day', { closingMinor: '1', day: '2024-01-02' }, { openingMinor: '2', day: '2024-01-02' }, 'overlap: day'],
    ['balances in two currencies', { closingMinor: '1' }, { openingMinor: '1', currency: 'USD' }, 'unknown: nothing'],
    ['a day later and no balances', { day: '2024-01-02' }, { day: '2024-01-03' }, 'unknown: nothing'],
    ['a day before', { day: '2024-01-02' }, { day: '2024-01-01' }, 'overlap: day'],
  ]; // prettier-ignore
  for (const [title, previous, next, expected] of cases)
    it(`with ${title}: ${expected}`, () => deepStrictEqual(verdict(previous, next), expected));

  it('follow as they were made, in both formats, and one left out is a gap', () => {
    for (const format of ['camt.053.001.08', 'bai2'] as const) {
      const events = [...madeEvents(format, { seed: 2, entries: 20, statements: 5 })];
      const all = events.flatMap((event) =>
        event.event === 'opened' ? [boundsOf(event.statement, event.statement.balances)] : [],
      );
      const verdicts = (of: Bounds[]) => of.map((next, n) => continuity(of[n - 1] ?? null, next).verdict);
      deepStrictEqual(verdicts(all), ['first', 'follows', 'follows', 'follows', 'follows']);
      deepStrictEqual(verdicts(all.toSpliced(2, 1)), ['first', 'follows', 'gap', 'follows']);
      deepStrictEqual(verdicts([...all.slice(0, 2), ...all.slice(1, 2)]), ['first', 'follows', 'overlap']);
    }
  });
});
