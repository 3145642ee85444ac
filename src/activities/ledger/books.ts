import type { Tx } from '../../kit/effects/database.ts';

/** A transaction of two entries: `amountMinor` out of `from`, into `to`. Both accounts are locked by the caller. */
export async function book(
  tx: Tx,
  transaction: { readonly id: string; readonly kind: 'transfer' | 'settlement' | 'write-off'; readonly at: Date },
  entry: { readonly from: string; readonly to: string; readonly amountMinor: string; readonly currency: string },
): Promise<void> {
  await tx.query('insert into ledger.transactions values ($1, $2, null, $3)', [
    transaction.id,
    transaction.kind,
    transaction.at,
  ]);
  await tx.query(
    `with booked as (
       insert into ledger.entries values ($1, 1, $2, $4, -$5::bigint), ($1, 2, $3, $4, $5::bigint) returning account_id, amount_minor
     )
     update ledger.accounts a set balance_minor = a.balance_minor + b.amount_minor from booked b where a.account_id = b.account_id`,
    [transaction.id, entry.from, entry.to, entry.currency, entry.amountMinor],
  );
}

/** Books the opposite of every entry of a transaction, linked to it. Entries are never changed. Gives the reversal's id. */
export async function reverse(tx: Tx, transactionId: string, at: Date): Promise<string> {
  const id = `${transactionId}/reversal`;
  await tx.query(`insert into ledger.transactions values ($1, 'reversal', $2, $3)`, [id, transactionId, at]);
  await tx.query(
    `with booked as (
       insert into ledger.entries
       select $1, n, account_id, currency, -amount_minor from ledger.entries where transaction_id = $2
       returning account_id, amount_minor
     )
     update ledger.accounts a set balance_minor = a.balance_minor + b.amount_minor from booked b where a.account_id = b.account_id`,
    [id, transactionId],
  );
  return id;
}

/** Of a transfer, the transactions that it may come to. Their reversals are `…/reversal`. */
export const transactionOf = (transferId: string): string => `transfers/${transferId}`;
export const settlementOf = (transferId: string): string => `transfers/${transferId}/settlement`;
