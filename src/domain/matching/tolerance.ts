import type { Board } from './board.ts';
import { byReference, sharing } from './indexes.ts';
import type { Lot } from './lots.ts';
import { otherSide, SIDES } from './model.ts';
import { magnitude } from './order.ts';
import { allowed } from './rules.ts';

/** A shared reference, and a difference as small as rounding makes it, of either sign. */
export function tolerance(board: Board): void {
  matchDiffering(board, 'tolerance', (statement, ledger) => {
    const difference = magnitude(statement.amountMinor - ledger.amountMinor);
    return !statement.chargesMinor && difference <= allowed(board.rules.tolerance, ledger.amountMinor);
  });
}

/**
 * A shared reference, and a statement's entry that is less by a fee: by exactly what the bank declares, or where it
 * declares nothing by no more than the rule allows. Paid or received, a fee makes the statement's amount less.
 */
export function fees(board: Board): void {
  matchDiffering(board, 'fees', (statement, ledger) => {
    const fee = ledger.amountMinor - statement.amountMinor;
    if (statement.chargesMinor !== undefined) return fee === statement.chargesMinor;
    return fee > 0n && fee <= allowed(board.rules.fee, ledger.amountMinor);
  });
}

/** Matches those that are each other's only acceptable partner. */
function matchDiffering(
  board: Board,
  rung: 'tolerance' | 'fees',
  accepts: (statement: Lot, ledger: Lot) => boolean,
): void {
  const { referenceWindow, maxCandidates } = board.rules;
  const open = { statement: byReference(board.open('statement')), ledger: byReference(board.open('ledger')) };
  const partners = new Map<Lot, readonly Lot[]>();
  for (const side of SIDES)
    for (const lot of board.open(side)) {
      const candidates = sharing(lot, open[otherSide(side)], referenceWindow, maxCandidates) ?? [];
      const accepted = [...candidates].filter((other) =>
        side === 'statement' ? accepts(lot, other) : accepts(other, lot),
      );
      if (accepted.length > 0) partners.set(lot, accepted);
    }
  const onlyOf = (lot: Lot): Lot | undefined => {
    const [partner, another] = partners.get(lot) ?? [];
    return another ? undefined : partner;
  };
  const pairs: [statement: Lot, ledger: Lot][] = [];
  const doubtful: [Lot, string[]][] = [];
  for (const [lot, accepted] of partners) {
    const partner = onlyOf(lot);
    const sure = partner && onlyOf(partner) === lot && partner.ids.length === lot.ids.length;
    if (!sure) doubtful.push([lot, board.named(accepted)]);
    else if (lot.side === 'statement') pairs.push([lot, partner]);
  }
  for (const [statement, ledger] of pairs) board.pair(rung, statement, ledger);
  for (const [lot, candidates] of doubtful) board.hold(lot, 'ambiguous', candidates);
}
