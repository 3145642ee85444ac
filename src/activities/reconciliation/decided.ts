import type { Decided } from '../../domain/matching/decided.ts';
import { SIDES, type Item, type Side } from '../../domain/matching/model.ts';
import type { Ids, Standing, StandingDecision } from './standing.ts';

/** What stands as decided, as matching takes it. */
export interface DecidedNow {
  readonly decided: Decided;
  /** They are about entries that are there no more, and wait for a person. */
  readonly lapsed: readonly StandingDecision[];
  /** The decision by which an entry is matched or explained. */
  readonly by: (side: Side, id: string) => StandingDecision | undefined;
}

/** Puts apart what counts, what lapsed, and what a locked month has settled. */
export function decidedNow(standing: Standing, items: Readonly<Record<Side, ReadonlyMap<string, Item>>>): DecidedNow {
  const whole = (ids: Ids): boolean => SIDES.every((side) => ids[side].every((id) => items[side].has(id)));
  const current = standing.decisions.filter((decision) => !standing.touches(decision) && whole(decision));
  const lapsed = [
    // That two things do not belong together is said of nothing when one of them is gone.
    ...standing.decisions.filter((decision) => decision.kind !== 'unmatch' && !standing.touches(decision)),
    ...standing.locks,
  ].filter((decision) => !whole(decision));

  const ofKind = (...kinds: readonly StandingDecision['kind'][]): StandingDecision[] =>
    current.filter(({ kind }) => kinds.includes(kind));
  const matched = ofKind('match', 'write-off');
  const explained = ofKind('explain');
  const by = new Map(
    [...matched, ...explained].flatMap((decision) =>
      SIDES.flatMap((side) => decision[side].map((id) => [`${side} ${id}`, decision] as const)),
    ),
  );
  return {
    decided: {
      matched,
      unmatched: ofKind('unmatch').flatMap((parted) =>
        parted.statement.flatMap((statement) => parted.ledger.map((ledger) => ({ statement, ledger }))),
      ),
      explained: explained.flatMap((decision) => SIDES.flatMap((side) => decision[side].map((id) => ({ side, id })))),
    },
    lapsed,
    by: (side, id) => by.get(`${side} ${id}`),
  };
}
