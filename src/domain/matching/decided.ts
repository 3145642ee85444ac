import { sumOf, type Items } from './items.ts';
import type { Break, Item, Match, Side } from './model.ts';
import { MatchingRefused } from './refused.ts';

/** What a person has decided before; they come before any rung. Ids must be among the items: a decision is never dropped in silence. */
export interface Decided {
  /** These belong together, whatever the difference; also several of one side alone, as a payment and its return. */
  readonly matched?: readonly { readonly statement: readonly string[]; readonly ledger: readonly string[] }[];
  /** These two do not belong together, neither alone nor in a group. */
  readonly unmatched?: readonly { readonly statement: string; readonly ledger: string }[];
  /** No partner is looked for: the reason is known. */
  readonly explained?: readonly { readonly side: Side; readonly id: string }[];
}

export interface Settled {
  readonly matches: readonly Match[];
  readonly breaks: readonly Break[];
  /** Of each side, what takes no part in any rung. */
  readonly ids: Readonly<Record<Side, ReadonlySet<string>>>;
}

/** @throws MatchingRefused when the decisions contradict each other or the items */
export function settled(decided: Decided, items: Items): Settled {
  const ids = { statement: new Set<string>(), ledger: new Set<string>() };
  const itemAt = (side: Side, id: string, path: string): Item => {
    const item = items[side].get(id);
    if (!item) throw new MatchingRefused('id-unknown', path);
    return item;
  };
  const settle = (side: Side, id: string, path: string): Item => {
    const item = itemAt(side, id, path);
    if (ids[side].has(id)) throw new MatchingRefused('decided-twice', path);
    ids[side].add(id);
    return item;
  };

  const together = new Map<string, number>();
  const matches = (decided.matched ?? []).map(({ statement, ledger }, at): Match => {
    const path = `decided.matched[${at}]`;
    const itemsOf = (side: Side, of: readonly string[]): Item[] =>
      of.map((id, i) => settle(side, id, `${path}.${side}[${i}]`));
    const [theirs, ours] = [itemsOf('statement', statement), itemsOf('ledger', ledger)];
    const [first, second] = [...theirs, ...ours];
    if (!first || !second) throw new MatchingRefused('too-few', path);
    if ([...theirs, ...ours].some(({ currency }) => currency !== first.currency))
      throw new MatchingRefused('currencies-mixed', path);
    for (const id of statement) together.set(`statement ${id}`, at);
    for (const id of ledger) together.set(`ledger ${id}`, at);
    return { rung: 'decided', statement, ledger, differenceMinor: sumOf(theirs) - sumOf(ours) };
  });
  for (const [at, { statement, ledger }] of (decided.unmatched ?? []).entries()) {
    const path = `decided.unmatched[${at}]`;
    itemAt('statement', statement, `${path}.statement`);
    itemAt('ledger', ledger, `${path}.ledger`);
    const match = together.get(`statement ${statement}`);
    if (match !== undefined && match === together.get(`ledger ${ledger}`))
      throw new MatchingRefused('decided-twice', path);
  }
  const breaks = (decided.explained ?? []).map(({ side, id }, at): Break => {
    settle(side, id, `decided.explained[${at}]`);
    return { side, id, kind: 'explained', candidates: [] };
  });
  return { matches, breaks, ids };
}
