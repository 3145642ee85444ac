import { remindOf } from '../../../src/contracts/ledger.ts';
import { authorisePayment, capturePayment, openPayment } from '../../../src/contracts/payments.ts';
import type { Ended } from '../../../src/kit/contract/updates.ts';
import { outcome, saga } from '../../../src/kit/workflow/saga.ts';
import { KEEP, type Offer, type Sale } from './contract.ts';

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

/** Asked with little patience, so that somebody is reminded. */
export async function offerOnce({ transferId }: Offer): Promise<Ended<{ transferId: string }>> {
  return saga(async (step) => {
    const { question, choices } = KEEP;
    const remind = (n: number): Promise<object> => step(remindOf, { transferId, question, n });
    const answer = await step.ask(question, { transferId }, choices, { patience: ['10 ms', '10 ms'], remind });
    if (answer === undefined) throw outcome('Expired');
    return { transferId };
  });
}
