import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hitsOf, MOST_HITS, wordsOf } from '../../../src/domain/screening/names.ts';

const listed = (...names: string[]) => names.map((name, i) => ({ id: `q-${i}`, name }));
const hit = (name: string, listedName: string): boolean => hitsOf(name, listed(listedName)).length === 1;

describe('screening of names', () => {
  for (const [name, on] of [
    ['Eve Mallory', 'MALLORY, Eve'],
    ['Eve M. Mallory-Smith', 'Eve Mallory'],
    ['Eve Malory', 'Eve Mallory'],
    ['Eve Mallorry', 'Eve Mallory'],
    ['Eve Mallroy', 'Eve Mallory'],
    ['Eve Nallory', 'Eve Mallory'],
    ['José Müller', 'JOSE MULLER'],
    ['Søren Strauss', 'Soren Strauß'],
    ['Marias Maria', 'Maria Marian'], // each word is like both, and only one way round is for all
  ] as const)
    it(`finds ${on} in ${name}`, () => assert.ok(hit(name, on)));

  for (const [name, on] of [
    ['Eva Mallory', 'Eve Mallory'],
    ['Mallory', 'Eve Mallory'],
    ['Eve Malloy-Ray', 'Eve Mallory Eve'],
    ['Eve Maroly', 'Eve Mallory'],
    ['Anna Anna', 'Anna Hannah'],
    ['Eve Mallory', '  - '],
  ] as const)
    it(`does not find ${on} in ${name}`, () => assert.ok(!hit(name, on)));

  it('tells whom it found once, in order, and not without end', () => {
    const list = [...listed(...Array<string>(MOST_HITS + 5).fill('Eve Mallory')), { id: 'q-0', name: 'Mallory Eve' }];
    const hits = hitsOf('Eve Mallory', list);
    assert.equal(hits.length, MOST_HITS);
    assert.deepEqual(hits, [...new Set(hits)].toSorted());
  });

  it('finds a name in whatever order and case, with one letter of a long word changed', () => {
    const word = fc.stringMatching(/^[a-z]{5,10}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(), (words, which, at) => {
        const changed = words.map((each, i) => {
          const place = at % each.length;
          return i === which % words.length ? `${each.slice(0, place)}x${each.slice(place + 1)}` : each;
        });
        return hit(changed.toReversed().join(' ').toUpperCase(), words.join(', '));
      }),
    );
  });

  it('takes any text apart without failing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => wordsOf(name).every((word) => word !== '')));
  });
});
