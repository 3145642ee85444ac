import { postReturn, storeReturnAdvice, type Return, type Returned } from '../../contracts/rail.ts';
import type { Ended } from '../../kit/contract/updates.ts';
import { saga } from '../../kit/workflow/saga.ts';

/** Money that had left by the rail and came back, however long after: booked back to who sent it, who is told. */
export async function returnTransfer(returned: Return): Promise<Ended<Returned>> {
  return saga(async (step) => {
    const { transactionId } = await step.pivot(postReturn, returned);
    const advice = await step(storeReturnAdvice, { ...returned, transactionId });
    return { returnId: returned.returnId, transactionId, advice: advice.path };
  });
}
