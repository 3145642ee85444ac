import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { WorkflowHandle } from '@temporalio/client';
import { transfers, type Transfer } from '../../src/contracts/ledger.ts';
import type { Recording } from './recording.ts';
import type { Site } from './site.ts';
import { s3Of } from './s3.ts';
import { callsOf, shows } from './temporal.ts';
import { until } from './conditions.ts';

const PLAYS: Record<string, (site: Site, transfer: Transfer) => Promise<WorkflowHandle>> = {
  completed: started,
  refused: (site, transfer) => started(site, { ...transfer, amountMinor: '10001' }),
  cancelled: (site, transfer) =>
    // Whoever holds the debtor's row keeps the hold under way while the decision comes.
    site.database.transaction(async (tx) => {
      await tx.query(`select from ledger.accounts where account_id = $1 for update`, [transfer.debtor]);
      const handle = await started(site, transfer);
      await until('the hold', async () => (await callsOf(handle)).includes('holdFunds'));
      const decision = { actor: 'ann', reason: 'a mistake' };
      await handle.startUpdate('cancel', { args: [decision], updateId: 'cancel-1', waitForStage: 'ACCEPTED' });
      return handle;
    }),
  'stuck-undo-retried': async (site, transfer) => {
    const { handle, spent } = await site.database.transaction(async (tx) => {
      await tx.query('lock table ledger.transactions in share mode'); // so the posting waits, with both accounts locked
      const handle = await started(site, transfer);
      await until('the posting waits', () => waiting(site, 1));
      // Next in the queue for the creditor's account: they spend it before it can be taken back.
      const spent = held(site, transfer, transfer.amountMinor);
      await until('who spends it waits', () => waiting(site, 2));
      const decision = { actor: 'ann', reason: 'a mistake' };
      await handle.startUpdate('cancel', { args: [decision], updateId: 'cancel-1', waitForStage: 'ACCEPTED' });
      return { handle, spent };
    });
    await spent;
    await shows(handle, 'reverseTransfer stuck: CreditorOverdrawn');
    await held(site, transfer, `-${transfer.amountMinor}`);
    const key = `${handle.workflowId}/reverse`;
    const decision = { actor: 'ann', reason: 'they have paid in', key, action: 'retry' };
    await handle.executeUpdate('resolve', { args: [decision], updateId: 'resolve-1' });
    return handle;
  },
  'parked-conflict-completed': async (site, transfer) => {
    const s3 = s3Of(site.env);
    const [Bucket, Key] = [site.env['EVENKEEL_S3_BUCKET']!, `advices/${transfer.transferId}.json`];
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'another advice' }));
    s3.destroy();
    const handle = await started(site, transfer);
    await shows(handle, 'storeAdvice parked: KeyConflict');
    const key = `${handle.workflowId}/advice`;
    const value = { bucket: Bucket, path: `${Key}.2`, versionId: null, sha256: 'by hand' };
    const decision = { actor: 'ann', reason: 'told them by letter', key, action: 'complete', value };
    await handle.executeUpdate('resolve', { args: [decision], updateId: 'resolve-1' });
    return handle;
  },
};

const waiting = async ({ database }: Site, sessions: number): Promise<boolean> =>
  (await database.query(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`))
    .length === sessions;

/** Holds so much more of what the creditor has, once nobody else has their account. */
const held = ({ database }: Site, { creditor }: Transfer, amountMinor: string): Promise<void> =>
  database.transaction(async (tx) => {
    await tx.query('select from ledger.accounts where account_id = $1 for update', [creditor]);
    const more = 'update ledger.accounts set held_minor = held_minor + $2 where account_id = $1';
    await tx.query(more, [creditor, amountMinor]);
  });

async function started(site: Site, transfer: Transfer): Promise<WorkflowHandle> {
  await site.start(transfers, transfer);
  return site.handle(transfers, transfer.transferId);
}

export const transferFundsRecordings: readonly Recording[] = Object.entries(PLAYS).map(([what, play]) => ({
  workflow: 'transferFunds',
  what,
  async play(site) {
    const [debtor, creditor] = [`alice-${what}`, `bob-${what}`];
    await site.database.query(
      `insert into ledger.accounts (account_id, currency, minimum_minor) values ($1, 'GBP', -10000), ($2, 'GBP', 0)`,
      [debtor, creditor],
    );
    const transfer = { transferId: `recorded-${what}`, debtor, creditor, amountMinor: '2500', currency: 'GBP' };
    const handle = await play(site, transfer);
    await handle.result();
    return handle;
  },
}));
