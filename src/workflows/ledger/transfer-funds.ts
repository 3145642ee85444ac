import { patched, sleep } from '@temporalio/workflow';
import {
  holdFunds,
  postTransfer,
  remindOf,
  storeAdvice,
  validateTransfer,
  type Transfer,
  type Transferred,
} from '../../contracts/ledger.ts';
import { readPayment, rejectTransfer, settleTransfer, submitPayment } from '../../contracts/rail.ts';
import { screenTransfer } from '../../contracts/screening.ts';
import type { Ended } from '../../kit/contract/updates.ts';
import { outcome, saga, type Step } from '../../kit/workflow/saga.ts';
import { byAnother } from '../by-another.ts';

/** Runs that were started before transfers were validated, screened and approved go on as they began. */
export const CONTROLLED = 'ledger: a transfer is validated, screened and approved';

/** Seconds between two looks at what the rail has come to: 1, 2, 4 … up to an hour. */
const LONGEST_PAUSE_S = 3_600;
/** Looks until a person is asked: after about five days. */
const LOOKS = 130;

/**
 * Money out of an account of ours: to another one, or by the rail to another bank. Validated, screened, approved, held;
 * then posted and told. It can be cancelled until the rail has it, or until both sides are told.
 */
export async function transferFunds(transfer: Transfer): Promise<Ended<Transferred>> {
  return saga(async (step) => {
    if (patched(CONTROLLED)) await control(step, transfer);
    await step(holdFunds, transfer);
    return transfer.beneficiary ? payOut(step, transfer) : bookAcross(step, transfer);
  });
}

async function control(step: Step, transfer: Transfer): Promise<void> {
  const { transferId, amountMinor, currency } = transfer;
  const { approval } = await step(validateTransfer, transfer);
  if (transfer.beneficiary) {
    const found = await step(screenTransfer, transfer);
    if (found.hits.length > 0) {
      const asking = { reject: byAnother(transfer.maker) };
      const { choice } = await step.ask('screening', found, ['clear', 'block'], asking);
      if (choice === 'block') throw outcome('Blocked');
    }
  }
  if (!approval) return;
  const answer = await step.ask('approval', { amountMinor, currency }, ['approve', 'reject'], {
    patience: ['1 day', '2 days'],
    remind: (n) => step(remindOf, { transferId, question: 'approval', n }),
    reject: byAnother(transfer.maker),
  });
  if (answer === undefined) throw outcome('ApprovalExpired');
  if (answer.choice === 'reject') throw outcome('NotApproved');
}

async function bookAcross(step: Step, transfer: Transfer): Promise<Transferred> {
  const { transactionId } = await step(postTransfer, transfer);
  const advice = await step.pivot(storeAdvice, { ...transfer, transactionId });
  return { transferId: transfer.transferId, transactionId, advice: advice.path };
}

/** Through the clearing account. What the rail rejects late is booked back; what it returns later is `returnTransfer`'s. */
async function payOut(step: Step, transfer: Transfer): Promise<Transferred> {
  const { transferId } = transfer;
  await step.pivot(submitPayment, transfer);
  const { transactionId } = await step(postTransfer, transfer);
  const payment = await lastWord(step, transfer);
  await step(payment === 'settled' ? settleTransfer : rejectTransfer, transfer);
  const advice = await step(storeAdvice, { ...transfer, transactionId, payment });
  return { transferId, transactionId, advice: advice.path, payment };
}

/** What the rail says in the end, or a person on its behalf when it stays silent. */
async function lastWord(step: Step, { transferId }: Transfer): Promise<'settled' | 'rejected'> {
  for (let look = 0; ; look++) {
    const { status } = await step(readPayment, { transferId });
    if (status !== 'pending') return status;
    if (look > 0 && look % LOOKS === 0) {
      const { choice } = await step.ask('payment', { transferId }, ['settled', 'rejected', 'wait']);
      if (choice !== 'wait') return choice;
    }
    await sleep(Math.min(2 ** (look % LOOKS), LONGEST_PAUSE_S) * 1_000);
  }
}
