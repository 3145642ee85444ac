import type { Transfer } from '../../contracts/ledger.ts';
import { toMinor } from '../../kit/contract/money.ts';
import type { Tx } from '../../kit/effects/database.ts';

/** An account, locked. Its sums are digits that a bigint of Postgres holds. */
export interface Account {
  readonly id: string;
  readonly currency: string;
  readonly closed: boolean;
  /** What may still be spent, in minor units; null without a bound. */
  readonly available: string | null;
  /** What may still come in. */
  readonly room: string;
}

/** Locks accounts in the order of their ids, so that two transfers cannot wait for each other. Unknown ones are left out. */
export const lockAccounts = (tx: Tx, ids: readonly string[]): Promise<Account[]> =>
  tx.query<Account>(
    `select account_id as id, currency, closed, balance_minor - held_minor - minimum_minor as available,
            maximum_minor - balance_minor as room
     from ledger.accounts where account_id = any ($1) order by account_id for update`,
    [ids],
  );

/** The accounts between which the rail of a currency moves money. */
export interface Rail {
  readonly clearing: string;
  readonly nostro: string;
}

export async function railOf(tx: Tx, currency: string): Promise<Rail | undefined> {
  const [rail] = await tx.query<Rail>(
    'select clearing_account as clearing, nostro_account as nostro from ledger.rails where currency = $1',
    [currency],
  );
  return rail;
}

/** Who is credited: an account of ours, or the clearing account of the rail. */
export const creditorOf = async (tx: Tx, { creditor, currency }: Transfer): Promise<string | undefined> =>
  creditor ?? (await railOf(tx, currency))?.clearing;

type NotMovable =
  'AmountNotPositive' | 'SameAccount' | 'UnknownAccount' | 'AccountClosed' | 'WrongCurrency' | 'NoRail' | 'AboveMaximum';

/** The debtor's account, locked with the creditor's, when the transfer is one that the ledger could book. */
export async function movable(tx: Tx, transfer: Transfer, refuse: (type: NotMovable) => Error): Promise<Account> {
  const amount = toMinor(transfer.amountMinor);
  if (amount <= 0n) throw refuse('AmountNotPositive');
  const creditor = await creditorOf(tx, transfer);
  if (creditor === undefined) throw refuse('NoRail');
  if (transfer.debtor === creditor) throw refuse('SameAccount');
  const accounts = await lockAccounts(tx, [transfer.debtor, creditor]);
  if (accounts.length < 2) throw refuse('UnknownAccount');
  if (accounts.some(({ closed }) => closed)) throw refuse('AccountClosed');
  if (accounts.some(({ currency }) => currency !== transfer.currency)) throw refuse('WrongCurrency');
  const [from, to] = accounts[0]!.id === creditor ? [accounts[1]!, accounts[0]!] : [accounts[0]!, accounts[1]!];
  if (BigInt(to.room) < amount) throw refuse('AboveMaximum');
  return from;
}
