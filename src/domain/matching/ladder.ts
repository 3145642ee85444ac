import { amountAndDate } from './amount-and-date.ts';
import type { Board } from './board.ts';
import { boardsOf } from './boards.ts';
import { breaksOf } from './breaks.ts';
import { settled, type Decided } from './decided.ts';
import { exactReference } from './exact-reference.ts';
import { groups } from './groups.ts';
import { byId, inOrder, type Items } from './items.ts';
import type { Item, Match, Reconciliation, Rung, Side } from './model.ts';
import { compare } from './order.ts';
import { checkRules, RULES, type Rules } from './rules.ts';
import { sumsOf } from './sums.ts';
import { fees, tolerance } from './tolerance.ts';

const LADDER: readonly (readonly [Rung, (board: Board) => void])[] = [
  ['exact-reference', exactReference],
  ['amount-and-date', amountAndDate],
  ['group', groups],
  ['tolerance', tolerance],
  ['fees', fees],
];

export interface Options {
  readonly rules?: Rules;
  readonly decided?: Decided;
  /** Told when a rung is done. */
  readonly onRung?: (rung: Rung) => void;
}

/**
 * Matches a statement with a ledger, from the strongest evidence to the weakest, and never guesses: what has two partners
 * that are as good is a break. Each item stands in exactly one match or one break. The answer depends on what the items
 * say and not on their order; currencies are reconciled each for itself. Takes time n log n and memory n.
 *
 * @throws MatchingRefused when the items, the rules or the decisions cannot be worked with
 */
export function reconcile(
  statement: readonly Item[],
  ledger: readonly Item[],
  { rules = RULES, decided = {}, onRung }: Options = {},
): Reconciliation {
  checkRules(rules);
  const items: Items = { statement: byId('statement', statement), ledger: byId('ledger', ledger) };
  const before = settled(decided, items);
  const boards = boardsOf(items, before.ids, rules, decided.unmatched ?? []);
  onRung?.('decided');
  for (const [rung, climb] of LADDER) {
    for (const board of boards) climb(board);
    onRung?.(rung);
  }
  const firstOf = ({ statement: [theirs], ledger: [ours] }: Match): Item =>
    items[theirs === undefined ? 'ledger' : 'statement'].get(theirs ?? ours ?? '')!;
  const ordered = (side: Side, ids: readonly string[]): readonly string[] =>
    ids.length < 2 ? ids : ids.toSorted((a, b) => inOrder(items[side].get(a)!, items[side].get(b)!));
  const matches = [...before.matches, ...boards.flatMap((board) => board.matches)]
    .map(({ rung, statement, ledger, differenceMinor }) => ({
      rung,
      statement: ordered('statement', statement),
      ledger: ordered('ledger', ledger),
      differenceMinor,
    }))
    .toSorted((a, b) => inOrder(firstOf(a), firstOf(b)) || b.statement.length - a.statement.length);
  const breaks = [...before.breaks, ...boards.flatMap(breaksOf)].toSorted(
    (a, b) => inOrder(items[a.side].get(a.id)!, items[b.side].get(b.id)!) || compare(b.side, a.side),
  );
  onRung?.('person');
  return { matches, breaks, rungs: sumsOf(items, matches, breaks) };
}
