import { createHash } from 'node:crypto';
import { reconcile } from '../../domain/matching/ladder.ts';
import { ageDays } from '../../domain/matching/days.ts';
import type { Break, Item, Match } from '../../domain/matching/model.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { canonicalJson } from '../../kit/effects/fingerprint.ts';
import type { Result, ShownItem, ToldStatement } from '../../domain/reconciliation/result.ts';

/** Compares an account with the ledger, and keeps the result of each period in which there is something new. */
export async function reconciled(
  tx: Tx,
  account: string,
  at: Date,
): Promise<{ results: { period: string; n: number }[]; breaks: number }> {
  const [{ ledger_account: ours }] = (await tx.query(
    'select ledger_account from reconciliation.accounts where account = $1 for update',
    [account],
  )) as [{ ledger_account: string | null }];
  const locked = await lockedItems(tx, account);
  const statement = (await statementItems(tx, account)).filter(({ id }) => !locked.statement.has(id));
  const ledger = (ours === null ? [] : await ledgerItems(tx, ours)).filter(({ id }) => !locked.ledger.has(id));
  const { matches, breaks } = reconcile(statement, ledger);

  const dates = new Map([...statement, ...ledger].map(({ id, date }) => [id, date]));
  const lastOf = (ids: readonly string[]): string =>
    ids
      .map((id) => dates.get(id)!)
      .toSorted()
      .at(-1)!;
  const periods = new Map<string, { matches: Match[]; breaks: Break[] }>();
  const periodOf = (date: string): { matches: Match[]; breaks: Break[] } => {
    const period = date.slice(0, 7);
    const found = periods.get(period) ?? { matches: [], breaks: [] };
    periods.set(period, found);
    return found;
  };
  for (const match of matches) periodOf(lastOf([...match.statement, ...match.ledger])).matches.push(match);
  for (const each of breaks) periodOf(dates.get(each.id)!).breaks.push(each);

  const statements = await tx.query<ToldStatement>(
    `select statement_id as id, edition, source, day::text, opening_minor as "openingMinor",
            closing_minor as "closingMinor", currency, adding_up as "addingUp", continuity
     from reconciliation.statements s where account = $1 and kind = 'statement' and not exists (
       select from reconciliation.statements o where o.statement_ref = s.statement_ref and o.edition > s.edition)
     order by day nulls first, statement_id`,
    [account],
  );
  // Ages are counted to the last day that the bank has told of, so that the same books give the same result tomorrow.
  const asOf = statements.flatMap(({ day }) => day ?? []).at(-1) ?? lastOf([...dates.keys()]);
  const items = new Map([...statement, ...ledger].map((item) => [item.id, item]));
  const shown = (id: string): ShownItem => {
    const { amountMinor, currency, date, references } = items.get(id)!;
    return { id, amountMinor: String(amountMinor), currency, date, references: [...references] };
  };
  const results: { period: string; n: number }[] = [];
  const isLocked = new Set(locked.periods);
  for (const [period, of] of [...periods].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (isLocked.has(period)) continue;
    const result: Result = {
      account,
      ledgerAccount: ours,
      period,
      statements: statements.filter(({ day }) => day?.startsWith(period)),
      matches: of.matches.map(({ rung, differenceMinor, ...ids }) => ({
        rung,
        differenceMinor: String(differenceMinor),
        statement: ids.statement.map(shown),
        ledger: ids.ledger.map(shown),
      })),
      breaks: of.breaks.map(({ side, id, kind, candidates }) => ({
        side,
        kind,
        ageDays: ageDays(dates.get(id)!, asOf),
        item: shown(id),
        candidates: candidates.map(shown),
      })),
    };
    const n = await keep(tx, result, at);
    if (n !== undefined) results.push({ period, n });
  }
  return { results, breaks: breaks.filter(({ kind }) => kind !== 'explained' && kind !== 'written-off').length };
}

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

/** Booked entries of the bank. What only a report has told counts until a statement has told of its day. */
async function statementItems(tx: Tx, account: string): Promise<Item[]> {
  const rows = await tx.query<ItemRow>(
    `select entry_ref as id, amount_minor as "amountMinor", currency,
            coalesce(value_date, booking_date)::text as date, refs as references
     from reconciliation.entries e
     where account = $1 and dropped_by is null and status = 'booked' and coalesce(value_date, booking_date) is not null
       and (kind = 'statement' or coalesce(booking_date, value_date) >
         (select coalesce(max(day), '-infinity') from reconciliation.statements where account = $1 and kind = 'statement'))`,
    [account],
  );
  return rows.map((row) => ({ ...row, amountMinor: BigInt(row.amountMinor) }));
}

/** Entries of ours, mirrored: what the bank debits us, we credit our account at it. What it opened with is no movement. */
async function ledgerItems(tx: Tx, account: string): Promise<Item[]> {
  const rows = await tx.query<ItemRow>(
    `select e.transaction_id || '#' || e.n as id, -e.amount_minor as "amountMinor", e.currency,
            (t.booked_at at time zone 'UTC')::date::text as date,
            array[split_part(e.transaction_id, '/', 2), e.transaction_id] as references
     from ledger.entries e join ledger.transactions t using (transaction_id)
     where e.account_id = $1 and t.kind <> 'opening'`,
    [account],
  );
  return rows.map((row) => ({ ...row, amountMinor: BigInt(row.amountMinor) }));
}

interface ItemRow {
  readonly id: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly date: string;
  readonly references: readonly string[];
}

/** What was matched in periods that are locked takes part in nothing any more. */
async function lockedItems(
  tx: Tx,
  account: string,
): Promise<{ periods: string[]; statement: Set<string>; ledger: Set<string> }> {
  const locks = await tx.query<{ period: string; statement: string[]; ledger: string[] }>(
    `select l.period,
            array(select i ->> 'id' from jsonb_array_elements(r.result -> 'matches') m, jsonb_array_elements(m -> 'statement') i) as statement,
            array(select i ->> 'id' from jsonb_array_elements(r.result -> 'matches') m, jsonb_array_elements(m -> 'ledger') i) as ledger
     from reconciliation.locks l left join lateral (
       select result from reconciliation.results where account = l.account and period = l.period order by n desc limit 1
     ) r on true where l.account = $1`,
    [account],
  );
  return {
    periods: locks.map(({ period }) => period),
    statement: new Set(locks.flatMap(({ statement }) => statement)),
    ledger: new Set(locks.flatMap(({ ledger }) => ledger)),
  };
}
