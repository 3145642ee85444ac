import type { Item } from '../../domain/matching/model.ts';
import type { Tx } from '../../kit/effects/database.ts';

/** Booked entries of the bank, or those `among` them. What only a report has told counts until a statement has told of its day. */
export async function statementItems(tx: Tx, account: string, among: readonly string[] | null = null): Promise<Item[]> {
  const rows = await tx.query<ItemRow>(
    `select entry_ref as id, amount_minor as "amountMinor", currency,
            coalesce(value_date, booking_date)::text as date, refs as references
     from reconciliation.entries e
     where account = $1 and dropped_by is null and status = 'booked' and coalesce(value_date, booking_date) is not null
       and (kind = 'statement' or coalesce(booking_date, value_date) >
         (select coalesce(max(day), '-infinity') from reconciliation.statements where account = $1 and kind = 'statement'))
       and ($2::text[] is null or entry_ref = any ($2))`,
    [account, among],
  );
  return rows.map(itemOf);
}

/**
 * Entries of ours, mirrored, or those `among` them: what the bank debits us, we credit our account at it. What it opened
 * with is no movement, nor is a write-off that was taken back.
 */
export async function ledgerItems(tx: Tx, account: string, among: readonly string[] | null = null): Promise<Item[]> {
  const rows = await tx.query<ItemRow>(
    `select e.transaction_id || '#' || e.n as id, -e.amount_minor as "amountMinor", e.currency,
            (t.booked_at at time zone 'UTC')::date::text as date,
            array[split_part(e.transaction_id, '/', 2), e.transaction_id] as references
     from ledger.entries e join ledger.transactions t using (transaction_id)
     left join ledger.transactions reversed on reversed.transaction_id = t.reverses
     where e.account_id = $1 and t.kind <> 'opening' and reversed.kind is distinct from 'write-off'
       and not (t.kind = 'write-off' and exists (select from ledger.transactions r where r.reverses = t.transaction_id))
       and ($2::text[] is null or e.transaction_id || '#' || e.n = any ($2))`,
    [account, among],
  );
  return rows.map(itemOf);
}

const itemOf = (row: ItemRow): Item => ({ ...row, amountMinor: BigInt(row.amountMinor) });

interface ItemRow {
  readonly id: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly date: string;
  readonly references: readonly string[];
}
