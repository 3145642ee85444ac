import { z } from 'zod';
import { activity, undo } from '../kit/contract/activity.ts';
import { Currency, Minor, OrderId, Shipment } from './ids.ts';

/**
 * Payments by Stripe's rules, one intent a shipment: money moves only on a known id. An unconfirmed PaymentIntent is opened first (harmless,
 * keyed) and its id recorded; what is in doubt later is looked up by that id.
 * Source: docs.stripe.com/api/idempotent_requests, docs.stripe.com/payments/paymentintents/lifecycle.
 */
const PaymentIntentId = z.string().regex(/^pi_\w+$/);
/** Stripe: eight digits. */
export const PAYMENT_LIMIT_MINOR = 99_999_999;

const Opened = z.object({
  orderId: OrderId,
  shipment: Shipment,
  amountMinor: Minor.positive().max(PAYMENT_LIMIT_MINOR),
  currency: Currency,
  method: z.string(),
});
const Intent = z.object({ orderId: OrderId, shipment: Shipment, paymentIntentId: PaymentIntentId });
const bounds = { attempt: '20s', within: '30 days' } as const; // the client gives up after 10 s

/** Cancels the opened intent, confirmed or not: an authorisation is released with it. */
export const cancelPayment = undo('cancelPayment', {
  input: Opened,
  key: ({ orderId, shipment }) => `orders/${orderId}/shipments/${shipment}/cancel`,
  errors: { AlreadyCaptured: 'refused', GatewayBusy: 'retry' },
  remote: 'probeable',
  ...bounds,
});

export const openPayment = activity('openPayment', {
  input: Opened,
  output: z.object({ paymentIntentId: PaymentIntentId }),
  key: ({ orderId, shipment }) => `orders/${orderId}/shipments/${shipment}/open`,
  errors: { PaymentRejected: 'refused', GatewayBusy: 'retry' },
  remote: 'keyed',
  remembers: '24 hours', // "keys can be removed after they are at least 24 hours old"
  undo: cancelPayment,
  ...bounds,
});

/** Confirms the opened intent. */
export const authorisePayment = activity('authorisePayment', {
  input: Intent,
  output: z.object({ status: z.literal('requires_capture') }),
  key: ({ orderId, shipment }) => `orders/${orderId}/shipments/${shipment}/authorise`,
  errors: { CardDeclined: 'refused', PaymentCancelled: 'refused', GatewayBusy: 'retry' },
  remote: 'probeable',
  undo: { none: 'cancelling the opened payment releases its authorisation' },
  ...bounds,
});

/** Gives back everything that was captured. */
export const refundPayment = undo('refundPayment', {
  input: Intent.extend({ amountMinor: Minor.positive() }),
  key: ({ orderId, shipment }) => `orders/${orderId}/shipments/${shipment}/refund`,
  errors: { GatewayBusy: 'retry' },
  remote: 'probeable',
  ...bounds,
});

export const capturePayment = activity('capturePayment', {
  input: Intent.extend({ amountMinor: Minor.positive() }),
  output: z.object({ capturedMinor: Minor }),
  key: ({ orderId, shipment }) => `orders/${orderId}/shipments/${shipment}/capture`,
  errors: { AuthorisationExpired: 'refused', GatewayBusy: 'retry' },
  remote: 'probeable',
  undo: refundPayment,
  ...bounds,
});
