import { trialBalances, WRONG_TOLD } from '../../contracts/trial-balance.ts';
import type * as contract from '../../contracts/trial-balance.ts';
import type { Implementation } from '../../kit/effects/body.ts';
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
            coalesce((select json_agg(what order by what) from ledger.out_of_balance), '[]') as wrong`,
  );
  return found!;
}

/** The same on schedule. Read and kept by one statement, so of one moment too; the books may be too many to be told here. */
export const trialBalanceActivities = (): Implementation<typeof contract, Tx> => ({
  async checkTrialBalance(tick, { tx, now }) {
    // It reads every entry, which may take longer than a statement may elsewhere, and less than `attempt`.
    await tx.query("select set_config('statement_timeout', '540s', true)");
    const [kept] = await tx.query<{ accounts: number; wrong: number; first: string[] }>(
      `insert into ledger.kept_trial_balances
       select $1,
              coalesce((select json_agg(t) from (
                select currency, sum(debit_minor)::text as "debitMinor", sum(credit_minor)::text as "creditMinor"
                from ledger.trial_balance group by 1 order by 1
              ) t), '[]'),
              (select count(*) from ledger.accounts),
              array(select what from ledger.out_of_balance order by 1),
              $2
       returning accounts, cardinality(wrong) as wrong, wrong[1:$3] as first`,
      [trialBalances.businessId(tick), now(), WRONG_TOLD],
    );
    return kept!;
  },
});
