import { reserveStock, shipStock } from '../../contracts/inventory.ts';
import { acceptOrder, storeReceipt, type Fulfilled, type Order } from '../../contracts/orders.ts';
import { authorisePayment, capturePayment, openPayment } from '../../contracts/payments.ts';
import { bookShipment } from '../../contracts/shipping.ts';
import type { Ended } from '../../kit/contract/updates.ts';
import { saga } from '../../kit/workflow/saga.ts';

/** An order from the customer's click to the receipt. Until the carrier has it, it can be cancelled; then it goes through. */
export async function fulfilOrder(order: Order): Promise<Ended<Fulfilled>> {
  const { orderId, currency, lines, charges, shipTo, payment } = order;
  return saga(async (step) => {
    const { totalMinor } = await step(acceptOrder, order);
    const wanted = lines.map(({ sku, quantity }) => ({ sku, quantity }));
    const { units } = await step(reserveStock, { orderId, lines: wanted });

    const shipment = { orderId, shipment: 1 }; // the whole order in one parcel
    const amount = { amountMinor: totalMinor, currency };
    const { paymentIntentId } = await step(openPayment, { ...shipment, ...amount, method: payment.method });
    await step(authorisePayment, { ...shipment, paymentIntentId });

    const { tracking } = await step.pivot(bookShipment, { ...shipment, country: shipTo.country, units });

    const { capturedMinor } = await step(capturePayment, { ...shipment, paymentIntentId, amountMinor: totalMinor });
    await step(shipStock, { orderId });
    const receipt = await step(storeReceipt, { orderId, currency, lines, charges, capturedMinor, tracking });
    return { orderId, capturedMinor, tracking, receipt: receipt.path };
  });
}
