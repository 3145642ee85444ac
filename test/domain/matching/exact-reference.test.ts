import { deepStrictEqual } from 'node:assert/strict';
import { item, tell } from './sides.ts';

describe('an exact reference', () => {
  it('and the amount match, however the bank writes the one', () => {
    deepStrictEqual(
      tell([item('a', 9_900, '03-05', 'inv 2025/17'), item('b', 9_900, '03-05', 'INV-2025/18')], [item('x', 9_900, '03-04', 'INV-2025/17'), item('y', 9_900, '03-04', 'INV-2025/18')]), // prettier-ignore
      ['exact-reference a = x', 'exact-reference b = y'],
    );
  });

  it('matches up to three weeks apart, and not a month: the next standing order is alike', () => {
    deepStrictEqual(tell([item('a', 500, '03-25', 'E2E-1')], [item('x', 500, '03-05', 'E2E-1')]), [
      'exact-reference a = x',
    ]);
    deepStrictEqual(tell([item('a', 500, '03-26', 'E2E-1')], [item('x', 500, '03-05', 'E2E-1')]), [
      'ledger x date-differs: a',
      'statement a date-differs: x',
    ]);
  });

  it('that repeats, matches by date: each week to its week', () => {
    const days = ['03-03', '03-10', '03-17', '03-24'];
    const booked = ['03-02', '03-09', '03-16', '03-23'];
    deepStrictEqual(
      tell(
        days.map((date, i) => item(`a${i}`, 1_250, date, 'MANDATE 9')),
        booked.map((date, i) => item(`x${i}`, 1_250, date, 'MANDATE 9')),
      ),
      days.map((_, i) => `exact-reference a${i} = x${i}`),
    );
  });

  it('with two partners on different days is nobody’s to decide but a person’s', () => {
    deepStrictEqual(
      tell([item('a', 500, '03-05', 'E2E-1'), item('b', 500, '03-06', 'E2E-1')], [item('x', 500, '03-05', 'E2E-1')]),
      ['statement a ambiguous: x', 'ledger x ambiguous: a b', 'statement b ambiguous: x'],
    );
  });

  it('matches those that are alike in any way, for it makes no difference, and by their ids', () => {
    const alike = (...ids: string[]) => ids.map((id) => item(id, 500, '03-05', 'E2E-1'));
    deepStrictEqual(tell(alike('c', 'a', 'b'), alike('z', 'x', 'y')), [
      'exact-reference a = x',
      'exact-reference b = y',
      'exact-reference c = z',
    ]);
  });

  it('that the bank shows twice and the books once is matched once, and the other is a duplicate', () => {
    deepStrictEqual(
      tell([item('b', 500, '03-05', 'E2E-1'), item('a', 500, '03-05', 'E2E-1')], [item('x', 500, '03-04', 'E2E-1')]),
      ['exact-reference a = x', 'statement b duplicate: x'],
    );
  });

  it('that the bank shows twice and the books again later is no duplicate', () => {
    deepStrictEqual(
      tell(
        [item('b', 500, '03-05', 'E2E-1'), item('a', 500, '03-05', 'E2E-1')],
        [item('x', 500, '03-04', 'E2E-1'), item('y', 500, '03-20', 'E2E-1')],
      ),
      ['exact-reference a = x', 'exact-reference b = y'],
    );
  });

  it('of a customer gives way to the one of the invoice, and then says what is left', () => {
    deepStrictEqual(
      tell(
        [item('a', 500, '03-05', 'CUST-9', 'INV-71'), item('b', 500, '03-05', 'CUST-9', 'INV-72'), item('c', 500, '03-05', 'CUST-9')], // prettier-ignore
        [item('x', 500, '03-05', 'INV-72', 'CUST-9'), item('y', 500, '03-05', 'CUST-9'), item('z', 500, '03-05', 'INV-71', 'CUST-9')], // prettier-ignore
      ),
      ['exact-reference a = z', 'exact-reference b = x', 'exact-reference c = y'],
    );
  });

  it('does so too where all of them are late', () => {
    deepStrictEqual(
      tell(
        [item('a', 500, '03-15', 'CUST-9', 'INV-71'), item('b', 500, '03-15', 'CUST-9')],
        [item('x', 500, '03-05', 'CUST-9'), item('y', 500, '03-05', 'INV-71', 'CUST-9')],
      ),
      ['exact-reference a = y', 'exact-reference b = x'],
    );
  });

  it('that leaves something open leaves it to a person, and to no weaker rung', () => {
    deepStrictEqual(
      tell(
        [item('a', 500, '03-05', 'E2E-1'), item('b', 500, '03-06', 'E2E-1')],
        [item('x', 500, '03-05', 'E2E-1'), item('y', 1_000, '03-05', 'E2E-1')],
      ),
      [
        'statement a ambiguous: x',
        'ledger x ambiguous: a b',
        'ledger y amount-differs: a b',
        'statement b ambiguous: x',
      ],
    );
  });

  it('that leads elsewhere than another of the same item decides nothing, nor does anything weaker', () => {
    deepStrictEqual(
      tell(
        [item('a', 500, '03-05', 'E2E-1', 'INV-71')],
        [item('x', 500, '03-05', 'E2E-1'), item('y', 500, '03-05', 'INV-71')],
      ),
      ['statement a ambiguous: x y', 'ledger x ambiguous: a', 'ledger y ambiguous: a'],
    );
  });

  it('never matches across currencies', () => {
    deepStrictEqual(
      tell([item('a', 500, '03-05', 'E2E-1')], [{ ...item('x', 500, '03-05', 'E2E-1'), currency: 'USD' }]),
      ['statement a not-in-ledger', 'ledger x not-on-statement'],
    );
  });
});
