import { transferActivities } from '../../src/activities/ledger/transfers.ts';
import * as contracts from '../../src/contracts/ledger.ts';
import type { Transfer } from '../../src/contracts/ledger.ts';
import type { BookTransfer } from '../../src/dev/demo/inputs-transfers.ts';
import type { Tx } from '../../src/kit/effects/database.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';
import { versionsAt } from '../support/s3.ts';
import { objects } from './where.ts';

const AMOUNT = 250;
const transfer = (transferId: string): BookTransfer => ({
  transferId,
  debtor: `${transferId}-from`,
  creditor: `${transferId}-to`,
  amountMinor: String(AMOUNT),
  currency: 'GBP',
});

/** The same to somebody at another bank: what becomes of it, the rail tells by the account. */
export const outward = (id: string, account = 'GB-1'): Transfer => {
  const { creditor: _creditor, ...made } = transfer(id);
  return { ...made, beneficiary: { name: 'Ada Byron', account } };
};

/** Two accounts of its own; on the debtor's, others hold 700, so that a second hold or release would show. */
export async function funded(id: string, database: Tx, changed: Partial<Transfer> = {}): Promise<Transfer> {
  const { debtor, creditor } = transfer(id);
  await database.query(
    `insert into ledger.accounts (account_id, currency, balance_minor, held_minor)
     values ($1, 'GBP', 1000, 700), ($2, 'GBP', 0, 0)`,
    [debtor, creditor],
  );
  return { ...transfer(id), ...changed };
}

/** The same with the amount held by hand, and not by the activity. */
async function held(id: string, database: Tx): Promise<Transfer> {
  const { debtor } = await funded(id, database);
  await database.query('update ledger.accounts set held_minor = held_minor + $2 where account_id = $1', [
    debtor,
    AMOUNT,
  ]);
  await database.query(
    `insert into ledger.holds (transfer_id, account_id, amount_minor, state, day) values ($1, $2, $3, 'held', now())`,
    [id, debtor, AMOUNT],
  );
  return transfer(id);
}

async function holdsOf({ transferId, debtor }: Transfer, database: Tx): Promise<{ ever: number; now: number }> {
  const [found] = await database.query<{ ever: string; now: string }>(
    `select held_minor - 700 as now,
            (select coalesce(sum(amount_minor), 0) from ledger.holds where transfer_id = $2) as ever
     from ledger.accounts where account_id = $1`,
    [debtor, transferId],
  );
  return { ever: Number(found?.ever ?? 0) / AMOUNT, now: Number(found?.now ?? 0) / AMOUNT };
}

/** What was booked on the creditor's account. */
const entries =
  (kind: 'transfer' | 'reversal') =>
  ({ creditor }: Transfer, { database }: { database: Tx }): Promise<object[]> =>
    database.query(
      'select from ledger.entries join ledger.transactions using (transaction_id) where account_id = $1 and kind = $2',
      [creditor, kind],
    );

/** What was written down of having looked. */
export const controls =
  (control: 'validation' | 'screening') =>
  ({ transferId }: Transfer, { database }: At): Promise<object[]> =>
    database.query('select from ledger.controls where transfer_id = $1 and control = $2', [transferId, control]);

/** What stands against a transfer, whoever looks. */
const NOT_MOVABLE = {
  AmountNotPositive: (id: string, { database }: At) => funded(id, database, { amountMinor: '0' }),
  SameAccount: (id: string, { database }: At) => funded(id, database, { creditor: `${id}-from` }),
  UnknownAccount: (id: string, { database }: At) => funded(id, database, { creditor: `${id}-nobody` }),
  WrongCurrency: (id: string, { database }: At) => funded(id, database, { currency: 'EUR' }),
  Overdrawn: (id: string, { database }: At) => funded(id, database, { amountMinor: '301' }),
  async NoRail(id: string, { database }: At) {
    const { creditor: _creditor, ...made } = await funded(id, database);
    return { ...made, currency: 'XAU', beneficiary: { name: 'Ada Byron', account: 'GB-1' } };
  },
  AccountClosed: (id: string, at: At) =>
    spoilt(id, at, 'update ledger.accounts set closed = true where account_id = $1'),
  AboveMaximum: (id: string, at: At) =>
    spoilt(id, at, 'update ledger.accounts set maximum_minor = 249 where account_id = $1'),
  AboveTransferLimit: (id: string, at: At) =>
    spoilt(id, at, 'insert into ledger.limits (account_id, transfer_minor) values ($1, 249)'),
  AboveDayLimit: (id: string, at: At) =>
    spoilt(id, at, 'insert into ledger.limits (account_id, day_minor) values ($1, 249)'),
};
type At = { readonly database: Tx };

/** … and then this is done to the debtor's account, or to the creditor's. */
async function spoilt(id: string, { database }: At, sql: string): Promise<Transfer> {
  const made = await funded(id, database);
  await database.query(sql, [`${id}-${sql.startsWith('insert') ? 'from' : 'to'}`]);
  return made;
}

const other = (input: Transfer): Transfer => ({ ...input, amountMinor: '251' });

export default subjects(import.meta.url, {
  contracts,
  open: objects,
  close: ({ s3 }) => s3.destroy(),
  bodies: ({ s3, bucket }) => transferActivities(s3, bucket),
  activities: {
    holdFunds: {
      input: (id, { database }) => funded(id, database),
      effects: async (input, { database }) => (await holdsOf(input, database)).now,
      other,
      refused: NOT_MOVABLE,
    },
    validateTransfer: {
      input: (id, { database }) => funded(id, database),
      effects: controls('validation'),
      other,
      refused: NOT_MOVABLE,
    },
    remindOf: {
      input: (id) => ({ transferId: id, question: 'approval', n: 1 }),
      effects: ({ transferId }, { database }) =>
        database.query('select from ledger.reminders where transfer_id = $1', [transferId]),
    },
    voidHold: {
      async effects(input, { database }) {
        const { ever, now } = await holdsOf(input, database);
        return ever - now;
      },
      other,
    },
    postTransfer: {
      input: (id, { database }) => held(id, database),
      effects: entries('transfer'),
      other,
      refused: {
        async AboveMaximum(id, { database }) {
          const made = await held(id, database);
          await database.query('update ledger.accounts set maximum_minor = 249 where account_id = $1', [made.creditor]);
          return made;
        },
      },
    },
    reverseTransfer: {
      effects: entries('reversal'),
      other,
      refused: {
        CreditorOverdrawn: ({ creditor }, { database }) =>
          database.query('update ledger.accounts set balance_minor = 0 where account_id = $1', [creditor]),
      },
    },
    storeAdvice: {
      input: (id) => ({ ...transfer(id), transactionId: `transfers/${id}` }),
      effects: ({ transferId }, { s3, bucket }) => versionsAt(s3, bucket, `advices/${transferId}.json`),
      other: (input) => ({ ...input, transactionId: 'transfers/another' }),
    },
  },
});
