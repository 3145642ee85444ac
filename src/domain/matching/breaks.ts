import type { Board } from './board.ts';
import { byAmount, byReference, within } from './indexes.ts';
import type { Lot } from './lots.ts';
import { otherSide, SIDES, type Break } from './model.ts';

/** What no rung has matched, and what a person may look at first. */
export function breaksOf(board: Board): Break[] {
  const { window, referenceWindow, maxCandidates } = board.rules;
  return SIDES.flatMap((side) => {
    const others = board.unmatched(otherSide(side));
    const left = new Set(others.flatMap(({ ids }) => ids));
    const [references, amounts] = [byReference(others), byAmount(others)];
    const why = (lot: Lot): Pick<Break, 'kind' | 'candidates'> => {
      if (lot.held?.kind === 'ambiguous') {
        // Some may have been found to belong elsewhere since.
        const candidates = lot.held.candidates.filter((id) => left.has(id));
        if (candidates.length > 0) return { kind: 'ambiguous', candidates };
      } else if (lot.held) return lot.held;
      const found = (kind: Break['kind'], lots: readonly Lot[]) => ({ kind, candidates: board.named(new Set(lots)) });
      const sharing = lot.references.map((reference) => references.get(reference) ?? []);
      const otherAmount = sharing.flatMap((lots) => within(lot, lots, referenceWindow, maxCandidates));
      if (otherAmount.length > 0) return found('amount-differs', otherAmount);
      const otherDate = sharing
        .filter(({ length }) => length <= maxCandidates) // more carry it than anybody looks through
        .flatMap((lots) => lots.filter((each) => each.amountMinor === lot.amountMinor && !lot.partedFrom?.has(each)));
      if (otherDate.length > 0) return found('date-differs', otherDate);
      const otherReference = within(lot, amounts.get(lot.amountMinor) ?? [], window, maxCandidates);
      if (otherReference.length > 0) return found('reference-differs', otherReference);
      return found(side === 'statement' ? 'not-in-ledger' : 'not-on-statement', []);
    };
    return board.unmatched(side).flatMap((lot) => {
      const same = why(lot);
      return lot.ids.map((id) => ({ side, id, ...same }));
    });
  });
}
