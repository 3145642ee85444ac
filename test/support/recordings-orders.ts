import type { WorkflowHandle } from '@temporalio/client';
import type { Order } from '../../src/contracts/orders.ts';
import { until } from './conditions.ts';
import { Shop } from './shop.ts';
import { callsOf, shows } from './temporal.ts';
import type { Recording } from './recording.ts';

/** Ways in which an order ends, each played against the stack until its run has ended. */
export const ORDER_ENDS: Record<string, (shop: Shop, orderId: string) => Promise<Order>> = {
  completed: async (shop, id) => started(shop, await shop.order(id)),
  refused: async (shop, id) => {
    const order = await shop.order(id);
    return started(shop, { ...order, lines: [{ ...order.lines[0]!, quantity: 11 }] });
  },
  'compensated-declined': async (shop, id) =>
    started(shop, await shop.order(id, { payment: { method: 'pm_card_visa_chargeDeclined' } })),
  'compensated-no-route': async (shop, id) => started(shop, await shop.order(id, { shipTo: { country: 'Atlantis' } })),
  redriven: async (shop, id) => {
    await shop.carrier.faults([{ kind: 'hold-request', on: 'POST /shipments/:id/book' }]);
    const order = await started(shop, await shop.order(id, { shipTo: { country: 'Atlantis' } }));
    await shop.carrier.untilHeld();
    const handle = await shop.handle(order);
    // Whoever holds the row of its stock keeps the run from undoing more than the payment.
    await shop.site.database.transaction(async (tx) => {
      await tx.query('select from inventory.stock where sku = $1 for update', [order.lines[0]!.sku]);
      await shop.carrier.release();
      await until('half undone', async () => (await callsOf(handle)).includes('cancelPayment done'));
      await handle.terminate();
    });
    await shop.site.redrive(handle.workflowId);
    return order;
  },
  cancelled: (shop, id) =>
    whileAuthorised(shop, id, async (handle) => {
      await handle.executeUpdate('cancel', { args: [{ actor: 'ann', reason: 'ordered twice' }], updateId: 'cancel-1' });
    }),
  'cancelled-in-web-ui': (shop, id) =>
    whileAuthorised(shop, id, async (handle) => {
      await handle.cancel();
      await until('the attempt is asked to end', async () =>
        (await callsOf(handle)).includes('authorisePayment asked to cancel'),
      );
    }),
  'stuck-undo-resolved': async (shop, id) => {
    const order = await stuckUndo(shop, id);
    await resolveUndo(await shop.handle(order));
    return order;
  },
  'answer-lost': async (shop, id) => {
    // The payment client resends once by itself when a connection breaks, so the answer is lost twice.
    await shop.payments.faults([{ kind: 'lose-answer', on: 'POST /v1/payment_intents/:id/capture', times: 2 }]);
    return started(shop, await shop.order(id));
  },
  'parked-step-resolved': async (shop, id) => {
    await shop.carrier.faults([{ kind: 'hold', on: 'POST /shipments/:id/book' }]);
    const order = await started(shop, await shop.order(id));
    await shop.carrier.untilHeld();
    await shop.byHand('cancel', order); // the parcel is on its way, and cannot be paid for any more
    await shop.carrier.release();
    const handle = await shop.handle(order);
    await shows(handle, 'capturePayment parked: AuthorisationExpired');
    const key = `${handle.workflowId}/shipments/1/capture`;
    const decision = {
      actor: 'ann',
      reason: 'paid by transfer',
      key,
      action: 'complete',
      value: { capturedMinor: 2_499 },
    };
    await handle.executeUpdate('resolve', { args: [decision], updateId: 'resolve-1' });
    return order;
  },
  reset: async (shop, id) => {
    const order = await started(shop, await shop.order(id));
    const handle = await shop.handle(order);
    await handle.result();
    await shop.site.server.reset(handle, 'openPayment');
    return order;
  },
};

/** Cancelled while the provider has authorised and its answer is on the way. */
async function whileAuthorised(
  shop: Shop,
  orderId: string,
  cancel: (handle: WorkflowHandle) => Promise<void>,
): Promise<Order> {
  await shop.payments.faults([{ kind: 'hold', on: 'POST /v1/payment_intents/:id/confirm' }]);
  const order = await started(shop, await shop.order(orderId));
  await shop.payments.untilHeld();
  await cancel(await shop.handle(order));
  await shop.payments.release();
  return order;
}

/** Its payment is captured by hand while the carrier says no: the payment cannot be cancelled any more. */
export async function stuckUndo(shop: Shop, orderId: string): Promise<Order> {
  await shop.carrier.faults([{ kind: 'hold-request', on: 'POST /shipments/:id/book' }]);
  const order = await started(shop, await shop.order(orderId, { shipTo: { country: 'Atlantis' } }));
  await shop.carrier.untilHeld();
  await shop.byHand('capture', order);
  await shop.carrier.release();
  await shows(await shop.handle(order), 'cancelPayment stuck: AlreadyCaptured');
  return order;
}

/** Somebody gave the money back in the provider's dashboard, and says so. */
export async function resolveUndo(handle: WorkflowHandle): Promise<void> {
  const key = `${handle.workflowId}/shipments/1/cancel`;
  const decision = { actor: 'ann', reason: 'refunded by hand', key, action: 'complete' };
  await handle.executeUpdate('resolve', { args: [decision], updateId: 'resolve-1' });
}

async function started(shop: Shop, order: Order): Promise<Order> {
  await shop.start(order);
  return order;
}

export const fulfilOrderRecordings: readonly Recording[] = Object.entries(ORDER_ENDS).map(([what, play]) => ({
  workflow: 'fulfilOrder',
  what,
  async play(site) {
    const shop = new Shop(site);
    const handle = await shop.handle(await play(shop, `recorded_${what}`));
    await handle.result();
    await shop.clearFaults();
    return handle;
  },
}));
