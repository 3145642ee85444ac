import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { subsetSums, type Part } from '../../../src/domain/matching/subset-sum.ts';

const parts = (...amounts: number[]): Part[] => amounts.map((amount) => ({ amountMinor: BigInt(amount), count: 1 }));

describe('a sum of parts', () => {
  it('is found, in the order of the parts', () => {
    deepStrictEqual(subsetSums(50n, parts(7, 30, 20, -4)).solutions, [[0, 1, 1, 0]]);
    deepStrictEqual(subsetSums(26n, parts(7, 30, 20, -4)).solutions, [[0, 1, 0, 1]]);
    deepStrictEqual(subsetSums(51n, parts(7, 30, 20, -4)).solutions, []);
  });

  it('is not looked for a third time', () => {
    strictEqual(subsetSums(10n, parts(1, 9, 2, 8, 3, 7, 4, 6)).solutions.length, 2);
  });

  it('counts parts that are alike as one way', () => {
    deepStrictEqual(subsetSums(30n, [{ amountMinor: 10n, count: 4 }]).solutions, [[3]]);
    deepStrictEqual(subsetSums(2n ** 70n + 3n, [{ amountMinor: 1n, count: 4 }, { amountMinor: 2n ** 70n, count: 1 }]).solutions, [[3, 1]]); // prettier-ignore
  });

  it('is what trying every subset finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 8 }),
        fc.integer({ min: -20, max: 20 }),
        (amounts, sum) => {
          // prettier-ignore
          const all = Array.from({ length: 2 ** amounts.length }, (_, bits) => amounts.map((_, i) => (bits >> i) & 1));
          const expected = all.filter((taken) => taken.reduce((s, n, i) => s + n * amounts[i]!, 0) === sum);
          const { solutions } = subsetSums(BigInt(sum), parts(...amounts));
          strictEqual(solutions.length, Math.min(2, expected.length));
          const known = new Set(expected.map(String));
          ok(solutions.every((solution) => known.has(String(solution))));
          ok(new Set(solutions.map(String)).size === solutions.length);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it('takes at most 2^13 steps for twelve parts, also where nothing can be left out early', () => {
    const worst = [
      subsetSums(1n, parts(...Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 2 : -2) * (500 + i)))),
      subsetSums(999_999n, parts(...Array.from({ length: 12 }, (_, i) => 2 * (83_000 + i * 137)))),
      subsetSums(1n, [{ amountMinor: 2n, count: 6 }, { amountMinor: -2n, count: 6 }]), // prettier-ignore
    ];
    for (const { steps, solutions } of worst) {
      ok(steps <= 2 ** 13, `${steps}`);
      deepStrictEqual(solutions, []);
    }
    ok(worst[0]!.steps > 2 ** 10, `${worst[0]!.steps}: is this still the worst?`);
  });
});
