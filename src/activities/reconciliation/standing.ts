import type { Decision } from '../../contracts/decisions.ts';
import { SIDES, type Side } from '../../domain/matching/model.ts';
import type { Tx } from '../../kit/effects/database.ts';

/** An entry as it was when somebody decided about it: one of that id that says otherwise is another one. */
export interface Seen {
  readonly id: string;
  readonly amountMinor: string;
  readonly currency: string;
}
export type About = Readonly<Record<Side, readonly Seen[]>>;
export type Ids = Readonly<Record<Side, readonly string[]>>;

/** A decision that stands: neither withdrawn, nor a withdrawal. A lock is about all that was settled in its month. */
export interface StandingDecision extends About {
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
    const settled = (side: Side): ReadonlySet<string> =>
      new Set(locks.flatMap((lock) => lock[side].map(({ id }) => id)));
    this.#settled = { statement: settled('statement'), ledger: settled('ledger') };
  }

  static async of(tx: Tx, account: string): Promise<Standing> {
    const all = await tx.query<StandingDecision>(
      `select decision_id as id, kind, statement, ledger, booked, period, actor, approver, reason
       from reconciliation.standing where account = $1 order by at, decision_id`,
      [account],
    );
    const locks = all.filter(({ kind }) => kind === 'lock');
    // A match that leaves a difference is not settled: it is carried on, as open breaks are.
    const settled = (side: Side): string =>
      `jsonb_path_query_array(result, '$.matches[*] ? (@.differenceMinor == "0").${side}[*]')
       || jsonb_path_query_array(result, '$.breaks[*] ? (@.kind == "explained" && @.side == "${side}").item')`;
    const results = await tx.query<About & { period: string }>(
      `select distinct on (period) period, ${settled('statement')} as statement, ${settled('ledger')} as ledger
       from reconciliation.results where account = $1 and period = any ($2) order by period, n desc`,
      [account, locks.map(({ period }) => period)],
    );
    const settledIn = new Map(results.map(({ period, ...about }) => [period, about]));
    return new Standing(
      all.filter(({ kind }) => kind !== 'lock'),
      locks.map((lock) => ({ ...lock, ...settledIn.get(lock.period) })),
    );
  }

  /** Whether it was settled in a month that is locked: it takes part in nothing any more. */
  isSettled(side: Side, id: string): boolean {
    return this.#settled[side].has(id);
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

export const idsOf = (about: About): Ids => ({
  statement: about.statement.map(({ id }) => id),
  ledger: about.ledger.map(({ id }) => id),
});

/** All entries of a decision, of both sides. */
export const entriesOf = (about: About): { side: Side; entry: Seen }[] =>
  SIDES.flatMap((side) => about[side].map((entry) => ({ side, entry })));

function monthAfter(period: string): string {
  const next = new Date(`${period}-01T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return next.toISOString().slice(0, 7);
}
