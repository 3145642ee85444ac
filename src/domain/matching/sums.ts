import { sumOf, type Items } from './items.ts';
import { RUNGS, type Break, type Item, type Match, type Rung, type RungSum, type Side } from './model.ts';
import { compare } from './order.ts';

/** What each rung has taken: counted in the items themselves, so that it would not hide an item lost or matched twice. */
export function sumsOf(items: Items, matches: readonly Match[], breaks: readonly Break[]): RungSum[] {
  const sums = new Map<string, { -readonly [field in keyof RungSum]: RungSum[field] }>();
  const add = (rung: Rung, matched: number, theirs: readonly Item[], ours: readonly Item[]): void => {
    const { currency } = [...theirs, ...ours][0]!;
    let sum = sums.get(`${currency} ${rung}`);
    if (!sum) {
      sum = { rung, currency, matches: 0, statementItems: 0, statementMinor: 0n, ledgerItems: 0, ledgerMinor: 0n };
      sums.set(`${currency} ${rung}`, sum);
    }
    sum.matches += matched;
    sum.statementItems += theirs.length;
    sum.statementMinor += sumOf(theirs);
    sum.ledgerItems += ours.length;
    sum.ledgerMinor += sumOf(ours);
  };
  const itemsOf = (side: Side, ids: readonly string[]): Item[] => ids.map((id) => items[side].get(id)!);
  for (const { rung, statement, ledger } of matches)
    add(rung, 1, itemsOf('statement', statement), itemsOf('ledger', ledger));
  for (const { side, id } of breaks)
    add('person', 0, itemsOf('statement', side === 'statement' ? [id] : []), itemsOf('ledger', side === 'ledger' ? [id] : [])); // prettier-ignore
  return [...sums.values()].toSorted(
    (a, b) => compare(a.currency, b.currency) || RUNGS.indexOf(a.rung) - RUNGS.indexOf(b.rung),
  );
}
