import { holdFunds, postTransfer, storeAdvice, type Transfer } from '../../../../src/contracts/ledger.ts';
import type { Ended } from '../../../../src/kit/contract/updates.ts';
import { saga } from '../../../../src/kit/workflow/saga.ts';

/** The product's story, its second step under another key: the same commands to Temporal, another effect to us. */
export async function transferFunds(transfer: Transfer): Promise<Ended<object>> {
  return saga(async (step) => {
    await step(holdFunds, transfer);
    const { transactionId } = await step(postTransfer, { ...transfer, transferId: `${transfer.transferId}-2` });
    const advice = await step.pivot(storeAdvice, { ...transfer, transactionId });
    return { transferId: transfer.transferId, transactionId, advice: advice.path };
  });
}
