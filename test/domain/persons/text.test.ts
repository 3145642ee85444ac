import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { distance, jaroWinkler, soundex } from '../../../src/domain/persons/text.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'h', 'r'), maxLength: 9 });

describe('comparing texts', () => {
  it('counts slips of the pen, two that changed places as one', () => {
    const slips = (pairs: readonly (readonly [string, string])[]) => pairs.map(([a, b]) => distance(a, b, 9));
    deepStrictEqual(
      slips([['anna', 'anna'], ['anna', 'ana'], ['anna', 'anba'], ['anna', 'nana'], ['ca', 'abc'], ['', 'ab']]), // prettier-ignore
      [0, 1, 1, 1, 3, 2],
    );
  });

  it('stops counting slips where there are too many', () => {
    strictEqual(distance('kitten', 'sitting', 2), 3);
    strictEqual(distance('kitten', 'completely', 1), 2);
  });

  it('counts the same with and without a bound, in both directions', () => {
    fc.assert(
      fc.property(word, word, fc.nat(9), (a, b, most) => {
        strictEqual(distance(a, b, most), Math.min(distance(a, b, 99), most + 1));
        strictEqual(distance(a, b, most), distance(b, a, most));
      }),
    );
  });

  it("finds names as alike as Winkler's examples say", () => {
    const alike = (a: string, b: string) => jaroWinkler(a, b).toFixed(3);
    deepStrictEqual(
      [alike('martha', 'marhta'), alike('dwayne', 'duane'), alike('dixon', 'dicksonx'), alike('abroms', 'abrams')],
      ['0.961', '0.840', '0.813', '0.922'],
    );
    deepStrictEqual([jaroWinkler('', 'a'), jaroWinkler('a', 'b'), jaroWinkler('ab', 'ab')], [0, 0, 1]);
  });

  it('finds them as alike in both directions', () => {
    fc.assert(
      fc.property(word, word, (a, b) => strictEqual(jaroWinkler(a, b), jaroWinkler(b, a))),
      { numRuns: 2_000 },
    );
  });

  it('hears words as the National Archives do', () => {
    deepStrictEqual(
      ['robert', 'rupert', 'ashcraft', 'tymczak', 'pfister', 'honeyman', 'lee', 'gutierrez', '李'].map(soundex),
      ['r163', 'r163', 'a261', 't522', 'p236', 'h555', 'l000', 'g362', '李'],
    );
  });
});
