import { postTransfer, transfers, type Transfer } from '../../../src/contracts/ledger.ts';
import type { Stage } from '../stage.ts';
import { cancel, redriveRun, terminate, type Course, type Made } from './course.ts';

const OPENING_MINOR = 10_000;

/** Between two accounts of its own, of which the debtor's was opened with 100 pounds of the bank's. */
async function transfer(stage: Stage, transferId: string, amountMinor: number): Promise<Made> {
  const [bank, debtor, creditor] = ['bank', 'from', 'to'].map((who) => `${who}-${transferId}`) as [
    string,
    string,
    string,
  ];
  await stage.database.transaction(async (tx) => {
    await tx.query(
      `insert into ledger.accounts (account_id, currency, minimum_minor, balance_minor)
       values ($1, 'GBP', null, -$4::bigint), ($2, 'GBP', 0, $4), ($3, 'GBP', 0, 0)`,
      [bank, debtor, creditor, OPENING_MINOR],
    );
    const opening = `opening/${transferId}`;
    await tx.query(`insert into ledger.transactions values ($1, 'opening', null, now())`, [opening]);
    await tx.query(
      `insert into ledger.entries values ($1, 1, $2, 'GBP', -$4::bigint), ($1, 2, $3, 'GBP', $4::bigint)`,
      [opening, bank, debtor, OPENING_MINOR],
    );
  });
  const payload: Transfer = { transferId, debtor, creditor, amountMinor: String(amountMinor), currency: 'GBP' };
  return { payload, ids: { transferId } };
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
