import type { Board } from './board.ts';
import { byAmount, byReference, only, within } from './indexes.ts';
import { isOpen, type Lot } from './lots.ts';
import type { Window } from './rules.ts';

/** Lots of both sides with one reference and one amount, ascending by day. */
interface Class {
  readonly statement: readonly Lot[];
  readonly ledger: readonly Lot[];
}

/** A pair found by one reference can leave only one choice for another. No real chain of such is longer. */
const ROUNDS = 8;

/**
 * A reference and the amount. References are not unique (end-to-end ids are not, a mandate's never): so within the
 * narrow window first, then within the wide one, and each the other's only partner. Where an item's references
 * lead to different partners, or one leads to several, a person decides. Of items that are alike, as many are matched as
 * both sides have; those beyond are duplicates.
 */
export function exactReference(board: Board): void {
  let classes = classesOf(board);
  const { window, referenceWindow, maxCandidates } = board.rules;
  const beyond = new Map<Lot, string[]>();
  for (const each of [window, referenceWindow])
    for (let round = 0; round < ROUNDS; round++) {
      const pairs = onlyPartners(classes, each);
      for (const [statement, ledger] of pairs) {
        const [more, fewer] = statement.ids.length > ledger.ids.length ? [statement, ledger] : [ledger, statement];
        beyond.set(more, board.named([fewer]));
        board.pair('exact-reference', statement, ledger);
      }
      if (pairs.length === 0) break;
      classes = stillOpen(classes);
    }
  const doubtful = new Map<Lot, Set<Lot>>();
  for (const { statement, ledger } of classes)
    for (const [lots, others] of [[statement, ledger] as const, [ledger, statement] as const])
      for (const lot of lots)
        for (const partner of within(lot, others, referenceWindow, maxCandidates))
          doubtful.set(lot, (doubtful.get(lot) ?? new Set()).add(partner));
  for (const [lot, candidates] of beyond) if (isOpen(lot)) board.hold(lot, 'duplicate', candidates);
  for (const [lot, partners] of doubtful) board.hold(lot, 'ambiguous', board.named(partners));
}

function classesOf(board: Board): Class[] {
  const ledgers = byReference(board.open('ledger'));
  const classes: Class[] = [];
  for (const [reference, statements] of byReference(board.open('statement'))) {
    const ledger = byAmount(ledgers.get(reference) ?? []);
    for (const [amountMinor, statement] of byAmount(statements)) {
      const same = ledger.get(amountMinor);
      if (same) classes.push({ statement, ledger: same });
    }
  }
  return classes;
}

const stillOpen = (classes: readonly Class[]): Class[] =>
  classes
    .map(({ statement, ledger }) => ({ statement: statement.filter(isOpen), ledger: ledger.filter(isOpen) }))
    .filter(({ statement, ledger }) => statement.length > 0 && ledger.length > 0);

/** The pairs on which every reference agrees that says anything. */
function onlyPartners(classes: readonly Class[], window: Window): [statement: Lot, ledger: Lot][] {
  const said = new Map<Lot, Lot | 'several'>();
  const say = (lot: Lot, partner: Lot): void => {
    const before = said.get(lot);
    said.set(lot, before === undefined || before === partner ? partner : 'several');
  };
  for (const { statement, ledger } of classes)
    for (const lot of statement) {
      const partner = only(lot, ledger, window);
      if (partner === undefined || only(partner, statement, window) !== lot) continue;
      say(lot, partner);
      say(partner, lot);
    }
  return [...said].flatMap(([lot, partner]): [Lot, Lot][] =>
    lot.side === 'statement' && partner !== 'several' && said.get(partner) === lot ? [[lot, partner]] : [],
  );
}
