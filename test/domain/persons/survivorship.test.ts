import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { goldenRecord, type Contribution, type Json, type Rule, type Survivorship } from '../../../src/domain/persons/survivorship.ts'; // prettier-ignore

const by = (rule: Rule, trust: string[] = [], identity?: string[]): Survivorship => ({
  rules: { it: rule },
  identities: identity === undefined ? {} : { it: identity },
  trust,
});
/** Of sources a, b, c …, what they say of one field, and in which year. */
type Saying = readonly [value: Json, year: number];
const said = (all: readonly Saying[]): Contribution[] =>
  all.map(([value, year], i) => {
    const source = 'abcdef'[i]!;
    return { record: `record-${source}`, source, fields: { it: { value, at: `${year}-01-01` } } };
  });
const golden = (rules: Survivorship, ...all: readonly Saying[]) => goldenRecord(said(all), rules)['it'];

describe('the golden record', () => {
  it('has what was said last, and whose records say so', () => {
    deepStrictEqual(golden(by('most-recent'), ['1980-03-12', 2024], ['1980-03-21', 2026], ['1980-03-21', 2025]), {
      value: '1980-03-21',
      from: ['record-b', 'record-c'],
    });
  });

  it('has what tells most, or what the most trusted says', () => {
    const short = { city: 'Bern', line: ['', null] };
    const full = { city: 'Bern', line: ['Kramgasse 49'], postalCode: '3011' };
    strictEqual(golden(by('most-complete'), [full, 2024], [short, 2026])?.from[0], 'record-a');
    strictEqual(golden(by('most-trusted', ['c', 'a']), ['1', 2024], ['2', 2026], ['3', 2020])?.value, '3');
    strictEqual(golden(by('most-trusted', ['z']), ['1', 2024], ['2', 2026])?.value, '2');
  });

  it('decides what a rule leaves open by the next: recent, complete, trusted, at last the text', () => {
    strictEqual(golden(by('most-complete'), ['old', 2024], ['new', 2026])?.value, 'new');
    deepStrictEqual(golden(by('most-recent'), [{ a: 1 }, 2026], [{ a: 1, b: 2 }, 2026])?.value, { a: 1, b: 2 });
    strictEqual(golden(by('most-recent', ['b']), ['1', 2026], ['2', 2026])?.value, '2');
    strictEqual(golden(by('most-recent'), ['2', 2026], ['1', 2026])?.value, '1');
  });

  it('has all elements once, the ones that were said last first', () => {
    const [home, work] = [
      { system: 'phone', value: '1' },
      { system: 'phone', value: '2' },
    ];
    deepStrictEqual(golden(by('all'), [[home, work], 2024], [[home], 2026]), {
      value: [home, work],
      from: ['record-a', 'record-b'],
    });
    deepStrictEqual(golden(by('all'), ['x', 2024], [['y', 'x'], 2023])?.value, ['x', 'y']);
    // In its source's own order: the name that is used stands before the one before.
    deepStrictEqual(golden(by('all', ['b']), [['c', 'a'], 2026], [['z', 'b', 'c'], 2026])?.value, ['z', 'b', 'c', 'a']);
  });

  it('knows an element by its identity, and tells it as it was told last, over all of its time', () => {
    const element = (use: string, period?: { start?: string; end?: string }): Json => ({ system: 'mrn', value: '7', use, ...(period === undefined ? {} : { period }) }); // prettier-ignore
    const telling = by('all', [], ['system', 'value']);
    deepStrictEqual(
      golden(telling, [[element('old', { start: '2019', end: '2020' })], 2024], [[element('usual', { start: '2021' })], 2026])?.value, // prettier-ignore
      [element('usual', { start: '2019' })],
    );
    // Who says nothing of time takes nothing back.
    deepStrictEqual(
      golden(telling, [[element('old', { start: '2019', end: '2020' })], 2024], [[element('usual')], 2026])?.value,
      [element('usual', { start: '2019', end: '2020' })],
    );
    // By all but the period, where nothing else is said.
    deepStrictEqual(
      golden(by('all'), [[element('old', { start: '2021' })], 2024], [[element('old', { start: '2019' })], 2023])
        ?.value,
      [element('old', { start: '2019' })],
    );
  });

  it('has no field that nobody says anything of', () => {
    deepStrictEqual(golden(by('most-recent'), [null, 2026]), undefined);
    deepStrictEqual(golden(by('most-recent'), [null, 2026], ['there', 2020])?.value, 'there');
    deepStrictEqual(goldenRecord([], by('all')), {});
  });

  it('is the same to the byte in any order, with some of it twice, whoever wrote the names of fields how', () => {
    const value = fc.oneof(
      fc.constantFrom('x', 'y', '', null, 3),
      fc.array(fc.record({ system: fc.constantFrom('s', 't'), value: fc.constantFrom('1', '2'), period: fc.option(fc.record({ start: fc.constantFrom('2019', '2020'), end: fc.constantFrom('2021', '2022') }, { requiredKeys: [] }), { nil: undefined }) }).map((each) => JSON.parse(JSON.stringify(each)) as Json), { maxLength: 3 }), // prettier-ignore
    ) as fc.Arbitrary<Json>;
    const at = fc.constantFrom('2024-01-01', '2025-01-01');
    const one = fc.record({
      source: fc.constantFrom('a', 'b', 'c'),
      fields: fc.dictionary(fc.constantFrom('p', 'q', 'r', 's', 't'), fc.record({ value, at }), { maxKeys: 5 }),
    });
    const all = fc
      .array(one, { maxLength: 6 })
      .map((each) => each.map((of, i): Contribution => ({ record: `record-${i}`, ...of })));
    const rules: Survivorship = {
      rules: { p: 'most-recent', q: 'most-complete', r: 'most-trusted', s: 'all', t: 'all' },
      identities: { t: ['value'] },
      trust: ['b', 'a'],
    };
    const turned = <T>(of: T): T =>
      (typeof of !== 'object' || of === null
        ? of
        : Array.isArray(of)
          ? of.map(turned)
          : Object.fromEntries(Object.entries(of).toReversed().map(([name, each]) => [name, turned(each)]))) as T; // prettier-ignore
    fc.assert(
      fc.property(all, fc.infiniteStream(fc.nat(1_000)), (contributions, order) => {
        const again = [...contributions, ...contributions.slice(0, 2)]
          .map((each) => [order.next().value as number, turned(each)] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, each]) => each);
        strictEqual(JSON.stringify(goldenRecord(again, rules)), JSON.stringify(goldenRecord(contributions, rules)));
      }),
      { seed: 20_261_123, numRuns: 3_000 },
    );
  });
});
