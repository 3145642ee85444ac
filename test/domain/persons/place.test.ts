import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { blocksOf } from '../../../src/domain/persons/blocks.ts';
import { personsOf, type Contested, type Evidence, type Link, type PersonDecision } from '../../../src/domain/persons/clusters.ts'; // prettier-ignore
import type { Features, SourceRecord } from '../../../src/domain/persons/features.ts';
import { madeRecords } from '../../../src/domain/persons/made.ts';
import { judge } from '../../../src/domain/persons/model.ts';
import { MODEL_1 } from '../../../src/domain/persons/model-1.ts';
import { normalise } from '../../../src/domain/persons/normalise.ts';
import { candidatePairs } from '../../../src/domain/persons/pairs.ts';
import { linksOf, place, type Placed } from '../../../src/domain/persons/place.ts';

type Step =
  | { readonly is: 'record'; readonly record: SourceRecord }
  | { readonly is: 'decision'; readonly decision: PersonDecision }
  | { readonly is: 'taken back'; readonly id: string };

/** Keeps what a store would, and looks at nothing but the blocks and ties of whom a step is about. */
class Store {
  readonly #records = new Map<string, SourceRecord>();
  readonly #blocks = new Map<string, Set<string>>();
  readonly #links = new Map<string, Link[]>();
  readonly #decisions = new Map<string, PersonDecision>();
  readonly #withdrawn = new Set<string>();
  readonly #persons = new Map<string, readonly string[]>();
  #contested: readonly Contested[] = [];
  /** How many records the last step was told of. */
  told = 0;

  take(step: Step): void {
    if (step.is === 'record') return this.#place(step.record);
    if (step.is === 'taken back') {
      this.#withdrawn.add(step.id);
      const decision = this.#decisions.get(step.id);
      return decision && this.#settle(decision.between);
    }
    this.#decisions.set(step.decision.id, step.decision);
    return this.#settle(step.decision.between);
  }

  #place(record: SourceRecord): void {
    const was = this.#records.get(record.id);
    for (const block of was ? blocksOf(normalise(was.features)) : []) this.#blocks.get(block)!.delete(record.id);
    const met = new Set<string>();
    for (const block of blocksOf(normalise(record.features))) {
      const ids = this.#blocks.get(block) ?? new Set();
      for (const id of ids) met.add(id);
      this.#blocks.set(block, ids.add(record.id));
    }
    const candidates = [...met].filter((id) => id !== record.id).map((id) => this.#records.get(id)!);
    this.#records.set(record.id, record);
    const placed = place(record, candidates, this.#around([record.id, ...met]), MODEL_1);
    for (const { between } of this.#links.get(record.id) ?? []) this.#unlink(between, record.id);
    for (const link of linksOf(placed.judged))
      for (const id of link.between) this.#links.set(id, [...(this.#links.get(id) ?? []), link]);
    this.#keep(placed);
  }

  #unlink(between: readonly [string, string], id: string): void {
    for (const end of between) this.#links.set(end, this.#links.get(end)!.filter((link) => !link.between.includes(id))); // prettier-ignore
  }

  #settle(ids: readonly string[]): void {
    this.#keep(personsOf(this.#around(ids)));
  }

  #keep({ persons, contested }: Pick<Placed, 'persons' | 'contested'>): void {
    const touched = new Set(persons.flat());
    for (const person of persons) for (const id of person) this.#persons.set(id, person);
    const others = this.#contested.filter(({ between }) => !between.some((id) => touched.has(id)));
    this.#contested = [...others, ...contested];
  }

  /** What is known of some, and of all whom that connects them to. */
  #around(ids: readonly string[]): Evidence {
    const reached = new Set(ids);
    const links = new Set<Link>();
    const decisions = new Set<PersonDecision>();
    for (const id of reached) {
      for (const link of this.#links.get(id) ?? []) links.add(link);
      for (const each of this.#decisions.values()) if (each.between.includes(id)) decisions.add(each);
      for (const { between } of [...links, ...decisions]) for (const end of between) reached.add(end);
    }
    const records = [...reached].filter((id) => this.#records.has(id));
    this.told = records.length;
    return { records, links: [...links], merges: [], decisions: [...decisions], withdrawn: [...this.#withdrawn] };
  }

  found() {
    const text = (all: Iterable<unknown>): string[] => [...new Set([...all].map((each) => JSON.stringify(each)))].toSorted(); // prettier-ignore
    return { persons: text(this.#persons.values()), contested: text(this.#contested) };
  }
}

/** All at once, from the last of each record. */
function batch(steps: readonly Step[]) {
  const records = [...new Map(steps.flatMap((step) => (step.is === 'record' ? [[step.record.id, step.record]] : []))).values()]; // prettier-ignore
  const judged = [...candidatePairs(records)].map(({ between, agreement }) => ({ between, ...judge(agreement, MODEL_1) })); // prettier-ignore
  const { persons, contested } = personsOf({
    records: records.map(({ id }) => id),
    links: linksOf(judged),
    merges: [],
    decisions: steps.flatMap((step) => (step.is === 'decision' ? [step.decision] : [])),
    withdrawn: steps.flatMap((step) => (step.is === 'taken back' ? [step.id] : [])),
  });
  const text = (all: readonly unknown[]): string[] => all.map((each) => JSON.stringify(each)).toSorted();
  return { persons: text(persons), contested: text(contested) };
}

/** Few values, so that records are linked, in doubt, and linked over each other. */
const features: fc.Arbitrary<Features> = fc.record({
  family: fc.constantFrom('Brandner', 'Brandnre', 'Weidner'),
  given: fc.constantFrom('Paulus', 'Paulsu', 'Johanna', undefined),
  birthDate: fc.constantFrom('1980-03-12', '1980-12-03', '1952-11-30', undefined),
  street: fc.constantFrom('12 Milne Cove', '9 High Street'),
  city: fc.constant('Oatlands'),
  identifiers: fc.constantFrom([], [{ system: 'ssn', value: '1234567' }], [{ system: 'ssn', value: '7654321' }]),
});
const id = fc.integer({ min: 1, max: 8 }).map((n) => `r${n}`);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ is: fc.constant('record'), record: fc.record({ id, features }) }) },
  {
    weight: 2,
    arbitrary: fc
      .record({ a: id, b: id, verdict: fc.constantFrom('link', 'different', 'different'), at: fc.nat(3) })
      .filter(({ a, b }) => a !== b)
      .map(({ a, b, verdict, at }) => ({
        is: 'decision',
        decision: { id: `${verdict}-${a}-${b}-${at}`, between: [a, b] as const, verdict, at: `2026-01-0${at + 1}` },
      })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ a: id, b: id, verdict: fc.constantFrom('link', 'different'), at: fc.nat(3) })
      .map(({ a, b, verdict, at }) => ({ is: 'taken back', id: `${verdict}-${a}-${b}-${at}` })),
  },
) as fc.Arbitrary<Step>;

describe('placing a record', () => {
  it('comes to the persons of the whole, one step at a time, with changes, decisions and what is taken back', () => {
    const seen = { contested: 0, several: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 24 }), (steps) => {
        const store = new Store();
        for (const each of steps) store.take(each);
        const found = store.found();
        deepStrictEqual(found, batch(steps));
        seen.contested += found.contested.length;
        seen.several += found.persons.filter((person) => person.split(',').length > 2).length;
      }),
      { seed: 20_261_123, numRuns: 1_500 },
    );
    // Else nothing was tried.
    ok(seen.contested > 100 && seen.several > 300, JSON.stringify(seen));
  });

  it('comes to the same in any order, and looks at few', () => {
    const { records } = madeRecords(11, 1_000);
    const steps = records.map((record): Step => ({ is: 'record', record }));
    const stores = [
      steps,
      steps.toReversed(),
      steps.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ].map((order) => {
      // prettier-ignore
      const store = new Store();
      let told = 0;
      for (const each of order) {
        store.take(each);
        told += store.told;
      }
      ok(told / order.length < 20, `${told / order.length} records a step`);
      return store.found();
    });
    for (const found of stores) deepStrictEqual(found, batch(steps));
  });

  it('tells what the model says of each candidate, and forgets what it said of the record before', () => {
    const paul: Features = { family: 'Brandner', given: 'Paul', birthDate: '1980-03-12', street: '12 Milne Cove', city: 'Oatlands' }; // prettier-ignore
    const candidates = [{ id: 'b', features: paul }, { id: 'c', features: { ...paul, given: 'Anna' } }, { id: 'a', features: paul }]; // prettier-ignore
    const around: Evidence = {
      records: ['b', 'c'],
      links: [{ between: ['a', 'c'], weight: 20 }],
      merges: [],
      decisions: [],
      withdrawn: [],
    };
    const { judged, persons } = place({ id: 'a', features: paul }, candidates, around, MODEL_1);
    deepStrictEqual(judged.map(({ between, verdict }) => [...between, verdict]), [['a', 'b', 'link'], ['a', 'c', 'review']]); // prettier-ignore
    deepStrictEqual(persons, [['a', 'b'], ['c']]);
  });
});
