import { deepStrictEqual } from 'node:assert/strict';
import { item, tell } from './sides.ts';

describe('amount and date', () => {
  it('match where one side has lost the reference', () => {
    deepStrictEqual(tell([item('a', 4_205, '03-07', 'NOTPROVIDED')], [item('x', 4_205, '03-04', 'INV-2025/17')]), [
      'amount-and-date a = x',
    ]);
  });

  it('match from three days before to five days after, and no further', () => {
    const on = (date: string) => tell([item('a', 4_205, date)], [item('x', 4_205, '03-10')]).join();
    deepStrictEqual(
      ['03-06', '03-07', '03-15', '03-16'].map((date) => on(date).includes('amount-and-date')),
      [false, true, true, false],
    );
  });

  it('do not match what has a second partner within the window', () => {
    deepStrictEqual(tell([item('a', 4_205, '03-07')], [item('x', 4_205, '03-04'), item('y', 4_205, '03-06')]), [
      'ledger x ambiguous: a',
      'ledger y ambiguous: a',
      'statement a ambiguous: x y',
    ]);
  });

  it('match as many as are alike on both sides, and none of them where the numbers differ', () => {
    const alike = (...ids: string[]) => ids.map((id) => item(id, 4_205, '03-07'));
    deepStrictEqual(tell(alike('b', 'a'), alike('x', 'y')), ['amount-and-date a = x', 'amount-and-date b = y']);
    deepStrictEqual(tell(alike('a', 'b'), alike('x')), [
      'statement a ambiguous: x',
      'statement b ambiguous: x',
      'ledger x ambiguous: a b',
    ]);
  });

  it('do not match two references that differ, but show them to a person', () => {
    deepStrictEqual(tell([item('a', 4_205, '03-07', 'INV-71')], [item('x', 4_205, '03-07', 'INV-77')]), [
      'statement a reference-differs: x',
      'ledger x reference-differs: a',
    ]);
  });

  it('do not take what another’s reference speaks for', () => {
    deepStrictEqual(
      tell([item('a', 100_000, '03-07'), item('b', 98_500, '03-08', 'INV-71')], [item('x', 100_000, '03-07', 'INV-71')]), // prettier-ignore
      ['fees b = x by -1500', 'statement a not-in-ledger'],
    );
  });
});
