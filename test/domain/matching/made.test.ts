import { deepStrictEqual, notDeepStrictEqual, ok } from 'node:assert/strict';
import { madeSides } from '../../../src/domain/matching/made.ts';

describe('made sides', () => {
  it('are the same for the same seed, and others for another', () => {
    deepStrictEqual(madeSides(7, 300), madeSides(7, 300));
    notDeepStrictEqual(madeSides(8, 300).statement[0], madeSides(7, 300).statement[0]);
  });

  it('are as large as was asked for, hold every case, and each item once in the truth', () => {
    const { statement, ledger, truth } = madeSides(7, 5_000);
    for (const side of [statement, ledger]) ok(side.length >= 5_000 && side.length < 5_250, `${side.length}`);
    deepStrictEqual(truth.flatMap((of) => of.statement).toSorted(), statement.map(({ id }) => id).toSorted()); // prettier-ignore
    deepStrictEqual(truth.flatMap((of) => of.ledger).toSorted(), ledger.map(({ id }) => id).toSorted()); // prettier-ignore
    deepStrictEqual(new Set(truth.map(({ made }) => made)).size, 13);
  });
});
