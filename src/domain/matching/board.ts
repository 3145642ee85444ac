import { canonically, isOpen, type Lot } from './lots.ts';
import type { BreakKind, Match, Side } from './model.ts';
import type { Rules } from './rules.ts';

/** Both sides in one currency, and what the rungs have made of them. */
export class Board {
  readonly rules: Rules;
  readonly lots: Readonly<Record<Side, readonly Lot[]>>;
  readonly matches: Match[] = [];

  constructor(rules: Rules, lots: Readonly<Record<Side, readonly Lot[]>>) {
    this.rules = rules;
    this.lots = lots;
  }

  open(side: Side): Lot[] {
    return this.lots[side].filter(isOpen);
  }

  /** Open or held. */
  unmatched(side: Side): Lot[] {
    return this.lots[side].filter(({ ids }) => ids.length > 0);
  }

  /** Matches the items of two lots one to one, as far as there are as many. */
  pair(rung: Match['rung'], statement: Lot, ledger: Lot): void {
    const differenceMinor = statement.amountMinor - ledger.amountMinor;
    const pairs = Math.min(statement.ids.length, ledger.ids.length);
    const ours = take(ledger, pairs);
    for (const [at, id] of take(statement, pairs).entries())
      this.matches.push({ rung, statement: [id], ledger: [ours[at]!], differenceMinor });
  }

  /** Matches one item with several. */
  group(one: Lot, parts: readonly (readonly [lot: Lot, count: number])[]): void {
    const [ones, others] = [take(one, 1), parts.flatMap(([lot, count]) => take(lot, count))];
    const [statement, ledger] = one.side === 'statement' ? [ones, others] : [others, ones];
    this.matches.push({ rung: 'group', statement, ledger, differenceMinor: 0n });
  }

  hold(lot: Lot, kind: BreakKind, candidates: readonly string[]): void {
    lot.held = { kind, candidates };
  }

  /** The ids that a break names as candidates. */
  named(candidates: Iterable<Lot>): string[] {
    const most = this.rules.maxCandidates;
    const ids = [...candidates].toSorted(canonically).flatMap((lot) => lot.ids.slice(0, most));
    return ids.slice(0, most);
  }
}

const take = (lot: Lot, count: number): string[] => lot.ids.splice(0, count);
