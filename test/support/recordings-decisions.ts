import type { WorkflowHandle } from '@temporalio/client';
import { decisions, type Decision } from '../../src/contracts/decisions.ts';
import { until } from './conditions.ts';
import { unbooked } from './reconciling.ts';
import type { Recording } from './recording.ts';
import type { Site } from './site.ts';
import { answer, callsOf } from './temporal.ts';

const by = (decisionId: string, account: string) => ({ decisionId, account, actor: 'ann', reason: 'as agreed' });

async function started(site: Site, decision: Decision): Promise<WorkflowHandle> {
  await site.start(decisions, decision);
  return site.handle(decisions, decision.decisionId);
}
/** Of an account of its own; the second person says this. */
async function writtenOff(site: Site, account: string, choice?: string): Promise<WorkflowHandle> {
  const entry = await unbooked(site.database, account);
  const about = { statement: [entry], ledger: [], differenceMinor: '-300' };
  const handle = await started(site, { ...by(account, account), kind: 'write-off', ...about });
  if (choice !== undefined) await answer(handle, 'approval', choice, { updateId: 'answer-1', actor: 'bob' });
  return handle;
}

const PLAYS: Record<string, (site: Site) => Promise<WorkflowHandle>> = {
  async explained(site) {
    const account = 'recorded-explained';
    const about = { statement: [await unbooked(site.database, account)], ledger: [] };
    return started(site, { ...by(account, account), kind: 'explain', ...about });
  },
  'written-off': (site) => writtenOff(site, 'recorded-written-off', 'approve'),
  async withdrawn(site) {
    const account = 'recorded-withdrawn';
    await (await writtenOff(site, account, 'approve')).result();
    return started(site, { ...by(`${account}-again`, account), kind: 'withdraw', withdraws: account });
  },
  'not-approved': (site) => writtenOff(site, 'recorded-not-approved', 'reject'),
  'unknown-item': async (site) => {
    const account = 'recorded-unknown';
    await unbooked(site.database, account);
    return started(site, { ...by(account, account), kind: 'explain', statement: ['nobody'], ledger: [] });
  },
  'cancelled-when-booked': async (site) => {
    const account = 'recorded-cancelled';
    const handle = await writtenOff(site, account);
    await until('it asks', async () => (await callsOf(handle)).includes('openQuestion done'));
    // Whoever holds the account keeps the booking under way while the decision comes.
    await site.database.transaction(async (tx) => {
      await tx.query('select from ledger.accounts where account_id = $1 for update', [account]);
      await answer(handle, 'approval', 'approve', { updateId: 'answer-1', actor: 'bob' });
      await until('the booking', async () => (await callsOf(handle)).includes('bookWriteOff'));
      const decision = { actor: 'ann', reason: 'a mistake' };
      await handle.startUpdate('cancel', { args: [decision], updateId: 'cancel-1', waitForStage: 'ACCEPTED' });
    });
    return handle;
  },
};

export const decideReconciliationRecordings: readonly Recording[] = Object.entries(PLAYS).map(([what, play]) => ({
  workflow: 'decideReconciliation',
  what,
  async play(site) {
    const handle = await play(site);
    await handle.result();
    return handle;
  },
}));
