import { proxyActivities } from '@temporalio/workflow';
import type { Transfer, Transferred } from '../../src/contracts/ledger.ts';

/** What the bare workers have, of the same names as ours. */
export interface BareActivities {
  validateTransfer(transfer: Transfer): Promise<{ approval: boolean }>;
  holdFunds(transfer: Transfer): Promise<{ availableMinor: string }>;
  postTransfer(transfer: Transfer): Promise<{ transactionId: string }>;
  storeAdvice(transfer: Transfer & { transactionId: string }): Promise<{ path: string }>;
  recordFate(ended: Transferred): Promise<Transferred>;
}

const does = proxyActivities<BareActivities>({ startToCloseTimeout: '15s', scheduleToCloseTimeout: '30 days' });

/** A transfer across, as one writes it with the SDK alone: no undo, no cancellation, no progress, no fate. */
export async function bareTransfer(transfer: Transfer): Promise<Transferred> {
  await does.validateTransfer(transfer);
  await does.holdFunds(transfer);
  const { transactionId } = await does.postTransfer(transfer);
  const { path } = await does.storeAdvice({ ...transfer, transactionId });
  return { transferId: transfer.transferId, transactionId, advice: path };
}

/** The same, that writes down how it ended. */
export async function recordedTransfer(transfer: Transfer): Promise<Transferred> {
  return does.recordFate(await bareTransfer(transfer));
}
