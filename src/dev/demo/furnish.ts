import type { Database } from '../../kit/effects/database.ts';
import type { Inputs } from './inputs.ts';
import { allMoney, BANK } from './inputs-transfers.ts';

/** Puts on the books what there is before the first delivery: stock, and accounts with their opening entries. */
export async function furnish(database: Database, { stock, accounts }: Inputs): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('insert into inventory.stock (sku, on_hand) select * from unnest($1::text[], $2::int[])', [
      [...stock.keys()],
      [...stock.values()],
    ]);
    await tx.query(
      `insert into ledger.accounts (account_id, currency, minimum_minor, balance_minor)
       select id, 'GBP', 0, minor from unnest($1::text[], $2::bigint[]) as a (id, minor)
       union all select $3, 'GBP', null, -$4::bigint`,
      [[...accounts.keys()], [...accounts.values()], BANK, allMoney(accounts)],
    );
    for (const [account, minor] of accounts) {
      const id = `opening/${account}`;
      await tx.query(`insert into ledger.transactions values ($1, 'opening', null, now())`, [id]);
      await tx.query(
        `insert into ledger.entries values ($1, 1, $2, 'GBP', -$4::bigint), ($1, 2, $3, 'GBP', $4::bigint)`,
        [id, BANK, account, minor],
      );
    }
  });
}
