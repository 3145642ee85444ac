import type { WorkflowHandle } from '@temporalio/client';
import { transfers, type Transfer } from '../../src/contracts/ledger.ts';
import type { Recording } from './recording.ts';
import type { Site } from './site.ts';
import { callsOf } from './temporal.ts';
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
};

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
