import { book, settlementOf, transactionOf } from '../../src/activities/ledger/books.ts';
import { railActivities } from '../../src/activities/ledger/rail.ts';
import type { Transfer } from '../../src/contracts/ledger.ts';
import * as contracts from '../../src/contracts/rail.ts';
import type { Return } from '../../src/contracts/rail.ts';
import type { Tx } from '../../src/kit/effects/database.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';
import { versionsAt } from '../support/s3.ts';
import { outward } from './ledger.subjects.ts';
import { objects, rail, type Where } from './where.ts';

const currencies = new Map<string, string>();
/** A currency of its own, so that no two ids share a clearing account. Inputs are made in one process. */
function currencyOf(id: string): string {
  const n = currencies.size;
  const letters = [n / 676, n / 26, n].map((place) => String.fromCodePoint(65 + (Math.floor(place) % 26)));
  return currencies.get(id) ?? currencies.set(id, letters.join('')).get(id)!;
}

/** Booked to the clearing account of a rail of its own, as when the rail has accepted. */
async function accepted(id: string, database: Tx): Promise<Transfer> {
  const input = { ...outward(id), currency: currencyOf(id) };
  await database.query(
    `insert into ledger.accounts (account_id, currency, minimum_minor, balance_minor)
     values ($1, $4, 0, 250), ($2, $4, 0, 0), ($3, $4, null, 0)`,
    [`${id}-from`, `${id}-clearing`, `${id}-nostro`, input.currency],
  );
  await database.query('insert into ledger.rails values ($1, $2, $3)', [
    input.currency,
    `${id}-clearing`,
    `${id}-nostro`,
  ]);
  await database.query(
    `insert into ledger.holds (transfer_id, account_id, amount_minor, state, posted_minor, day)
     values ($1, $2, 250, 'posted', 250, now())`,
    [id, `${id}-from`],
  );
  await book(
    database,
    { id: transactionOf(id), kind: 'transfer', at: new Date() },
    { from: `${id}-from`, to: `${id}-clearing`, amountMinor: '250', currency: input.currency },
  );
  return input;
}

const news = (id: string): Return => ({
  returnId: `ret-${id}`,
  transferId: id,
  amountMinor: '250',
  currency: currencyOf(id),
  reason: 'AC06',
});

/** Settled too, as when it may come back. */
async function settled(id: string, database: Tx): Promise<Return> {
  const { currency } = await accepted(id, database);
  await book(
    database,
    { id: settlementOf(id), kind: 'settlement', at: new Date() },
    { from: `${id}-clearing`, to: `${id}-nostro`, amountMinor: '250', currency },
  );
  return news(id);
}

/** Entries on an account of the rail, of one kind of transaction. */
const entries =
  (account: 'clearing' | 'nostro', kind: 'settlement' | 'reversal') =>
  ({ transferId }: { transferId: string }, { database }: { database: Tx }): Promise<object[]> =>
    database.query(
      'select from ledger.entries join ledger.transactions using (transaction_id) where account_id = $1 and kind = $2',
      [`${transferId}-${account}`, kind],
    );

const other = <T extends { amountMinor: string }>(input: T): T => ({ ...input, amountMinor: '251' });

export default subjects(import.meta.url, {
  contracts,
  open: (where: Where) => ({ ...objects(where), ...rail(where) }),
  close: ({ s3 }) => s3.destroy(),
  bodies: ({ rail, s3, bucket }) => railActivities(rail, s3, bucket),
  activities: {
    submitPayment: {
      input: (id) => outward(id),
      effects: async ({ transferId }, { ledger }) =>
        (await ledger()).payments.filter(({ instructionId }) => instructionId === transferId),
      other,
      refused: { PaymentRejected: (id) => outward(id, 'REJECT-1') },
    },
    readPayment: {
      async input(id, { rail }) {
        const { debtor, amountMinor, currency, beneficiary } = outward(id, 'SILENT-1'); // it tells the same however late
        await rail.submit({
          instructionId: id,
          debtorAccount: debtor,
          amountMinor,
          currency,
          creditor: beneficiary!,
        });
        return { transferId: id };
      },
      effects: () => 0,
    },
    settleTransfer: {
      input: (id, { database }) => accepted(id, database),
      effects: entries('nostro', 'settlement'),
      other,
    },
    rejectTransfer: {
      input: (id, { database }) => accepted(id, database),
      effects: entries('clearing', 'reversal'),
      other,
    },
    postReturn: {
      input: (id, { database }) => settled(id, database),
      effects: entries('nostro', 'reversal'),
      other: (input) => ({ ...input, reason: 'AC04' }),
      refused: {
        UnknownTransfer: news,
        AmountDiffers: async (id, { database }) => other(await settled(id, database)),
        async AlreadyReturned(id, { database }) {
          const input = await settled(id, database);
          await database.query(`insert into ledger.transactions values ($1, 'reversal', $2, now())`, [
            `${transactionOf(id)}/by-hand`,
            transactionOf(id),
          ]);
          return input;
        },
        async AboveMaximum(id, { database }) {
          const input = await settled(id, database);
          await database.query('update ledger.accounts set maximum_minor = 249 where account_id = $1', [`${id}-from`]);
          return input;
        },
      },
    },
    storeReturnAdvice: {
      input: (id) => ({ ...news(id), transactionId: `transfers/${id}/reversal` }),
      effects: ({ returnId }, { s3, bucket }) => versionsAt(s3, bucket, `advices/returns/${returnId}.json`),
      other: (input) => ({ ...input, transactionId: 'transfers/another' }),
    },
  },
});
