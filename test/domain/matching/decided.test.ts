import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import type { Decided } from '../../../src/domain/matching/decided.ts';
import { reconcile, type Options } from '../../../src/domain/matching/ladder.ts';
import { MatchingRefused } from '../../../src/domain/matching/refused.ts';
import { RULES } from '../../../src/domain/matching/rules.ts';
import { item, tell } from './sides.ts';

const statement = [item('a', 5_000, '03-07', 'INV-71'), item('b', 5_000, '03-08')];
const ledger = [item('x', 5_000, '03-05', 'INV-71'), item('y', 5_000, '03-06')];
const decidedSo = (decided: Decided): string[] => tell(statement, ledger, { decided });

describe('what a person has decided', () => {
  it('comes before the first rung: what is matched stays matched, whatever the difference', () => {
    deepStrictEqual(decidedSo({}), ['exact-reference a = x', 'amount-and-date b = y']);
    deepStrictEqual(decidedSo({ matched: [{ statement: ['b'], ledger: ['x'] }] }), [
      'amount-and-date a = y',
      'decided b = x',
    ]);
    deepStrictEqual(decidedSo({ matched: [{ statement: ['b', 'a'], ledger: ['x'] }] }), [
      'decided a b = x by 5000',
      'ledger y not-on-statement',
    ]);
  });

  it('may match one side with itself: a payment and its return', () => {
    deepStrictEqual(tell([item('b', -700, '03-09'), item('a', 700, '03-07')], [], { decided: { matched: [{ statement: ['b', 'a'], ledger: [] }] } }), ['decided a b = ']); // prettier-ignore
  });

  it('parts two in every rung, and in no other way', () => {
    deepStrictEqual(decidedSo({ unmatched: [{ statement: 'a', ledger: 'x' }] }), [
      'ledger x ambiguous: b',
      'ledger y ambiguous: a b',
      'statement a ambiguous: y',
      'statement b ambiguous: x y',
    ]);
    const parted = (theirs: typeof statement, ours: typeof ledger) =>
      tell(theirs, ours, { decided: { unmatched: [{ statement: 'a', ledger: 'x' }] } }).at(-1);
    deepStrictEqual(parted([item('a', 5_000, '03-07')], [item('x', 5_000, '03-05')]), 'statement a not-in-ledger');
    deepStrictEqual(
      parted([item('a', 5_000, '03-07', 'INV-71')], [item('x', 2_000, '03-05', 'INV-71'), item('y', 3_000, '03-05', 'INV-71')]), // prettier-ignore
      'statement a amount-differs: y',
    );
    deepStrictEqual(
      parted([item('a', 5_000, '06-07', 'INV-71')], [item('x', 5_000, '03-05', 'INV-71')]),
      'statement a not-in-ledger',
    );
    deepStrictEqual(
      parted([item('a', 50_001, '03-07', 'INV-71')], [item('x', 50_000, '03-05', 'INV-71')]),
      'statement a not-in-ledger',
    );
    deepStrictEqual(
      parted([item('a', 49_000, '03-07', 'INV-71')], [item('x', 50_000, '03-05', 'INV-71')]),
      'statement a not-in-ledger',
    );
  });

  it('parts one of those that are alike, and not the others', () => {
    const alike = (...ids: string[]) => ids.map((id) => item(id, 5_000, '03-07', 'INV-71'));
    deepStrictEqual(
      tell(alike('a', 'b'), alike('x', 'y'), { decided: { unmatched: [{ statement: 'a', ledger: 'x' }] } }),
      ['statement a ambiguous: y', 'statement b ambiguous: x y', 'ledger x ambiguous: b', 'ledger y ambiguous: a b'],
    );
  });

  it('settles breaks: they stay breaks, and take part in nothing', () => {
    deepStrictEqual(
      decidedSo({
        explained: [
          { side: 'statement', id: 'a' },
          { side: 'ledger', id: 'y' },
        ],
      }),
      ['amount-and-date b = x', 'ledger y explained', 'statement a explained'],
    );
  });
});

describe('what cannot be worked with', () => {
  const refusal = (code: string, path: string, options: Options, theirs = statement, ours = ledger): void => {
    throws(
      () => reconcile(theirs, ours, options),
      (error) => {
        strictEqual(error instanceof MatchingRefused, true);
        strictEqual((error as Error).message, `${code}: ${path}`);
        return true;
      },
    );
  };

  it('is refused with a code and a path: items', () => {
    refusal('id-repeated', 'statement[2].id', {}, [...statement, item('a', 1, '01-01')]);
    refusal('date-malformed', 'ledger[0].date', {}, statement, [item('x', 1, '02-29')]);
    refusal('charges-negative', 'statement[0].chargesMinor', {}, [{ ...item('a', 1, '01-01'), chargesMinor: -1n }]);
  });

  it('is refused with a code and a path: decisions', () => {
    const decided = (code: string, path: string, of: Decided) => refusal(code, `decided.${path}`, { decided: of });
    const both = { statement: ['a'], ledger: ['x'] };
    decided('id-unknown', 'matched[0].ledger[1]', { matched: [{ statement: ['a'], ledger: ['x', 'z'] }] });
    decided('id-unknown', 'unmatched[0].statement', { unmatched: [{ statement: 'z', ledger: 'x' }] });
    decided('id-unknown', 'explained[0]', { explained: [{ side: 'statement', id: 'x' }] });
    decided('decided-twice', 'matched[1].statement[0]', { matched: [both, { statement: ['a'], ledger: ['y'] }] });
    decided('decided-twice', 'explained[0]', { matched: [both], explained: [{ side: 'ledger', id: 'x' }] });
    decided('decided-twice', 'unmatched[0]', { matched: [both], unmatched: [{ statement: 'a', ledger: 'x' }] });
    decided('too-few', 'matched[0]', { matched: [{ statement: ['a'], ledger: [] }] });
    const dollars = [{ ...item('x', 5_000, '03-05'), currency: 'USD' }];
    refusal('currencies-mixed', 'decided.matched[0]', { decided: { matched: [both] } }, statement, dollars);
  });

  it('is refused with a code and a path: rules', () => {
    const rules = (path: string, changed: Partial<typeof RULES>) =>
      refusal('rule-out-of-range', `rules.${path}`, { rules: { ...RULES, ...changed } });
    rules('maxCandidates', { maxCandidates: 13 });
    rules('window.before', { window: { before: -1, after: 5 } });
    rules('referenceWindow.after', { referenceWindow: { before: 1, after: Number.NaN } });
    rules('tolerance.minor', { tolerance: { minor: -1n, basisPoints: 0 } });
    rules('fee.basisPoints', { fee: { minor: 0n, basisPoints: 1.5 } });
    rules('referenceLength', { referenceLength: 0 });
    rules('oddsAgainstAccident', { oddsAgainstAccident: 0 });
  });
});
