import { dayOf } from './days.ts';

import type { Item, Side } from './model.ts';
import { compare } from './order.ts';
import { MatchingRefused } from './refused.ts';

/** Both sides, by id. */
export type Items = Readonly<Record<Side, ReadonlyMap<string, Item>>>;

/** @throws MatchingRefused when one of the items cannot be matched */
export function byId(side: Side, items: readonly Item[]): Map<string, Item> {
  const found = new Map<string, Item>();
  const dates = new Set<string>(); // a year has few, and reading one is slow
  for (const [at, item] of items.entries()) {
    const refuse = (code: MatchingRefused['code'], field: keyof Item): never => {
      throw new MatchingRefused(code, `${side}[${at}].${field}`);
    };
    if (found.has(item.id)) refuse('id-repeated', 'id');
    if (!dates.has(item.date) && dayOf(item.date) === undefined) refuse('date-malformed', 'date');
    if ((item.chargesMinor ?? 0n) < 0n) refuse('charges-negative', 'chargesMinor');
    dates.add(item.date);
    found.set(item.id, item);
  }
  return found;
}

export const sumOf = (items: readonly Item[]): bigint => items.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

/** By date, amount and id. */
export const inOrder = (a: Item, b: Item): number =>
  compare(a.date, b.date) || compare(a.amountMinor, b.amountMinor) || compare(a.id, b.id);
