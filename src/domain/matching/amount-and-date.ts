import type { Board } from './board.ts';
import { byAmount, only, spokenFor, within } from './indexes.ts';
import { isBare, type Lot } from './lots.ts';

/**
 * The amount, within the window of dates, where nothing else has that amount there: neither on this side nor on the
 * other. Only where one of the two has no reference, for two that differ speak against each other; and where
 * neither has a reference that stands on something else.
 */
export function amountAndDate(board: Board): void {
  const { window, maxCandidates } = board.rules;
  const isSpokenFor = spokenFor(board);
  const ledgers = byAmount(board.open('ledger'));
  const doubtful: [Lot, Lot[]][] = [];
  for (const [amountMinor, statement] of byAmount(board.open('statement'))) {
    const ledger = ledgers.get(amountMinor) ?? [];
    // Each is looked at before any is matched: what is matched here was a possibility for nobody else.
    const pairs = statement.flatMap((lot): [Lot, Lot][] => {
      const partner = only(lot, ledger, window);
      return partner && only(partner, statement, window) === lot && (isBare(lot) || isBare(partner))
        ? [[lot, partner]]
        : [];
    });
    const matched = new Set<Lot>();
    for (const [lot, partner] of pairs)
      if (lot.ids.length === partner.ids.length && !isSpokenFor(lot) && !isSpokenFor(partner))
        matched.add(lot).add(partner);
    for (const [lots, others] of [[statement, ledger] as const, [ledger, statement] as const])
      for (const lot of lots) {
        if (matched.has(lot) || isSpokenFor(lot)) continue;
        const partners = within(lot, others, window, maxCandidates);
        if (partners.some((partner) => isBare(lot) || isBare(partner))) doubtful.push([lot, partners]);
      }
    for (const [lot, partner] of pairs) if (matched.has(lot)) board.pair('amount-and-date', lot, partner);
  }
  for (const [lot, partners] of doubtful) board.hold(lot, 'ambiguous', board.named(partners));
}
