import {
  holdFunds,
  postTransfer,
  reservations,
  SETTLE_HOLD,
  transfers,
  type Reservation,
  type Transfer,
} from '../../../src/contracts/ledger.ts';
import type { Stage } from '../stage.ts';
import { cancel, redriveRun, terminate, type Course, type Made } from './course.ts';
import { attendedBy, choosing } from './people.ts';

const OPENING_MINOR = 10_000;

/** Accounts of its own for a transfer, of which the debtor's is opened with 100 pounds of the bank's. */
export async function accountsFor(stage: Stage, transferId: string, currency = 'GBP'): Promise<[string, string]> {
  const [bank, debtor, creditor] = ['bank', 'from', 'to'].map((who) => `${who}-${transferId}`) as [
    string,
    string,
    string,
  ];
  await stage.database.transaction(async (tx) => {
    await tx.query(
      `insert into ledger.accounts (account_id, currency, minimum_minor, balance_minor)
       values ($1, $5, null, -$4::bigint), ($2, $5, 0, $4), ($3, $5, 0, 0)`,
      [bank, debtor, creditor, OPENING_MINOR, currency],
    );
    const opening = `opening/${transferId}`;
    await tx.query(`insert into ledger.transactions values ($1, 'opening', null, now())`, [opening]);
    await tx.query(`insert into ledger.entries values ($1, 1, $2, $5, -$4::bigint), ($1, 2, $3, $5, $4::bigint)`, [
      opening,
      bank,
      debtor,
      OPENING_MINOR,
      currency,
    ]);
  });
  return [debtor, creditor];
}

async function transfer(stage: Stage, transferId: string, amountMinor: number): Promise<Made & { payload: Transfer }> {
  const [debtor, creditor] = await accountsFor(stage, transferId);
  return {
    payload: { transferId, debtor, creditor, amountMinor: String(amountMinor), currency: 'GBP' },
    ids: { transferId },
  };
}

const course = (what: string, fate: Course['fate'], reason: Course['reason'], amountMinor = 2_500): Course => ({
  pipeline: transfers,
  what,
  fate,
  reason,
  make: (stage, id) => transfer(stage, id, amountMinor),
});

export const transferred = course('transferred', 'completed', null);
export const overdrawn = course('overdrawn', 'refused', 'Overdrawn', OPENING_MINOR + 1);
export const cancelled: Course = {
  ...course('cancelled when posted', 'compensated', 'Cancelled'),
  during: { contract: postTransfer, at: 'applied', act: cancel },
};
/** Between hold and posting the creditor's account has become too small. */
export const noRoom: Course = {
  ...course('no room for it', 'compensated', 'AboveMaximum'),
  during: {
    contract: holdFunds,
    at: 'applied',
    act: async (stage, { ids }) => {
      await stage.database.query('update ledger.accounts set maximum_minor = 2499 where account_id = $1', [
        `to-${ids['transferId']}`,
      ]);
    },
  },
};
/** Its second run comes to the end. */
export const redriven: Course = {
  ...course('terminated when posted, and redriven', 'completed', null),
  make: async (stage, id) => {
    const { payload, ids } = await transfer(stage, id, 2_500);
    return { payload, ids: { ...ids, run: 2 } };
  },
  during: {
    contract: postTransfer,
    at: 'applied',
    act: async (stage, run) => {
      await terminate(stage, run);
      await redriveRun(stage, run);
    },
  },
};

const reservation = (
  what: string,
  fate: Course['fate'],
  reason: Course['reason'],
  { amountMinor = 2_500, expiresAfterSeconds = 3_600 } = {},
): Course => ({
  pipeline: reservations,
  what,
  fate,
  reason,
  make: async (stage, id) => {
    const { payload, ids } = await transfer(stage, id, amountMinor);
    const reserved = { ...payload, expiresAfterSeconds } as Reservation;
    return { payload: reserved, ids: { ...ids, question: SETTLE_HOLD.question, asked: 1 } };
  },
});

/** The rest of it is free again. */
export const postedInPart: Course = {
  ...reservation('posted in part', 'completed', null),
  people: attendedBy(choosing(SETTLE_HOLD.question, 'post', '1200')),
};
export const notReserved = reservation('not reserved', 'refused', 'Overdrawn', { amountMinor: OPENING_MINOR + 1 });
export const expired = reservation('expired', 'compensated', 'Expired', { expiresAfterSeconds: 1 });
