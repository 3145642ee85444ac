import type { S3Client } from '@aws-sdk/client-s3';
import type * as contract from '../../contracts/ledger.ts';
import type { InputOf } from '../../kit/contract/activity.ts';
import { fromMinor, toMinor } from '../../kit/contract/money.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { objectOnce } from '../../kit/effects/s3.ts';
import { creditorOf, lockAccounts, movable } from './accounts.ts';
import { recordControl } from './controls.ts';
import { book, reverse, transactionOf } from './books.ts';

/** Transfers in Postgres. */
export const transferActivities = (s3: S3Client, bucket: string): Implementation<typeof contract, Tx> => ({
  async validateTransfer(transfer, { tx, now, refuse }) {
    const { approval } = await movable(tx, transfer, dayOf(now()), refuse);
    const found = { approval };
    await recordControl(tx, transfer.transferId, 'validation', found, now());
    return found;
  },

  async remindOf({ transferId, question, n }, { tx, now }) {
    await tx.query('insert into ledger.reminders values ($1, $2, $3, $4)', [transferId, n, question, now()]);
    return {};
  },

  async holdFunds(transfer, { tx, now, refuse }) {
    const { transferId, debtor, amountMinor } = transfer;
    const day = dayOf(now());
    const { available, approval } = await movable(tx, transfer, day, refuse);
    await tx.query('update ledger.accounts set held_minor = held_minor + $2 where account_id = $1', [
      debtor,
      amountMinor,
    ]);
    await tx.query(
      `insert into ledger.holds (transfer_id, account_id, amount_minor, state, day) values ($1, $2, $3, 'held', $4)`,
      [transferId, debtor, amountMinor, day],
    );
    const left = available === null ? amountMinor : fromMinor(BigInt(available) - toMinor(amountMinor));
    return { availableMinor: left, ...(approval && { approval }) };
  },

  async voidHold({ transferId }, { tx }) {
    await endHold(tx, transferId, 'voided', '0');
  },

  async postTransfer(transfer, { tx, now, refuse }) {
    const { transferId, debtor, currency } = transfer;
    const amountMinor = postedOf(transfer);
    const creditor = (await creditorOf(tx, transfer))!; // it was held for them
    const accounts = await lockAccounts(tx, [debtor, creditor]);
    const { room } = accounts.find(({ id }) => id === creditor)!;
    if (BigInt(room) < toMinor(amountMinor)) throw refuse('AboveMaximum');
    if (!(await endHold(tx, transferId, 'posted', amountMinor))) throw new TypeError('nothing is held for it');
    const transactionId = transactionOf(transferId);
    await book(
      tx,
      { id: transactionId, kind: 'transfer', at: now() },
      { from: debtor, to: creditor, amountMinor, currency },
    );
    return { transactionId };
  },

  async reverseTransfer(transfer, { tx, now, refuse, outcome: { transactionId } }) {
    const creditor = (await creditorOf(tx, transfer))!;
    const accounts = await lockAccounts(tx, [transfer.debtor, creditor]);
    const { available } = accounts.find(({ id }) => id === creditor)!;
    if (available !== null && BigInt(available) < toMinor(postedOf(transfer))) throw refuse('CreditorOverdrawn');
    await reverse(tx, transactionId, now());
  },

  storeAdvice: objectOnce(s3, (advice: InputOf<typeof contract.storeAdvice>) => ({
    bucket,
    path: `advices/${advice.transferId}.json`,
    body: advice,
  })),
});

/** The day that a limit is of, UTC. */
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

const postedOf = ({ amountMinor, postMinor }: InputOf<typeof contract.postTransfer>): string =>
  postMinor ?? amountMinor;

/** Ends a hold that is still held, and says whether it was; one that has been posted or voided stays as it is. */
async function endHold(tx: Tx, transferId: string, state: 'posted' | 'voided', postedMinor: string): Promise<boolean> {
  const ended = await tx.query(
    `with ended as (
       update ledger.holds set state = $2, posted_minor = $3 where transfer_id = $1 and state = 'held'
       returning account_id, amount_minor
     )
     update ledger.accounts a set held_minor = a.held_minor - e.amount_minor from ended e where a.account_id = e.account_id
     returning a.account_id`,
    [transferId, state, postedMinor],
  );
  return ended.length > 0;
}
