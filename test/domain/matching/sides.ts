import { reconcile, type Options } from '../../../src/domain/matching/ladder.ts';
import type { Item, Reconciliation } from '../../../src/domain/matching/model.ts';

/** `item('a', 100, '03-14', 'INV-2025')`: an item of 2025, in euro cents. */
export const item = (id: string, amountMinor: number, date: string, ...references: string[]): Item => ({
  id,
  amountMinor: BigInt(amountMinor),
  currency: 'EUR',
  date: `2025-${date}`,
  references,
});

/** A line for each match and each break: `exact-reference a = x`, `tolerance a = x by 3`, `statement a ambiguous: x y`. */
export const told = ({ matches, breaks }: Reconciliation): string[] => [
  ...matches.map(
    ({ rung, statement, ledger, differenceMinor }) =>
      `${rung} ${statement.join(' ')} = ${ledger.join(' ')}${differenceMinor === 0n ? '' : ` by ${differenceMinor}`}`,
  ),
  ...breaks.map(
    ({ side, id, kind, candidates }) =>
      `${side} ${id} ${kind}${candidates.length > 0 ? `: ${candidates.join(' ')}` : ''}`,
  ),
];

export const tell = (statement: readonly Item[], ledger: readonly Item[], options?: Options): string[] =>
  told(reconcile(statement, ledger, options));
