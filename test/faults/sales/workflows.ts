import { authorisePayment, capturePayment, openPayment } from '../../../src/contracts/payments.ts';
import type { Ended } from '../../../src/kit/contract/updates.ts';
import { outcome, saga } from '../../../src/kit/workflow/saga.ts';
import { KEEP, type Sale } from './contract.ts';

/** Paid, and then asked whether it is kept; if not, the money goes back. */
export async function sellOnApproval({ orderId, amountMinor, method }: Sale): Promise<Ended<{ orderId: string }>> {
  return saga(async (step) => {
    const shipment = { orderId, shipment: 1 };
    const { paymentIntentId } = await step(openPayment, { ...shipment, amountMinor, currency: 'GBP', method });
    await step(authorisePayment, { ...shipment, paymentIntentId });
    await step(capturePayment, { ...shipment, paymentIntentId, amountMinor });
    const { choice } = await step.ask(KEEP.question, { orderId }, KEEP.choices);
    if (choice === 'return') throw outcome('Returned');
    return { orderId };
  });
}
