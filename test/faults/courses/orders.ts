import { orders, type Order } from '../../../src/contracts/orders.ts';
import { authorisePayment } from '../../../src/contracts/payments.ts';
import type { Stage } from '../stage.ts';
import { cancel, type Course, type Made } from './course.ts';

/** Units on hand of an order's own SKU: no order waits for another's rows. */
const ON_HAND = 10;

async function order(stage: Stage, orderId: string, changed: Partial<Order> = {}): Promise<Made> {
  const sku = `sku-${orderId}`;
  stage.stock.set(sku, ON_HAND);
  await stage.database.query('insert into inventory.stock (sku, on_hand) values ($1, $2)', [sku, ON_HAND]);
  const payload: Order = {
    orderId,
    currency: 'GBP',
    lines: [{ sku, quantity: 2, unitPriceMinor: 1_000 }],
    charges: [{ code: 'POST', amountMinor: 499 }],
    shipTo: { country: 'Norway' },
    payment: { method: 'pm_card_visa' },
    ...changed,
  };
  return { payload, ids: { orderId, shipment: 1 } };
}

const course = (
  what: string,
  fate: Course['fate'],
  reason: Course['reason'],
  changed: (orderId: string) => Partial<Order> = () => ({}),
): Course => ({
  pipeline: orders,
  what,
  fate,
  reason,
  make: (stage, id) => order(stage, id, changed(id)),
});

export const fulfilled = course('fulfilled', 'completed', null);
export const worthless = course('worth nothing', 'refused', 'TotalNotPositive', () => ({
  charges: [{ code: 'GIFT', amountMinor: -2_000 }],
}));
export const outOfStock = course('out of stock', 'refused', 'OutOfStock', (id) => ({
  lines: [{ sku: `sku-${id}`, quantity: ON_HAND + 1, unitPriceMinor: 1_000 }],
}));
export const noSuchCard = course('no such payment method', 'compensated', 'PaymentRejected', () => ({
  payment: { method: 'pm_nobody_has' },
}));
export const declined = course('card declined', 'compensated', 'CardDeclined', () => ({
  payment: { method: 'pm_card_visa_chargeDeclined' },
}));
export const noRoute = course('no route', 'compensated', 'NoRoute', () => ({ shipTo: { country: 'Atlantis' } }));
export const cancelled: Course = {
  ...course('cancelled when authorised', 'compensated', 'Cancelled'),
  during: { contract: authorisePayment, at: 'applied', act: cancel },
};
