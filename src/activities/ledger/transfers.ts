import type { S3Client } from '@aws-sdk/client-s3';
import type * as contract from '../../contracts/ledger.ts';
import type { Transfer } from '../../contracts/ledger.ts';
import { fromMinor, toMinor } from '../../kit/contract/money.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { objectOnce } from '../../kit/effects/s3.ts';

interface Account {
  account_id: string;
  currency: string;
  closed: boolean;
  /** What may still be spent, in minor units; null without a bound. */
  available: string | null;
}

/** Transfers in Postgres. Accounts are locked in the order of their ids, so that two transfers cannot wait for each other. */
export const transferActivities = (s3: S3Client, bucket: string): Implementation<typeof contract, Tx> => ({
  async holdFunds(transfer, { tx, refuse }) {
    const { transferId, debtor, creditor, amountMinor, currency } = transfer;
    if (toMinor(amountMinor) <= 0n) throw refuse('AmountNotPositive');
    if (debtor === creditor) throw refuse('SameAccount');
    const accounts = await lockAccounts(tx, transfer);
    if (accounts.length < 2) throw refuse('UnknownAccount');
    if (accounts.some(({ closed }) => closed)) throw refuse('AccountClosed');
    if (accounts.some((account) => account.currency !== currency)) throw refuse('WrongCurrency');
    const { available } = accounts.find(({ account_id }) => account_id === debtor)!;
    if (available !== null && toMinor(available) < toMinor(amountMinor)) throw refuse('Overdrawn');
    await tx.query('update ledger.accounts set held_minor = held_minor + $2 where account_id = $1', [
      debtor,
      amountMinor,
    ]);
    await tx.query(`insert into ledger.holds values ($1, $2, $3, 'held')`, [transferId, debtor, amountMinor]);
    return { availableMinor: available === null ? amountMinor : fromMinor(toMinor(available) - toMinor(amountMinor)) };
  },

  async voidHold({ transferId }, { tx }) {
    await endHold(tx, transferId, 'voided');
  },

  async postTransfer(transfer, { tx, now }) {
    const { transferId, debtor, creditor, amountMinor } = transfer;
    await lockAccounts(tx, transfer);
    await endHold(tx, transferId, 'posted');
    const transactionId = `transfers/${transferId}`;
    await book(
      tx,
      { transactionId, kind: 'transfer', reverses: null, at: now() },
      transfer,
      debtor,
      creditor,
      amountMinor,
    );
    return { transactionId };
  },

  async reverseTransfer(transfer, { tx, now, refuse, outcome: { transactionId } }) {
    const accounts = await lockAccounts(tx, transfer);
    const { available } = accounts.find(({ account_id }) => account_id === transfer.creditor)!;
    if (available !== null && toMinor(available) < toMinor(transfer.amountMinor)) throw refuse('CreditorOverdrawn');
    const reversal = {
      transactionId: `${transactionId}/reversal`,
      kind: 'reversal',
      reverses: transactionId,
      at: now(),
    };
    await book(tx, reversal, transfer, transfer.creditor, transfer.debtor, transfer.amountMinor);
  },

  storeAdvice: objectOnce(s3, (advice: Transfer & { transactionId: string }) => ({
    bucket,
    path: `advices/${advice.transferId}.json`,
    body: advice,
  })),
});

const lockAccounts = (tx: Tx, { debtor, creditor }: Transfer): Promise<Account[]> =>
  tx.query<Account>(
    `select account_id, currency, closed, balance_minor - held_minor - minimum_minor as available
     from ledger.accounts where account_id in ($1, $2) order by account_id for update`,
    [debtor, creditor],
  );

/** Ends a hold that is still held; one that has been posted or voided stays as it is. */
async function endHold(tx: Tx, transferId: string, state: 'posted' | 'voided'): Promise<void> {
  await tx.query(
    `with ended as (
       update ledger.holds set state = $2 where transfer_id = $1 and state = 'held' returning account_id, amount_minor
     )
     update ledger.accounts a set held_minor = a.held_minor - e.amount_minor from ended e where a.account_id = e.account_id`,
    [transferId, state],
  );
}

/** One transaction of two entries: `amountMinor` out of `from`, into `to`. */
async function book(
  tx: Tx,
  { transactionId, kind, reverses, at }: { transactionId: string; kind: string; reverses: string | null; at: Date },
  { currency }: Transfer,
  from: string,
  to: string,
  amountMinor: string,
): Promise<void> {
  await tx.query('insert into ledger.transactions values ($1, $2, $3, $4)', [transactionId, kind, reverses, at]);
  await tx.query(
    `with booked as (
       insert into ledger.entries values ($1, 1, $2, $4, -$5::bigint), ($1, 2, $3, $4, $5::bigint) returning account_id, amount_minor
     )
     update ledger.accounts a set balance_minor = a.balance_minor + b.amount_minor from booked b where a.account_id = b.account_id`,
    [transactionId, from, to, currency, amountMinor],
  );
}
