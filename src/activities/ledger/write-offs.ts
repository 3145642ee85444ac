import type * as contract from '../../contracts/write-offs.ts';
import { toMinor } from '../../kit/contract/money.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { lockAccounts } from './accounts.ts';
import { book, reverse } from './books.ts';

export const writeOffOf = (decisionId: string): string => `write-offs/${decisionId}`;

/** Amounts that somebody gave up on reconciling, in Postgres. */
export const writeOffActivities = (): Implementation<typeof contract, Tx> => ({
  async bookWriteOff({ decisionId, debtor, creditor, amountMinor, currency }, { tx, now, refuse }) {
    if (debtor === creditor) throw refuse('SameAccount');
    const accounts = await lockAccounts(tx, [debtor, creditor]);
    const [from, to] = [debtor, creditor].map((id) => accounts.find((account) => account.id === id));
    if (!from || !to) throw refuse('UnknownAccount');
    if (from.closed || to.closed) throw refuse('AccountClosed');
    if (from.currency !== currency || to.currency !== currency) throw refuse('WrongCurrency');
    const amount = toMinor(amountMinor);
    if (from.available !== null && BigInt(from.available) < amount) throw refuse('Overdrawn');
    if (BigInt(to.room) < amount) throw refuse('AboveMaximum');
    const id = writeOffOf(decisionId);
    await book(tx, { id, kind: 'write-off', at: now() }, { from: debtor, to: creditor, amountMinor, currency });
    return { transactionId: id };
  },

  async reverseWriteOff({ decisionId }, { tx, now, refuse }) {
    await takeBack(tx, decisionId, now(), () => refuse('Overdrawn'));
  },

  async takeBackWriteOff({ withdraws }, { tx, now, refuse }) {
    return { transactionId: await takeBack(tx, withdraws, now(), () => refuse('Overdrawn')) };
  },
});

/** Books a write-off back, as far as its accounts let it: one has to have what it was given, the other room for it. */
async function takeBack(tx: Tx, decisionId: string, at: Date, overdrawn: () => Error): Promise<string> {
  const id = writeOffOf(decisionId);
  const entries = await tx.query<{ account_id: string; amount_minor: string }>(
    'select account_id, amount_minor from ledger.entries where transaction_id = $1',
    [id],
  );
  const accounts = await lockAccounts(
    tx,
    entries.map(({ account_id }) => account_id),
  );
  for (const { id: account, available, room } of accounts) {
    const amount = BigInt(entries.find(({ account_id }) => account_id === account)!.amount_minor);
    if ((available !== null && BigInt(available) < amount) || BigInt(room) < -amount) throw overdrawn();
  }
  return reverse(tx, id, at);
}
