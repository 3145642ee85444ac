import { holdFunds, postTransfer, storeAdvice, type Transfer, type Transferred } from '../../contracts/ledger.ts';
import type { Ended } from '../../kit/contract/updates.ts';
import { saga } from '../../kit/workflow/saga.ts';

/** Money from one account to another: held, posted, told. Until both sides are told it can be cancelled, by a reversing entry. */
export async function transferFunds(transfer: Transfer): Promise<Ended<Transferred>> {
  return saga(async (step) => {
    await step(holdFunds, transfer);
    const { transactionId } = await step(postTransfer, transfer);
    const advice = await step.pivot(storeAdvice, { ...transfer, transactionId });
    return { transferId: transfer.transferId, transactionId, advice: advice.path };
  });
}
