import { dayOf } from './days.ts';
import type { BreakKind, Item, Side } from './model.ts';
import { compare } from './order.ts';
import { goodReferences } from './references.ts';

/**
 * Items of one side that are alike in all that matching looks at. Which of them is paired makes no difference, so the
 * rungs decide about lots, and ids are only counted off, ascending. It is also what bounds the work: a hundred thousand
 * alike are one lot.
 */
export interface Lot {
  readonly side: Side;
  readonly day: number;
  readonly amountMinor: bigint;
  readonly chargesMinor: bigint | undefined;
  /** Normalised, good, ascending. */
  readonly references: readonly string[];
  /** A person has said that they do not belong together. Such an item is a lot of its own. */
  partedFrom: Set<Lot> | undefined;
  /** Of those that are not matched yet, ascending. */
  ids: string[];
  /** Kept for a person: no weaker rung decides what a stronger one has left open. */
  held: { readonly kind: BreakKind; readonly candidates: readonly string[] } | undefined;
}

/** By date, amount and id. */
export const canonically = (a: Lot, b: Lot): number =>
  a.day - b.day || compare(a.amountMinor, b.amountMinor) || compare(a.ids[0] ?? '', b.ids[0] ?? '');

export const isOpen = (lot: Lot): boolean => lot.ids.length > 0 && lot.held === undefined;
export const isBare = (lot: Lot): boolean => lot.references.length === 0;
export const countOf = (lots: readonly Lot[]): number => lots.reduce((sum, { ids }) => sum + ids.length, 0);

/** The items of one side and one currency, in canonical order. `apart` are the ids that a person has unmatched from something. */
export function lotsOf(side: Side, items: readonly Item[], apart: ReadonlySet<string>, referenceLength: number): Lot[] {
  const lots = new Map<string, Lot>();
  const days = new Map<string, number>(); // a year has few, and reading one is slow
  for (const { id, amountMinor, date, references, chargesMinor } of items) {
    const good = goodReferences(references, referenceLength);
    const alike = `${date} ${amountMinor} ${chargesMinor ?? ''} ${good.join(' ')} ${apart.has(id) ? id : ''}`;
    const lot = lots.get(alike);
    if (lot) lot.ids.push(id);
    else {
      const day = days.get(date) ?? dayOf(date) ?? 0;
      days.set(date, day);
      const fresh = { partedFrom: undefined, ids: [id], held: undefined };
      lots.set(alike, { side, day, amountMinor, chargesMinor, references: good, ...fresh });
    }
  }
  const sorted = [...lots.values()];
  for (const lot of sorted) lot.ids.sort();
  return sorted.sort(canonically);
}
