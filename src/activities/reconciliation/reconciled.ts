import { createHash } from 'node:crypto';
import { reconcile } from '../../domain/matching/ladder.ts';
import { ageDays } from '../../domain/matching/days.ts';
import { otherSide, type Item, type Side } from '../../domain/matching/model.ts';
import {
  waitingIn,
  type MatchedItems,
  type OpenBreak,
  type Result,
  type ShownDecision,
  type ShownItem,
  type ToldStatement,
} from '../../domain/reconciliation/result.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { canonicalJson } from '../../kit/effects/fingerprint.ts';
import { decidedNow } from './decided.ts';
import { ledgerItems, statementItems } from './items.ts';
import { Standing, type StandingDecision } from './standing.ts';

/** Compares an account with the ledger, and keeps the result of each month in which there is something new. */
export async function reconciled(
  tx: Tx,
  account: string,
  at: Date,
): Promise<{ results: { period: string; n: number }[]; breaks: number }> {
  const [{ ledger_account: ours }] = (await tx.query(
    'select ledger_account from reconciliation.accounts where account = $1 for update',
    [account],
  )) as [{ ledger_account: string | null }];
  const standing = await Standing.of(tx, account);
  const items = {
    statement: byId(await statementItems(tx, account)),
    ledger: byId(ours === null ? [] : await ledgerItems(tx, ours)),
  };
  const inPlay = (side: Side): Item[] => [...items[side].values()].filter(({ id }) => !standing.isSettled(side, id));
  const { decided, lapsed, by } = decidedNow(standing, items);
  const { matches, breaks } = reconcile(inPlay('statement'), inPlay('ledger'), { decided });

  const statements = await told(tx, account);
  // Ages are counted to the last day that the bank has told of, so that the same books give the same result tomorrow.
  const asOf =
    statements.flatMap(({ day }) => day ?? []).at(-1) ??
    lastOf([...items.statement.values(), ...items.ledger.values()]);
  const shown = (side: Side, ids: readonly string[]): ShownItem[] =>
    ids.map((id) => {
      const { amountMinor, currency, date, references } = items[side].get(id)!;
      return { id, amountMinor: String(amountMinor), currency, date, references: [...references] };
    });

  // Of a month whose last entry is gone there is something to tell too.
  const months = new Months((await periodsOf(tx, account)).filter((period) => !standing.isLocked(period)));
  for (const { rung, differenceMinor, ...ids } of matches) {
    const [statement, ledger] = [shown('statement', ids.statement), shown('ledger', ids.ledger)];
    const decision = by('statement', ids.statement[0] ?? '') ?? by('ledger', ids.ledger[0] ?? '');
    // What a write-off has booked counts for the month of what is written off.
    const dated = [...statement, ...ledger].filter(({ id }) => id !== decision?.booked);
    months.of(standing.periodOf(lastOf(dated))).matches.push({
      rung,
      differenceMinor: String(differenceMinor),
      statement,
      ledger,
      ...(decision && { decision: shownDecision(decision) }),
    });
  }
  for (const { side, id, kind, candidates } of breaks) {
    const [item] = shown(side, [id]) as [ShownItem];
    const decision = by(side, id);
    months.of(standing.periodOf(item.date)).breaks.push({
      side,
      kind,
      ageDays: Math.max(0, ageDays(item.date, asOf)), // what comes after has no age yet
      item,
      candidates: shown(otherSide(side), candidates),
      ...(decision && { decision: shownDecision(decision) }),
    });
  }
  for (const decision of lapsed) months.of(standing.periodOf(decision.period)).lapsed.push(shownDecision(decision));

  const results: { period: string; n: number }[] = [];
  await tx.query('update reconciliation.accounts set compared = true where account = $1', [account]);
  let waiting = 0;
  for (const [period, found] of months) {
    const of = statements.filter(({ day }) => day?.startsWith(period));
    const result: Result = { account, ledgerAccount: ours, period, statements: of, ...found };
    waiting += waitingIn(result);
    const n = await keep(tx, result, at);
    if (n !== undefined) results.push({ period, n });
  }
  return { results, breaks: waiting };
}

interface Month {
  readonly matches: MatchedItems[];
  readonly breaks: OpenBreak[];
  readonly lapsed: ShownDecision[];
}

/** What is told, by month; in order. */
class Months {
  readonly #of = new Map<string, Month>();
  constructor(periods: readonly string[]) {
    for (const period of periods) this.of(period);
  }
  of(period: string): Month {
    let month = this.#of.get(period);
    if (!month) this.#of.set(period, (month = { matches: [], breaks: [], lapsed: [] }));
    return month;
  }
  [Symbol.iterator](): Iterator<[string, Month]> {
    return [...this.#of].toSorted(([a], [b]) => (a < b ? -1 : 1))[Symbol.iterator]();
  }
}

const byId = (items: readonly Item[]): Map<string, Item> => new Map(items.map((item) => [item.id, item]));

const lastOf = (items: readonly { readonly date: string }[]): string =>
  items.reduce((last, { date }) => (date > last ? date : last), '');

const shownDecision = ({ id, kind, actor, approver, reason }: StandingDecision): ShownDecision => ({
  id,
  kind,
  actor,
  approver,
  reason,
});

const periodsOf = async (tx: Tx, account: string): Promise<string[]> =>
  (
    await tx.query<{ period: string }>('select distinct period from reconciliation.results where account = $1', [
      account,
    ])
  ).map(({ period }) => period);

/** The statements of an account, as they are told last. */
const told = (tx: Tx, account: string): Promise<ToldStatement[]> =>
  tx.query<ToldStatement>(
    `select statement_id as id, edition, source, day::text, opening_minor as "openingMinor",
            closing_minor as "closingMinor", currency, adding_up as "addingUp", continuity
     from reconciliation.statements s where account = $1 and kind = 'statement' and not exists (
       select from reconciliation.statements o where o.statement_ref = s.statement_ref and o.edition > s.edition)
     order by day nulls first, statement_id`,
    [account],
  );

/** Keeps a result that is not the one before; gives its number. */
async function keep(tx: Tx, result: Result, at: Date): Promise<number | undefined> {
  const { account, period } = result;
  const text = canonicalJson(result);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const [kept] = await tx.query<{ n: number }>(
    `insert into reconciliation.results
     select $1, $2, coalesce(max(n), 0) + 1, $3, $4, $5 from reconciliation.results where account = $1 and period = $2
     having (select sha256 from reconciliation.results where account = $1 and period = $2 order by n desc limit 1)
            is distinct from $4
     returning n`,
    [account, period, text, sha256, at],
  );
  return kept?.n;
}
