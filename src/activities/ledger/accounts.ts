import type { holdFunds, Transfer } from '../../contracts/ledger.ts';
import type { ErrorOf } from '../../kit/contract/activity.ts';
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

/** The debtor's side of a transfer that could be done, both accounts locked. Sums in minor units; null: no bound. */
interface Movable {
  readonly available: string | null;
  /** Whether a second person approves. */
  readonly approval: boolean;
}

/** Throws what `refuse` makes of the first thing that stands against the transfer on this day. */
export async function movable(
  tx: Tx,
  transfer: Transfer,
  day: string,
  refuse: (type: ErrorOf<typeof holdFunds, 'refused'>) => Error,
): Promise<Movable> {
  const amount = toMinor(transfer.amountMinor);
  if (amount <= 0n) throw refuse('AmountNotPositive');
  const creditor = await creditorOf(tx, transfer);
  if (creditor === undefined) throw refuse('NoRail');
  if (transfer.debtor === creditor) throw refuse('SameAccount');
  const accounts = await lockAccounts(tx, [transfer.debtor, creditor]);
  if (accounts.length < 2) throw refuse('UnknownAccount');
  if (accounts.some(({ closed }) => closed)) throw refuse('AccountClosed');
  if (accounts.some(({ currency }) => currency !== transfer.currency)) throw refuse('WrongCurrency');
  if (BigInt(accounts.find(({ id }) => id === creditor)!.room) < amount) throw refuse('AboveMaximum');
  const { available } = accounts.find(({ id }) => id === transfer.debtor)!;
  if (available !== null && BigInt(available) < amount) throw refuse('Overdrawn');
  // The debtor's account is locked: nothing else of theirs is held meanwhile.
  const [limit] = await tx.query<{
    transfer: string | null;
    day: string | null;
    approval: string | null;
    used: string;
  }>(
    `select transfer_minor as transfer, day_minor as day, approval_minor as approval,
            (select coalesce(sum(case state when 'held' then amount_minor else posted_minor end), 0)
             from ledger.holds where account_id = $1 and day = $2) as used
     from ledger.limits where account_id = $1`,
    [transfer.debtor, day],
  );
  if (!limit) return { available, approval: false };
  const above = (most: string | null, sum: bigint): boolean => most !== null && sum > BigInt(most);
  if (above(limit.transfer, amount)) throw refuse('AboveTransferLimit');
  if (above(limit.day, amount + BigInt(limit.used))) throw refuse('AboveDayLimit');
  return { available, approval: above(limit.approval, amount) };
}
