import { deepStrictEqual } from 'node:assert/strict';
import { reconcile } from '../../../src/domain/matching/ladder.ts';
import { RUNGS } from '../../../src/domain/matching/model.ts';
import { item } from './sides.ts';

describe('the ladder', () => {
  it('tells what each rung took, by currency, and of each rung when it is done', () => {
    const done: string[] = [];
    const { rungs } = reconcile(
      [
        item('a', 500, '03-05', 'INV-71'),
        item('b', -70, '03-05', 'INV-72'),
        { ...item('c', 9, '03-05', 'INV-73'), currency: 'CHF' },
        item('d', 98_500, '03-05', 'INV-74'),
      ],
      [
        item('x', 500, '03-05', 'INV-71'),
        item('y', -30, '03-05', 'INV-72'),
        item('z', -40, '03-05', 'INV-72'),
        item('w', 100_000, '03-05', 'INV-74'),
        item('v', 1, '09-05', 'INV-75'),
      ],
      { onRung: (rung) => done.push(rung) },
    );
    deepStrictEqual(done, RUNGS);
    deepStrictEqual(
      rungs.map((of) => Object.values(of).join(' ')),
      [
        'person CHF 0 1 9 0 0',
        'exact-reference EUR 1 1 500 1 500',
        'group EUR 1 1 -70 2 -70',
        'fees EUR 1 1 98500 1 100000',
        'person EUR 0 0 0 1 1',
      ],
    );
  });

  it('of nothing is nothing', () => {
    deepStrictEqual(reconcile([], []), { matches: [], breaks: [], rungs: [] });
  });
});
