import { z } from 'zod';
import { activity, undo } from '../kit/contract/activity.ts';
import { OrderId, Sku } from './ids.ts';

const Reservation = z.object({
  orderId: OrderId,
  /** Goods only. A SKU may stand in several lines; its quantities add up. */
  lines: z
    .array(z.object({ sku: Sku, quantity: z.int().positive().max(1_000_000) }))
    .min(1)
    .max(2_000),
});

/** Gives the reserved units back. */
export const releaseStock = undo('releaseStock', {
  input: Reservation,
  key: ({ orderId }) => `orders/${orderId}/stock/release`,
  errors: {},
  attempt: '15s',
  within: '30 days',
});

/** All or nothing: every line is available (on hand − reserved) or nothing is reserved. */
export const reserveStock = activity('reserveStock', {
  input: Reservation,
  output: z.object({ units: z.int() }),
  key: ({ orderId }) => `orders/${orderId}/stock/reserve`,
  errors: { OutOfStock: 'refused', UnknownSku: 'refused' },
  attempt: '15s',
  within: '30 days',
  undo: releaseStock,
});

/** Turns the reservation into a shipment: on hand and reserved both go down. */
export const shipStock = activity('shipStock', {
  input: z.object({ orderId: OrderId }),
  output: z.object({ units: z.int() }),
  key: ({ orderId }) => `orders/${orderId}/stock/ship`,
  errors: {},
  attempt: '15s',
  within: '30 days',
  undo: { none: 'the parcel has left; what comes back is a return, a movement of its own' },
});
