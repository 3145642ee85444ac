import type { Database } from '../../kit/effects/database.ts';
import type { Inputs } from './inputs.ts';
import { APPROVAL_MINOR, CHARGES, CLEARING, NOSTRO, ON_THE_LIST, PAYER } from './inputs-payments.ts';
import { allMoney, BANK } from './inputs-transfers.ts';

/** Puts on the books what there is before the first delivery: stock, accounts with their opening entries, the rail, limits and a list. */
export async function furnish(database: Database, { stock, accounts }: Inputs): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('insert into inventory.stock (sku, on_hand) select * from unnest($1::text[], $2::int[])', [
      [...stock.keys()],
      [...stock.values()],
    ]);
    await tx.query(
      `insert into ledger.accounts (account_id, currency, minimum_minor, balance_minor)
       select id, 'GBP', 0, minor from unnest($1::text[], $2::bigint[]) as a (id, minor)
       union all select $3, 'GBP', null, -$4::bigint
       union all values ($5, 'GBP', 0, 0), ($6, 'GBP', null, 0), ($7, 'GBP', null, 0)`,
      [[...accounts.keys()], [...accounts.values()], BANK, allMoney(accounts), CLEARING, NOSTRO, CHARGES],
    );
    for (const [account, minor] of accounts) {
      const id = `opening/${account}`;
      await tx.query(`insert into ledger.transactions values ($1, 'opening', null, now())`, [id]);
      await tx.query(
        `insert into ledger.entries values ($1, 1, $2, 'GBP', -$4::bigint), ($1, 2, $3, 'GBP', $4::bigint)`,
        [id, BANK, account, minor],
      );
    }
    await tx.query(`insert into ledger.rails values ('GBP', $1, $2)`, [CLEARING, NOSTRO]);
    await tx.query('insert into reconciliation.write_offs values ($1, $2, 1000, 0)', [NOSTRO, CHARGES]);
    if (accounts.has(PAYER))
      await tx.query('insert into ledger.limits values ($1, null, null, $2)', [PAYER, APPROVAL_MINOR]);
    await tx.query(`insert into ledger.screening_lists values (1, 'made', now())`);
    await tx.query(`insert into ledger.screening_entries values (1, 'demo-1', $1)`, [ON_THE_LIST]);
  });
}
