import type { Decision } from '../../contracts/decisions.ts';
import { SIDES, type Side } from '../../domain/matching/model.ts';
import type { Tx } from '../../kit/effects/database.ts';

/** Ids of entries, of each side. */
export type Ids = Readonly<Record<Side, readonly string[]>>;

/** A decision that stands: neither withdrawn, nor a withdrawal. A lock is about all that was settled in its month. */
export interface StandingDecision extends Ids {
  readonly id: string;
  readonly kind: Exclude<Decision['kind'], 'withdraw'>;
  /** Of a write-off: the entry of ours that it booked, which is among `ledger`. */
  readonly booked: string | null;
  /** The month that it counts for. */
  readonly period: string;
  readonly actor: string;
  readonly approver: string | null;
  readonly reason: string;
}

/** What stands as decided about an account, whose row the caller has locked. */
export class Standing {
  /** About entries, as they were made. */
  readonly decisions: readonly StandingDecision[];
  readonly locks: readonly StandingDecision[];
  readonly #settled: Readonly<Record<Side, ReadonlySet<string>>>;

  private constructor(decisions: readonly StandingDecision[], locks: readonly StandingDecision[]) {
    this.decisions = decisions;
    this.locks = locks;
    const settled = (side: Side): ReadonlySet<string> => new Set(locks.flatMap((lock) => lock[side]));
    this.#settled = { statement: settled('statement'), ledger: settled('ledger') };
  }

  static async of(tx: Tx, account: string): Promise<Standing> {
    const all = await tx.query<StandingDecision>(
      `select decision_id as id, kind, statement, ledger, booked, period, actor, approver, reason
       from reconciliation.standing where account = $1 order by at, decision_id`,
      [account],
    );
    const locks = all.filter(({ kind }) => kind === 'lock');
    const settled = (side: Side): string =>
      `jsonb_path_query_array(result, '$.matches[*].${side}[*].id')
       || jsonb_path_query_array(result, '$.breaks[*] ? (@.kind == "explained" && @.side == "${side}").item.id')`;
    const results = await tx.query<Ids & { period: string }>(
      `select distinct on (period) period, ${settled('statement')} as statement, ${settled('ledger')} as ledger
       from reconciliation.results where account = $1 and period = any ($2) order by period, n desc`,
      [account, locks.map(({ period }) => period)],
    );
    const settledIn = new Map(results.map(({ period, ...ids }) => [period, ids]));
    return new Standing(
      all.filter(({ kind }) => kind !== 'lock'),
      locks.map((lock) => ({ ...lock, ...settledIn.get(lock.period) })),
    );
  }

  /** Whether it was settled in a month that is locked: it takes part in nothing any more. */
  isSettled(side: Side, id: string): boolean {
    return this.#settled[side].has(id);
  }

  /** Whether any of these was. */
  touches(ids: Ids): boolean {
    return SIDES.some((side) => ids[side].some((id) => this.isSettled(side, id)));
  }

  isLocked(period: string): boolean {
    return this.locks.some((lock) => lock.period === period);
  }

  /** The month that something of this day counts for: its own, or the next one that is not locked. */
  periodOf(date: string): string {
    let period = date.slice(0, 7);
    while (this.isLocked(period)) period = monthAfter(period);
    return period;
  }
}

function monthAfter(period: string): string {
  const next = new Date(`${period}-01T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return next.toISOString().slice(0, 7);
}
