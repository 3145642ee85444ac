import { deepStrictEqual } from 'node:assert/strict';
import { RULES } from '../../../src/domain/matching/rules.ts';
import { item, tell } from './sides.ts';

const pair = (theirs: number, ours: number, chargesMinor?: bigint): string =>
  tell(
    [{ ...item('a', theirs, '03-07', 'INV-71'), ...(chargesMinor === undefined ? {} : { chargesMinor }) }],
    [item('x', ours, '03-05', 'INV-71')],
  ).join(', ');
const differs = 'ledger x amount-differs: a, statement a amount-differs: x';

describe('tolerance', () => {
  for (const [theirs, ours, expected] of [
    [10_005, 10_000, 'tolerance a = x by 5'],
    [9_995, 10_000, 'tolerance a = x by -5'],
    [-10_005, -10_000, 'tolerance a = x by -5'],
    [10_006, 10_000, differs],
    [403, 400, differs], // half a percent of 4.00 is 2 cents
    [402, 400, 'tolerance a = x by 2'],
  ] as const)
    it(`makes of ${theirs} for ${ours}: ${expected}`, () => deepStrictEqual(pair(theirs, ours), expected));

  it('needs a reference', () => {
    deepStrictEqual(tell([item('a', 10_001, '03-07')], [item('x', 10_000, '03-07', 'INV-71')]), [
      'ledger x not-on-statement',
      'statement a not-in-ledger',
    ]);
  });

  it('does not choose between two', () => {
    deepStrictEqual(
      tell([item('a', 10_001, '03-07', 'INV-71')], [item('x', 10_000, '03-07', 'INV-71'), item('y', 10_003, '03-07', 'INV-71')]), // prettier-ignore
      ['ledger x ambiguous: a', 'statement a ambiguous: x y', 'ledger y ambiguous: a'],
    );
  });

  it('does not match two that are alike with one', () => {
    deepStrictEqual(
      tell([item('a', 10_001, '03-07', 'INV-71'), item('b', 10_001, '03-07', 'INV-71')], [item('x', 10_000, '03-07', 'INV-71')]), // prettier-ignore
      ['ledger x ambiguous: a b', 'statement a ambiguous: x', 'statement b ambiguous: x'],
    );
  });

  it('comes before a fee: what it leaves open, a fee does not decide', () => {
    deepStrictEqual(
      tell([item('a', 9_999, '03-07', 'INV-71')], [item('x', 10_000, '03-07', 'INV-71'), item('y', 10_100, '03-07', 'INV-71')]), // prettier-ignore
      ['tolerance a = x by -1', 'ledger y not-on-statement'],
    );
  });
});

describe('a fee', () => {
  for (const [theirs, ours, expected] of [
    [97_000, 100_000, 'fees a = x by -3000'],
    [-103_000, -100_000, 'fees a = x by -3000'],
    [96_999, 100_000, differs],
    [100_006, 100_000, differs], // more than was asked for is no fee
    [9_500, 10_000, 'fees a = x by -500'],
    [9_499, 10_000, differs], // more than 5 %
  ] as const)
    it(`makes of ${theirs} for ${ours}: ${expected}`, () => deepStrictEqual(pair(theirs, ours), expected));

  it('that the bank declares may be of any size, and must be exact', () => {
    deepStrictEqual(pair(60_000, 100_000, 40_000n), 'fees a = x by -40000');
    deepStrictEqual(pair(60_001, 100_000, 40_000n), differs);
    deepStrictEqual(pair(99_000, 100_000, 0n), differs);
    deepStrictEqual(pair(99_999, 100_000, 2n), differs);
  });

  it('that is declared tells apart what is alike in all else', () => {
    const theirs = (id: string, chargesMinor: bigint) => ({ ...item(id, 97_000, '03-07', 'INV-71'), chargesMinor });
    deepStrictEqual(tell([theirs('a', 1n), theirs('b', 3_000n)], [item('x', 100_000, '03-05', 'INV-71')]), [
      'fees b = x by -3000',
      'statement a not-in-ledger',
    ]);
  });

  it('is as high as the rules say', () => {
    const rules = { ...RULES, fee: { minor: 0n, basisPoints: 0 } };
    deepStrictEqual(tell([item('a', 99_000, '03-07', 'INV-71')], [item('x', 100_000, '03-07', 'INV-71')], { rules }), [
      'statement a amount-differs: x',
      'ledger x amount-differs: a',
    ]);
  });
});
