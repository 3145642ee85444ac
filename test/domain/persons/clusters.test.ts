import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { personsOf, type Evidence, type PersonDecision } from '../../../src/domain/persons/clusters.ts';

const RECORDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const NOTHING: Evidence = { records: RECORDS, links: [], merges: [], decisions: [], withdrawn: [] };

/** `ab` is a pair. */
const pair = (text: string) => [text[0]!, text[1]!] as const;
const links = (...all: readonly (readonly [pair: string, weight: number])[]) =>
  all.map(([of, weight]) => ({ between: pair(of), weight }));
const merge = (of: string, at = 1) => ({ id: `merge-${of}-${at}`, between: pair(of), at: day(at) });
const decided = (of: string, verdict: PersonDecision['verdict'], at = 1): PersonDecision => ({ id: `${verdict}-${of}-${at}`, between: pair(of), verdict, at: day(at) }); // prettier-ignore
const day = (n: number) => `2026-01-0${n}T00:00:00Z`;
const apart = (of: string, at = 1) => decided(of, 'different', at);
const together = (of: string, at = 1) => decided(of, 'link', at);

const found = (evidence: Partial<Evidence>) => {
  const { persons, contested } = personsOf({ ...NOTHING, ...evidence });
  const several = persons.filter(({ length }) => length > 1).map((person) => person.join(''));
  return [...several, ...contested.map(({ by, between }) => `${by} ${between.join('')}?`)];
};

describe('persons from pairs', () => {
  it('are who is connected, over others too, also over one that is not there yet', () => {
    deepStrictEqual(found({ links: links(['ab', 9], ['cb', 8], ['de', 7]) }), ['abc', 'de']);
    deepStrictEqual(found({ links: links(['ax', 9]), merges: [merge('xc')] }), ['ac']);
    deepStrictEqual(personsOf({ ...NOTHING, records: ['b', 'a', 'b'] }).persons, [['a'], ['b']]);
  });

  it('are joined by a merge, and by a decision', () => {
    deepStrictEqual(found({ merges: [merge('ab')], decisions: [together('bc')] }), ['abc']);
  });

  it('are parted by a decision, whatever said that they are one', () => {
    deepStrictEqual(found({ links: links(['ab', 60]), merges: [merge('ab')], decisions: [apart('ba')] }), []);
  });

  it('are as the newest decision about a pair says; of one moment, different', () => {
    deepStrictEqual(found({ decisions: [apart('ab', 1), together('ab', 2)] }), ['ab']);
    deepStrictEqual(found({ decisions: [apart('ab', 2), together('ab', 1)] }), []);
    deepStrictEqual(found({ decisions: [apart('ab', 1), together('ab', 1)] }), []);
  });

  it('are cut where the evidence is weakest, when a chain would join two that are kept apart', () => {
    const chain = links(['ab', 30], ['bc', 20], ['cd', 30]);
    deepStrictEqual(found({ links: chain, decisions: [apart('ad')] }), ['ab', 'cd', 'link bc?']);
    // What is not on the way is not touched.
    deepStrictEqual(found({ links: [...chain, ...links(['ae', 5])], decisions: [apart('ad')] }), ['abe', 'cd', 'link bc?']); // prettier-ignore
    deepStrictEqual(found({ links: [...chain, ...links(['ef', 5])], decisions: [apart('ad')] }), ['ab', 'cd', 'ef', 'link bc?']); // prettier-ignore
  });

  it('are not guessed: who is as much the one as the other waits for a person', () => {
    const between = links(['ab', 20], ['bc', 20]);
    deepStrictEqual(found({ links: between, decisions: [apart('ac')] }), ['link ab?', 'link bc?']);
    // Nor does weaker evidence decide what is in doubt on stronger.
    deepStrictEqual(found({ links: [...between, ...links(['ad', 30], ['bd', 10])], decisions: [apart('ac')] }), [
      'ad',
      'link ab?',
      'link bc?',
      'link bd?',
    ]);
    deepStrictEqual(found({ links: between, decisions: [apart('ac'), together('ab')] }), ['ab', 'link bc?']);
  });

  it('believe a person before a source, a source before the model, the newer before the older', () => {
    const kept = { decisions: [apart('ac')] };
    deepStrictEqual(found({ links: links(['ab', 99]), merges: [merge('bc')], ...kept }), ['bc', 'link ab?']);
    deepStrictEqual(found({ merges: [merge('ab', 2), merge('bc', 1)], ...kept }), ['ab', 'merge bc?']);
    deepStrictEqual(found({ merges: [merge('ab', 9)], decisions: [apart('ac'), together('bc', 1)] }), ['bc', 'merge ab?']); // prettier-ignore
    deepStrictEqual(found({ decisions: [apart('ac', 3), together('bc', 1), together('ab', 2)] }), ['ab', 'decision bc?']); // prettier-ignore
  });

  it('are what they were when a decision or a merge is taken back', () => {
    const before = { links: links(['ab', 30]), decisions: [together('bc', 1)] };
    const after = { ...before, merges: [merge('de')], decisions: [...before.decisions, apart('bc', 2), apart('ab', 2)] }; // prettier-ignore
    deepStrictEqual(found(before), ['abc']);
    deepStrictEqual(found(after), ['de']);
    deepStrictEqual(found({ ...after, withdrawn: ['different-bc-2', 'different-ab-2', 'merge-de-1'] }), ['abc']);
  });

  it('take no harm from a record that is said to be two', () => {
    deepStrictEqual(found({ links: links(['ab', 9]), decisions: [apart('aa')] }), ['ab']);
  });
});

/** Few records, weights and moments, so that every kind of conflict comes up. */
export const someEvidence = (): fc.Arbitrary<Evidence> => {
  const between = fc
    .tuple(fc.constantFrom(...RECORDS, 'x'), fc.constantFrom(...RECORDS))
    .filter(([a, b]) => a !== b)
    .map((both) => both.join(''));
  const at = fc.integer({ min: 1, max: 3 });
  return fc.record({
    records: fc.subarray(RECORDS, { minLength: 1 }),
    links: fc.array(fc.tuple(between, fc.integer({ min: 7, max: 10 })), { maxLength: 8 }).map((all) => links(...all)),
    merges: fc.array(fc.tuple(between, at).map(([of, n]) => merge(of, n)), { maxLength: 3 }), // prettier-ignore
    decisions: fc.array(fc.tuple(between, fc.constantFrom('link', 'different', 'different'), at).map(([of, verdict, n]) => decided(of, verdict, n)), { maxLength: 5 }), // prettier-ignore
    withdrawn: fc.constant([]),
  });
};

const RUNS = { seed: 20_261_123, numRuns: 2_000 };

describe('persons from any pairs', () => {
  const shuffled = fc.tuple(someEvidence(), fc.infiniteStream(fc.nat(1_000)));
  const mixed = <T>(all: readonly T[], order: Iterator<number>): T[] =>
    [...all, ...all.slice(0, 2)]
      .map((each) => [order.next().value as number, each] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, each]) => each);

  it('are the same in any order, with some of it twice, pairs turned round', () => {
    fc.assert(
      fc.property(shuffled, ([evidence, order]) => {
        const turn = <T extends { between: readonly [string, string] }>(each: T): T => ({ ...each, between: [each.between[1], each.between[0]] }); // prettier-ignore
        const again: Evidence = {
          records: mixed(evidence.records, order),
          links: mixed(evidence.links, order).map(turn),
          merges: mixed(evidence.merges, order).map(turn),
          decisions: mixed(evidence.decisions, order).map(turn),
          withdrawn: [],
        };
        deepStrictEqual(personsOf(again), personsOf(evidence));
      }),
      RUNS,
    );
  });

  it('hold every record once, and never two whom the newest decision keeps apart', () => {
    fc.assert(
      fc.property(someEvidence(), (evidence) => {
        const { persons } = personsOf(evidence);
        deepStrictEqual(persons.flat().toSorted(), evidence.records.toSorted());
        const newest = (a: string, b: string): string | undefined =>
          evidence.decisions
            .filter(({ between }) => between.includes(a) && between.includes(b))
            .toSorted((x, y) => (x.at < y.at ? 1 : x.at > y.at ? -1 : x.verdict === 'different' ? -1 : 1))[0]?.verdict;
        for (const person of persons)
          for (const a of person) for (const b of person) if (a < b) deepStrictEqual(newest(a, b) === 'different', false); // prettier-ignore
      }),
      RUNS,
    );
  });

  it('leave out no tie that could have been kept: each that is contested would join two who are kept apart, or is one of several as strong', () => {
    fc.assert(
      fc.property(someEvidence(), (evidence) => {
        const { persons, contested } = personsOf(evidence);
        const of = (id: string): string => persons.find((person) => person.includes(id))?.join('') ?? id;
        // All ties that are neither contested nor overruled are kept.
        const open = new Set(contested.map(({ between }) => between.join('')));
        const kept = evidence.links.filter(({ between }) => between.every((id) => evidence.records.includes(id)));
        for (const { between } of kept) {
          const key = between.toSorted().join('');
          const overruled = evidence.decisions.some((each) => each.verdict === 'different' && each.between.toSorted().join('') === key); // prettier-ignore
          if (!open.has(key) && !overruled) deepStrictEqual(of(between[0]), of(between[1]));
        }
        if (!evidence.decisions.some(({ verdict }) => verdict === 'different')) deepStrictEqual(contested, []);
      }),
      RUNS,
    );
  });

  it('are what they were, when what was said since is taken back', () => {
    fc.assert(
      fc.property(someEvidence(), someEvidence(), (evidence, since) => {
        const fresh = <T extends { id: string }>(all: readonly T[]): T[] => all.map((each) => ({ ...each, id: `since-${each.id}` })); // prettier-ignore
        const [merges, decisions] = [fresh(since.merges), fresh(since.decisions)];
        const after = {
          ...evidence,
          merges: [...merges, ...evidence.merges],
          decisions: [...decisions, ...evidence.decisions],
        };
        const back = [...merges, ...decisions].map(({ id }) => id);
        deepStrictEqual(personsOf({ ...after, withdrawn: back }), personsOf(evidence));
      }),
      RUNS,
    );
  });
});
