import Stripe from 'stripe';

/** Stripe replays a 500 under its key for a day: the next send needs another key, recorded before it is used. */
export function underNewKey<Q extends { idempotencyKey: string }>(
  request: Q,
  failure: unknown,
  sends: number,
): Q | undefined {
  if (!(failure instanceof Stripe.errors.StripeAPIError)) return undefined;
  return { ...request, idempotencyKey: `${request.idempotencyKey.replace(/\/send-\d+$/, '')}/send-${sends + 1}` };
}
