import type { Decided } from '../../domain/matching/decided.ts';
import type { Item, Side } from '../../domain/matching/model.ts';
import { entriesOf, idsOf, type Seen, type Standing, type StandingDecision } from './standing.ts';

/** What stands as decided, as matching takes it. */
export interface DecidedNow {
  readonly decided: Decided;
  /** They are about entries that are there no more, or say otherwise now; and wait for a person. */
  readonly lapsed: readonly StandingDecision[];
  /** The decision by which an entry is matched or explained. */
  readonly by: (side: Side, id: string) => StandingDecision | undefined;
}

/** Puts apart what counts, what lapsed, and what a locked month has settled. */
export function decidedNow(standing: Standing, items: Readonly<Record<Side, ReadonlyMap<string, Item>>>): DecidedNow {
  const asSeen = (side: Side, { id, amountMinor, currency }: Seen): boolean => {
    const item = items[side].get(id);
    return item !== undefined && String(item.amountMinor) === amountMinor && item.currency === currency;
  };
  const inPlay = (side: Side, id: string): boolean => items[side].has(id) && !standing.isSettled(side, id);
  /** What of it no locked month has settled. An explained entry stands for itself, and so may be of another month than the next. */
  const openOf = (decision: StandingDecision) =>
    entriesOf(decision).filter(({ side, entry }) => !standing.isSettled(side, entry.id));
  const isWhole = (decision: StandingDecision): boolean =>
    openOf(decision).every(({ side, entry }) => asSeen(side, entry));

  const ofKind = (...kinds: readonly StandingDecision['kind'][]): StandingDecision[] =>
    standing.decisions.filter(({ kind }) => kinds.includes(kind));
  const counts = ofKind('match', 'write-off', 'explain').filter((decision) => openOf(decision).length > 0);
  const current = counts.filter(isWhole);
  const matched = current.filter(({ kind }) => kind !== 'explain');
  const explained = current.filter(({ kind }) => kind === 'explain');
  const by = new Map(
    current.flatMap((decision) =>
      openOf(decision).map(({ side, entry }) => [`${side} ${entry.id}`, decision] as const),
    ),
  );
  return {
    decided: {
      matched: matched.map(idsOf),
      // Pair by pair, for as long as both are there.
      unmatched: ofKind('unmatch')
        .map(idsOf)
        .flatMap((parted) =>
          parted.statement.flatMap((statement) => parted.ledger.map((ledger) => ({ statement, ledger }))),
        )
        .filter(({ statement, ledger }) => inPlay('statement', statement) && inPlay('ledger', ledger)),
      explained: explained.flatMap((decision) => openOf(decision).map(({ side, entry }) => ({ side, id: entry.id }))),
    },
    lapsed: [
      ...counts.filter((decision) => !isWhole(decision)),
      ...standing.locks.filter((lock) => !entriesOf(lock).every(({ side, entry }) => asSeen(side, entry))),
    ],
    by: (side, id) => by.get(`${side} ${id}`),
  };
}
