import { deepStrictEqual } from 'node:assert/strict';
import { item, tell } from './sides.ts';

/** Parts of which no sum but that of all is a multiple of a thousand and one. */
const parts = (count: number): number[] => Array.from({ length: count }, (_, i) => 10_000 + 2 ** i);
const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);
const ledgerOf = (amounts: readonly number[], ...references: string[]) =>
  amounts.map((amount, i) => item(`x${String(i).padStart(2, '0')}`, amount, '03-05', ...references));

describe('a group that shares a reference', () => {
  it('is one entry for several of the books', () => {
    deepStrictEqual(tell([item('a', 5_000, '03-07', 'RUN-9')], ledgerOf([2_000, 3_000], 'RUN-9')), [
      'group a = x00 x01',
    ]);
  });

  it('is several entries for one of the books: paid by instalments', () => {
    deepStrictEqual(
      tell([item('a', 2_000, '03-05', 'INV-71'), item('b', 3_000, '03-20', 'INV-71')], [item('x', 5_000, '03-04', 'INV-71')]), // prettier-ignore
      ['group a b = x'],
    );
  });

  it('may have a reference for each part, and parts that are taken back', () => {
    deepStrictEqual(
      tell([item('a', 4_500, '03-07', 'INV-71', 'INV-72', 'CN-17')], [item('x', 2_000, '03-05', 'INV-71'), item('y', 3_000, '03-05', 'INV-72'), item('z', -500, '03-06', 'CN-17')]), // prettier-ignore
      ['group a = x y z'],
    );
  });

  it('leaves out what does not belong to it', () => {
    deepStrictEqual(tell([item('a', 5_000, '03-07', 'RUN-9')], ledgerOf([2_000, 2_700, 3_000], 'RUN-9')), [
      'group a = x00 x02',
      'ledger x01 not-on-statement',
    ]);
  });

  it('is made of twelve candidates, and not of thirteen', () => {
    const [twelve, thirteen] = [parts(12), parts(13)];
    deepStrictEqual(tell([item('a', total(twelve), '03-07', 'RUN-9')], ledgerOf(twelve, 'RUN-9')), [
      `group a = ${twelve.map((_, i) => `x${String(i).padStart(2, '0')}`).join(' ')}`,
    ]);
    const left = tell([item('a', total(thirteen), '03-07', 'RUN-9')], ledgerOf(thirteen, 'RUN-9'));
    deepStrictEqual(left.length, 14);
    deepStrictEqual(left.at(-1), `statement a amount-differs: ${twelve.map((_, i) => `x${String(i).padStart(2, '0')}`).join(' ')}`); // prettier-ignore
  });

  it('that adds up in two ways is left to a person', () => {
    deepStrictEqual(tell([item('a', 5_000, '03-07', 'RUN-9')], ledgerOf([1_000, 4_000, 2_000, 3_000], 'RUN-9')), [
      'ledger x00 ambiguous: a',
      'ledger x02 ambiguous: a',
      'ledger x03 ambiguous: a',
      'ledger x01 ambiguous: a',
      'statement a ambiguous: x00 x02 x03 x01',
    ]);
  });

  it('has no part of nothing', () => {
    deepStrictEqual(tell([item('a', 5_000, '03-07', 'RUN-9')], ledgerOf([2_000, 3_000, 0], 'RUN-9')), [
      'group a = x00 x01',
      'ledger x02 not-on-statement',
    ]);
  });

  it('takes of parts that are alike as many as it needs', () => {
    deepStrictEqual(tell([item('a', 4_000, '03-07', 'RUN-9')], ledgerOf([2_000, 2_000, 2_000], 'RUN-9')), [
      'group a = x00 x01',
      'ledger x02 not-on-statement',
    ]);
  });

  it('does not take a part that another could need', () => {
    deepStrictEqual(
      tell([item('a', 5_000, '03-07', 'RUN-9'), item('b', 6_000, '03-08', 'RUN-9')], ledgerOf([2_000, 3_000, 4_000], 'RUN-9')), // prettier-ignore
      [
        'ledger x00 ambiguous: a b',
        'ledger x01 ambiguous: a',
        'ledger x02 ambiguous: b',
        'statement a ambiguous: x00 x01',
        'statement b ambiguous: x00 x02',
      ],
    );
  });
});

describe('a group that only dates hold together', () => {
  it('is matched where the sum is hardly an accident', () => {
    deepStrictEqual(tell([item('a', 81_391, '03-07')], ledgerOf([23_017, 58_374], 'INV-71')), ['group a = x00 x01']);
    deepStrictEqual(tell([item('a', 23_017, '03-07'), item('b', 58_374, '03-07')], [item('x', 81_391, '03-07', 'INV-71')]), ['group a b = x']); // prettier-ignore
  });

  it('is left to a person where it may well be one: small or round amounts', () => {
    deepStrictEqual(tell([item('a', 391, '03-07')], ledgerOf([17, 374], 'INV-71')), [
      'ledger x00 not-on-statement',
      'ledger x01 not-on-statement',
      'statement a ambiguous: x00 x01',
    ]);
    deepStrictEqual(tell([item('a', 80_000, '03-07')], ledgerOf([20_000, 60_000], 'INV-71')).at(-1), 'statement a ambiguous: x00 x01'); // prettier-ignore
  });

  it('is not made of what has another reference, the other sign, or is further away', () => {
    const none = (...ledger: ReturnType<typeof item>[]) => tell([item('a', 81_391, '03-07', 'RUN-9')], ledger).at(-1);
    deepStrictEqual(none(...ledgerOf([23_017, 58_374], 'INV-71')), 'statement a not-in-ledger');
    const bare = (...ledger: ReturnType<typeof item>[]) => tell([item('a', 81_391, '03-07')], ledger).includes('statement a not-in-ledger'); // prettier-ignore
    deepStrictEqual(bare(item('x', 91_391, '03-07', 'INV-71'), item('y', -10_000, '03-07', 'INV-72')), true);
    deepStrictEqual(bare(item('x', 23_017, '03-07', 'INV-71'), item('y', 58_374, '03-01', 'INV-72')), true);
  });

  it('is not made of parts of both signs, nor of what another’s reference speaks for', () => {
    const both = [item('x', 60_001, '03-05'), item('y', 41_407, '03-05'), item('z', -20_017, '03-05')];
    deepStrictEqual(tell([item('a', 81_391, '03-07')], both).at(-1), 'statement a not-in-ledger');
    const ours = [item('x', 23_017, '03-05', 'INV-71'), item('y', 58_374, '03-05', 'INV-72')];
    deepStrictEqual(tell([item('a', 81_391, '03-07'), item('b', 22_000, '03-06', 'INV-71')], ours), [
      'fees b = x by -1017',
      'ledger y not-on-statement',
      'statement a ambiguous: y',
    ]);
  });

  it('is not looked for among more than twelve', () => {
    const far = parts(11).map((amount, i) => item(`y${i}`, amount, '03-06', `INV-8${i}`));
    const two = ledgerOf([2_301_700, 5_837_400], 'INV-71');
    deepStrictEqual(tell([item('a', 8_139_100, '03-07')], two)[0], 'group a = x00 x01');
    deepStrictEqual(tell([item('a', 8_139_100, '03-07')], [...two, ...far]).at(-1), 'statement a not-in-ledger');
  });
});
