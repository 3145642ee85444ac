import type { Tx } from '../../kit/effects/database.ts';

/** What was debited and credited, in minor units; of one account, or of all of a currency. */
export interface Balanced {
  readonly currency: string;
  readonly account: string;
  readonly debitMinor: string;
  readonly creditMinor: string;
  readonly balanceMinor: string;
}

export interface TrialBalance {
  readonly accounts: readonly Balanced[];
  readonly totals: readonly Omit<Balanced, 'account'>[];
  /** Currencies whose debits are not their credits, and accounts that are not what their entries and holds add up to. */
  readonly wrong: readonly string[];
}

/** Of one moment: all of it is read in one statement. */
export async function trialBalance(tx: Tx): Promise<TrialBalance> {
  const [found] = await tx.query<TrialBalance>(
    `with accounts as (
       select currency, account_id as account, debit_minor::text as "debitMinor", credit_minor::text as "creditMinor",
              (credit_minor - debit_minor)::text as "balanceMinor"
       from ledger.trial_balance order by 1, 2
     ), totals as (
       select currency, sum(debit_minor)::text as "debitMinor", sum(credit_minor)::text as "creditMinor",
              (sum(credit_minor) - sum(debit_minor))::text as "balanceMinor"
       from ledger.trial_balance group by 1 order by 1
     )
     select coalesce((select json_agg(a) from accounts a), '[]') as accounts,
            coalesce((select json_agg(t) from totals t), '[]') as totals,
            coalesce((select json_agg(w.what) from (
              select currency as what from totals where "balanceMinor" <> '0'
              union all select account_id from ledger.discrepancies order by 1
            ) w), '[]') as wrong`,
  );
  return found!;
}
