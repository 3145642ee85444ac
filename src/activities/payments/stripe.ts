import Stripe from 'stripe';
import type * as contract from '../../contracts/payments.ts';
import type { Implementation, Probe } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { Conflict } from '../../kit/effects/errors.ts';
import { refundActivities } from './refunds.ts';
import { underNewKey } from './under-new-key.ts';

/** A request as it is recorded. `idempotencyKey` is Stripe's; it differs from ours only after a replayed 500. */
export type ById = { paymentIntentId: string; idempotencyKey: string; amountMinor?: number };
type Open = { idempotencyKey: string; orderId: string; amountMinor: number; currency: string; method: string };

/** Its own retries are off and its time-out is below `attempt`: retrying is the kit's business, under the kit's keys. */
export const stripeClient = (apiKey: string, url?: URL): Stripe =>
  new Stripe(apiKey, {
    maxNetworkRetries: 0,
    timeout: 10_000,
    telemetry: false,
    ...(url === undefined
      ? {}
      : {
          host: url.hostname,
          port: url.port,
          protocol: url.protocol === 'http:' ? ('http' as const) : ('https' as const),
        }),
  });

export const paymentActivities = (stripe: Stripe): Implementation<typeof contract, Tx> => ({
  openPayment: {
    request: ({ orderId, amountMinor, currency, method }, { key }): Open => ({
      idempotencyKey: key,
      orderId,
      amountMinor,
      currency,
      method,
    }),
    async send({ idempotencyKey, orderId, amountMinor, currency, method }: Open, { retry, refuse, key }) {
      try {
        const { id } = await stripe.paymentIntents.create(
          {
            amount: amountMinor,
            currency: currency.toLowerCase(),
            payment_method: method,
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            capture_method: 'manual',
            metadata: { order_id: orderId, evenkeel_key: key },
          },
          { idempotencyKey },
        );
        return { paymentIntentId: id };
      } catch (error) {
        if (busy(error)) throw retry('GatewayBusy', codeOf(error));
        // Stripe says that nothing was made: a bad amount, currency or payment method.
        if (error instanceof Stripe.errors.StripeInvalidRequestError) throw refuse('PaymentRejected', codeOf(error));
        throw keyed(error, key);
      }
    },
    amend: underNewKey,
  },

  cancelPayment: {
    request: (_input, { key, outcome }): ById => ({ paymentIntentId: outcome.paymentIntentId, idempotencyKey: key }),
    async send({ paymentIntentId, idempotencyKey }: ById, attempt) {
      try {
        await stripe.paymentIntents.cancel(paymentIntentId, {}, { idempotencyKey });
        return { undone: true };
      } catch (error) {
        if (busy(error)) throw attempt.retry('GatewayBusy', codeOf(error));
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
        // Cancel against capture: the loser learns the object's state.
        const { status } = await stripe.paymentIntents.retrieve(paymentIntentId);
        if (status === 'canceled') return { undone: true };
        if (status === 'succeeded') throw attempt.refuse('AlreadyCaptured');
        throw error;
      }
    },
    async probe({ paymentIntentId }: ById) {
      const { status } = await stripe.paymentIntents.retrieve(paymentIntentId);
      if (status === 'canceled') return { applied: { undone: true } };
      return status === 'succeeded' ? { refused: 'AlreadyCaptured' } : 'absent';
    },
    amend: underNewKey,
  },

  authorisePayment: {
    request: ({ paymentIntentId }, { key }): ById => ({ paymentIntentId, idempotencyKey: key }),
    async send({ paymentIntentId, idempotencyKey }: ById, attempt) {
      try {
        const { status } = await stripe.paymentIntents.confirm(paymentIntentId, {}, { idempotencyKey });
        if (status === 'requires_capture') return { status: 'requires_capture' };
        throw attempt.retry('GatewayBusy', status); // `processing`: the look-up will tell
      } catch (error) {
        return await learnt(error, attempt, () => authorised(stripe, paymentIntentId));
      }
    },
    probe: ({ paymentIntentId }: ById) => authorised(stripe, paymentIntentId),
    amend: underNewKey,
  },

  capturePayment: {
    request: ({ paymentIntentId, amountMinor }, { key }): ById => ({
      paymentIntentId,
      amountMinor,
      idempotencyKey: key,
    }),
    async send({ paymentIntentId, amountMinor, idempotencyKey }: ById, attempt) {
      try {
        const amount = amountMinor === undefined ? {} : { amount_to_capture: amountMinor };
        const intent = await stripe.paymentIntents.capture(paymentIntentId, amount, { idempotencyKey });
        return { capturedMinor: intent.amount_received };
      } catch (error) {
        return await learnt(error, attempt, () => captured(stripe, paymentIntentId));
      }
    },
    probe: ({ paymentIntentId }: ById) => captured(stripe, paymentIntentId),
    /** Cancelled, it can no longer be captured; already captured, cancelling fails and the probe tells. */
    async fence({ paymentIntentId, idempotencyKey }: ById) {
      await stripe.paymentIntents
        .cancel(paymentIntentId, {}, { idempotencyKey: `${idempotencyKey}/fence` })
        .catch((error: unknown) => {
          if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
        });
    },
    amend: underNewKey,
  },

  ...refundActivities(stripe),
});

async function authorised(
  stripe: Stripe,
  id: string,
): Promise<Probe<{ status: 'requires_capture' }, 'CardDeclined' | 'PaymentCancelled'>> {
  const { status, last_payment_error } = await stripe.paymentIntents.retrieve(id);
  if (status === 'requires_capture' || status === 'succeeded') return { applied: { status: 'requires_capture' } };
  if (status === 'canceled') return { refused: 'PaymentCancelled' };
  return last_payment_error
    ? { refused: 'CardDeclined', detail: last_payment_error.decline_code ?? last_payment_error.code ?? '' }
    : 'absent';
}

async function captured(stripe: Stripe, id: string): Promise<Probe<{ capturedMinor: number }, 'AuthorisationExpired'>> {
  const { status, amount_received } = await stripe.paymentIntents.retrieve(id);
  if (status === 'succeeded') return { applied: { capturedMinor: amount_received } };
  return status === 'canceled' ? { refused: 'AuthorisationExpired' } : 'absent';
}

/**
 * What a failed call by id comes to. Declined is authoritative; "unexpected state" means that somebody was quicker, often
 * we ourselves in an earlier attempt: the object tells.
 */
async function learnt<O, E extends string>(
  error: unknown,
  attempt: { refuse(type: E, detail?: string): Error; retry(type: 'GatewayBusy', detail?: string): Error; key: string },
  look: () => Promise<Probe<O, E>>,
): Promise<O> {
  if (busy(error)) throw attempt.retry('GatewayBusy', codeOf(error));
  if (!(error instanceof Stripe.errors.StripeCardError) && !(error instanceof Stripe.errors.StripeInvalidRequestError))
    throw keyed(error, attempt.key);
  const found = await look();
  if (typeof found === 'string') throw error;
  if ('applied' in found) return found.applied;
  throw attempt.refuse(found.refused, found.detail);
}

/** 429, and 409 while the first request under this key is in flight. */
const busy = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && (error.statusCode === 429 || error.statusCode === 409);

const codeOf = (error: unknown): string =>
  error instanceof Stripe.errors.StripeError ? (error.code ?? error.type) : '';

/** The same Stripe key with other parameters is a bug of ours, and parks. */
const keyed = (error: unknown, key: string): unknown =>
  error instanceof Stripe.errors.StripeIdempotencyError ? new Conflict(key, 'another request', 'this one') : error;
