import type { Board } from './board.ts';
import type { Lot } from './lots.ts';
import { otherSide } from './model.ts';
import type { Window } from './rules.ts';

/**
 * Those `among` lots of the other side (ascending by day) that are within the window of `lot`, and not parted from it:
 * the first `most` of them. Costs a binary search and what it returns.
 */
export function within(lot: Lot, among: readonly Lot[], { before, after }: Window, most: number): Lot[] {
  const [from, to] = lot.side === 'ledger' ? [lot.day - before, lot.day + after] : [lot.day - after, lot.day + before];
  let [low, high] = [0, among.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (among[middle]!.day < from) low = middle + 1;
    else high = middle;
  }
  const found: Lot[] = [];
  for (let at = low; at < among.length && found.length < most; at++) {
    const other = among[at]!;
    if (other.day > to) break;
    if (!lot.partedFrom?.has(other)) found.push(other);
  }
  return found;
}

/** The one lot among these that is within the window; nothing when there are several, or none. */
export function only(lot: Lot, among: readonly Lot[], window: Window): Lot | undefined {
  const [first, second] = within(lot, among, window, 2);
  return second === undefined ? first : undefined;
}

/** Lots by amount, in the order given. */
export function byAmount(lots: readonly Lot[]): Map<bigint, Lot[]> {
  const found = new Map<bigint, Lot[]>();
  for (const lot of lots) {
    const same = found.get(lot.amountMinor);
    if (same) same.push(lot);
    else found.set(lot.amountMinor, [lot]);
  }
  return found;
}

export type ByReference = ReadonlyMap<string, readonly Lot[]>;

/** Lots by each of their references, in the order given. */
export function byReference(lots: readonly Lot[]): ByReference {
  const found = new Map<string, Lot[]>();
  for (const lot of lots)
    for (const reference of lot.references) {
      const same = found.get(reference);
      if (same) same.push(lot);
      else found.set(reference, [lot]);
    }
  return found;
}

/**
 * The lots of the other side with which this one shares a reference, within the window; nothing when they are more than
 * `most` items: what so many carry says who, and not what.
 */
export function sharing(lot: Lot, others: ByReference, window: Window, most: number): ReadonlySet<Lot> | undefined {
  const found = new Set<Lot>();
  let count = 0;
  for (const reference of lot.references)
    for (const other of within(lot, others.get(reference) ?? [], window, most + 1)) {
      if (found.has(other)) continue;
      found.add(other);
      if ((count += other.ids.length) > most) return undefined;
    }
  return found;
}

/**
 * Whether one of an item's references stands on something of the other side that is not matched as the board is now:
 * then that is where it belongs.
 */
export function spokenFor(board: Board): (lot: Lot) => boolean {
  const unmatched = {
    statement: byReference(board.unmatched('statement')),
    ledger: byReference(board.unmatched('ledger')),
  };
  return (lot) =>
    lot.references.some((reference) =>
      unmatched[otherSide(lot.side)].get(reference)?.some((other) => !lot.partedFrom?.has(other)),
    );
}
