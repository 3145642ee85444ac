import { z } from 'zod';
import { activity } from '../kit/contract/activity.ts';
import { StoredObject } from '../kit/contract/object.ts';
import type { Pipeline } from '../kit/contract/pipeline.ts';
import { Currency, Minor, OrderId, Sku } from './ids.ts';

/** An order as its seller sends it. Amounts are integer minor units of `currency` (pence, cents). */
export const Order = z.object({
  orderId: OrderId,
  currency: Currency,
  /** Goods: they are reserved, shipped and paid for. At most what one workflow input may hold. */
  lines: z
    .array(z.object({ sku: Sku, quantity: z.int().positive().max(1_000_000), unitPriceMinor: Minor.positive() }))
    .min(1)
    .max(2_000),
  /** Postage, discounts, fees: money, never stock. May be zero or negative. */
  charges: z.array(z.object({ code: z.string().min(1).max(32), amountMinor: Minor })).max(2_000),
  shipTo: z.object({ country: z.string().min(1).max(64) }),
  /** The payment provider's token of a payment method. Card numbers never enter. */
  payment: z.object({ method: z.string().regex(/^pm_[A-Za-z0-9_]{1,64}$/) }),
});
export type Order = z.infer<typeof Order>;

/** What an order that was fulfilled comes to. */
export interface Fulfilled {
  readonly orderId: string;
  readonly capturedMinor: number;
  readonly tracking: string;
  readonly receipt: string;
}

export const orders: Pipeline<Order> = {
  name: 'orders',
  prefix: 'orders',
  workflow: 'fulfilOrder',
  payload: Order,
  businessId: ({ orderId }) => orderId,
  summary: ({ orderId, lines, currency }) =>
    `order ${orderId}: ${lines.length} line${lines.length === 1 ? '' : 's'}, ${currency}`,
  sealed: false,
};

/** Puts the order on the books. */
export const acceptOrder = activity('acceptOrder', {
  input: Order,
  output: z.object({ totalMinor: Minor }),
  key: ({ orderId }) => `orders/${orderId}/accept`,
  errors: { TotalNotPositive: 'refused', TotalTooLarge: 'refused' },
  attempt: '15s',
  within: '30 days',
  undo: { none: 'an order that came stays on the books; how it ended is its fate' },
});

/** One receipt an order, written once. */
export const storeReceipt = activity('storeReceipt', {
  input: z.object({
    orderId: OrderId,
    currency: Currency,
    lines: Order.shape.lines,
    charges: Order.shape.charges,
    capturedMinor: Minor,
    tracking: z.string(),
  }),
  output: StoredObject,
  key: ({ orderId }) => `orders/${orderId}/receipt`,
  errors: {},
  attempt: '30s',
  within: '30 days',
  remote: 'keyed', // the path is the key, and a conditional write honours it for ever
  undo: { none: 'the customer has paid: a correction is another document' },
});
