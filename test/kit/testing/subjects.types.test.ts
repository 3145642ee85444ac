import assert from 'node:assert/strict';
import { subjects } from '../../../src/kit/testing/subjects.ts';
import { inPostgres } from '../effects/bodies.ts';
import { local, type Booking } from '../effects/contracts.ts';

/** What must not compile: a `@ts-expect-error` under which nothing is wrong is itself an error to tsc. */
const declared = { contracts: local, bodies: () => inPostgres };
const input = (id: string): Booking => ({ booking: id, seats: 2 });
const effects = (): number => 1;

describe('subjects, to the compiler', () => {
  it('are one for each activity of the module', () => {
    const { contracts } = subjects(import.meta.url, {
      ...declared,
      activities: { book: { input, effects }, cancel: { effects } },
    });
    assert.deepEqual(
      contracts.map(({ name }) => name),
      ['book', 'cancel'],
    );
    // @ts-expect-error -- `cancel` has none
    assert.ok(subjects(import.meta.url, { ...declared, activities: { book: { input, effects } } }));
  });

  it('give what the contract takes, refused as it declares', () => {
    const cancel = { effects };
    const wrong = { input: (id: string) => ({ booking: id }), effects };
    // @ts-expect-error -- no seats
    assert.ok(subjects(import.meta.url, { ...declared, activities: { book: wrong, cancel } }));
    const refused = { Nowhere: input };
    // @ts-expect-error -- a refusal that is not declared
    assert.ok(subjects(import.meta.url, { ...declared, activities: { book: { input, effects, refused }, cancel } }));
  });
});
