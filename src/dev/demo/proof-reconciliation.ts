import { waitingIn, type Result } from '../../domain/reconciliation/result.ts';
import { check, type Check } from './check.ts';
import type { TransferEnd } from './ends.ts';
import { NOSTRO } from './inputs-payments.ts';

/** What the bank told, against what the books say: published when it was compared, when it was decided about, and taken back. */
export function reconciliationChecks(ends: readonly TransferEnd[]): Check[] {
  const settled = ends.filter(({ payment }) => payment === 'settled').length;
  const at = 'S3, published';
  const matched = (result: Result | undefined, rung: string): number =>
    result?.matches.filter((match) => match.rung === rung).length ?? Number.NaN;
  const waiting = (result: Result | undefined): number => (result ? waitingIn(result) : Number.NaN);
  return [
    check(at, 'versions of the month', 3, ({ published }) => published.length),
    check(at, 'compared: matched by reference', settled, ({ published: [compared] }) =>
      matched(compared, 'exact-reference'),
    ),
    check(at, 'compared: waits for a person', 1, ({ published: [compared] }) => waiting(compared)),
    check(at, 'decided: written off', 1, ({ published: [, decided] }) => matched(decided, 'decided')),
    check(at, 'decided: waits for a person', 0, ({ published: [, decided] }) => waiting(decided)),
    check(at, 'rolled back: waits for a person', 1, ({ published: [, , back] }) => waiting(back)),
    check(
      'ledger',
      'our account and the bank’s, pence',
      0,
      ({ accounts, bankMinor }) => accounts.get(NOSTRO)! + bankMinor,
    ),
  ];
}
