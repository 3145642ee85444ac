import { book } from '../../src/activities/ledger/books.ts';
import { writeOffActivities, writeOffOf } from '../../src/activities/ledger/write-offs.ts';
import * as contracts from '../../src/contracts/write-offs.ts';
import type { WriteOff } from '../../src/contracts/write-offs.ts';
import type { Tx } from '../../src/kit/effects/database.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';

interface At {
  readonly database: Tx;
}

/** Out of an account that has 1000, into one that has nothing. */
async function funded(id: string, { database }: At, changed: Partial<WriteOff> = {}): Promise<WriteOff> {
  await database.query(
    `insert into ledger.accounts (account_id, currency, balance_minor, minimum_minor)
     values ($1 || '-from', 'GBP', 1000, 0), ($1 || '-to', 'GBP', 0, 0)`,
    [id],
  );
  return {
    decisionId: id,
    debtor: `${id}-from`,
    creditor: `${id}-to`,
    amountMinor: '300',
    currency: 'GBP',
    ...changed,
  };
}
/** One that was booked by an earlier decision. */
async function booked(id: string, at: At): Promise<{ decisionId: string; withdraws: string }> {
  const { decisionId, debtor, creditor, amountMinor, currency } = await funded(id, at);
  const withdraws = `${decisionId}-before`;
  const transaction = { id: writeOffOf(withdraws), kind: 'write-off', at: new Date(0) } as const;
  await book(at.database, transaction, { from: debtor, to: creditor, amountMinor, currency });
  return { decisionId, withdraws };
}
const spent = (id: string, { database }: At): Promise<object[]> =>
  database.query(`update ledger.accounts set held_minor = balance_minor where account_id = $1 || '-to'`, [id]);
const closed = async (id: string, at: At): Promise<WriteOff> => {
  const writeOff = await funded(id, at);
  await at.database.query(`update ledger.accounts set closed = true where account_id = $1 || '-to'`, [id]);
  return writeOff;
};
const reversals = (decisionId: string, { database }: At): Promise<object[]> =>
  database.query('select from ledger.transactions where reverses = $1', [writeOffOf(decisionId)]);

export default subjects(import.meta.url, {
  contracts,
  bodies: writeOffActivities,
  activities: {
    bookWriteOff: {
      input: (id, at) => funded(id, at),
      effects: ({ decisionId }, { database }) =>
        database.query('select from ledger.transactions where transaction_id = $1', [writeOffOf(decisionId)]),
      refused: {
        SameAccount: (id, at) => funded(id, at, { creditor: `${id}-from` }),
        UnknownAccount: (id, at) => funded(id, at, { creditor: 'nobody' }),
        AccountClosed: closed,
        WrongCurrency: (id, at) => funded(id, at, { currency: 'EUR' }),
        Overdrawn: (id, at) => funded(id, at, { amountMinor: '1001' }),
        AboveMaximum: async (id, at) => {
          const writeOff = await funded(id, at);
          await at.database.query(`update ledger.accounts set maximum_minor = 299 where account_id = $1 || '-to'`, [
            id,
          ]);
          return writeOff;
        },
      },
    },
    reverseWriteOff: {
      effects: ({ decisionId }, at) => reversals(decisionId, at),
      refused: { Overdrawn: ({ decisionId }, at) => spent(decisionId, at) },
    },
    takeBackWriteOff: {
      input: booked,
      effects: ({ withdraws }, at) => reversals(withdraws, at),
      refused: {
        Overdrawn: async (id, at) => {
          const input = await booked(id, at);
          await spent(id, at);
          return input;
        },
      },
    },
  },
});
