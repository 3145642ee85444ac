import Stripe from 'stripe';
import type * as contract from '../../contracts/payments.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { underNewKey } from './under-new-key.ts';

/** `key` is ours, in the metadata; Stripe's own is the same, until Stripe replays a 500 under it. */
type Refund = { paymentIntentId: string; amountMinor: number; key: string; idempotencyKey?: string };

/**
 * Refunds are found again by our key in their metadata. Always whole: Stripe refunds no more than was captured, so a
 * second whole refund cannot move money even when Stripe has forgotten our key.
 */
export const refundActivities = (stripe: Stripe): Pick<Implementation<typeof contract, Tx>, 'refundPayment'> => ({
  refundPayment: {
    request: ({ paymentIntentId }, { key, outcome }): Refund => ({
      paymentIntentId,
      amountMinor: outcome.capturedMinor,
      key,
    }),
    async send({ paymentIntentId, amountMinor, key, idempotencyKey = key }: Refund, { retry }) {
      try {
        await stripe.refunds.create(
          { payment_intent: paymentIntentId, amount: amountMinor, metadata: { evenkeel_key: key } },
          { idempotencyKey },
        );
        return { undone: true };
      } catch (error) {
        if (error instanceof Stripe.errors.StripeError && [409, 429].includes(error.statusCode ?? 0))
          throw retry('GatewayBusy');
        throw error;
      }
    },
    async probe({ paymentIntentId, key }: Refund) {
      for await (const refund of stripe.refunds.list({ payment_intent: paymentIntentId, limit: 100 }))
        if (refund.metadata?.['evenkeel_key'] === key) return { applied: { undone: true } };
      return 'absent';
    },
    amend: ({ idempotencyKey, ...request }: Refund, failure, sends) =>
      underNewKey({ ...request, idempotencyKey: idempotencyKey ?? request.key }, failure, sends),
  },
});
