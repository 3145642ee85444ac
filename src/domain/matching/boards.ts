import { Board } from './board.ts';
import type { Decided } from './decided.ts';
import type { Items } from './items.ts';
import { lotsOf, type Lot } from './lots.ts';
import { SIDES, type Item, type Side } from './model.ts';
import type { Rules } from './rules.ts';

/** A board for each currency, with everything that a person has not decided. */
export function boardsOf(
  items: Items,
  settledIds: Readonly<Record<Side, ReadonlySet<string>>>,
  rules: Rules,
  unmatched: NonNullable<Decided['unmatched']>,
): Board[] {
  const apart = {
    statement: new Set(unmatched.map((pair) => pair.statement)),
    ledger: new Set(unmatched.map((pair) => pair.ledger)),
  };
  const byCurrency = new Map<string, Record<Side, Item[]>>();
  for (const side of SIDES)
    for (const item of items[side].values()) {
      if (settledIds[side].has(item.id)) continue;
      let both = byCurrency.get(item.currency);
      if (!both) byCurrency.set(item.currency, (both = { statement: [], ledger: [] }));
      both[side].push(item);
    }
  const boards = [...byCurrency.values()].map((of) => {
    const lots = (side: Side): Lot[] => lotsOf(side, of[side], apart[side], rules.referenceLength);
    return new Board(rules, { statement: lots('statement'), ledger: lots('ledger') });
  });
  const lotOf = (side: Side): Map<string, Lot> =>
    new Map(
      boards.flatMap((board) =>
        board.lots[side].flatMap((lot) => lot.ids.filter((id) => apart[side].has(id)).map((id) => [id, lot] as const)),
      ),
    );
  const lots = { statement: lotOf('statement'), ledger: lotOf('ledger') };
  for (const pair of unmatched) {
    const [theirs, ours] = [lots.statement.get(pair.statement), lots.ledger.get(pair.ledger)];
    if (!theirs || !ours) continue; // decided otherwise meanwhile
    (theirs.partedFrom ??= new Set()).add(ours);
    (ours.partedFrom ??= new Set()).add(theirs);
  }
  return boards;
}
