import type { Decline, Intent, Refund } from './payments-state.ts';

/**
 * Stripe's objects and errors, as far as a card payment with manual capture has them.
 * Shapes: https://docs.stripe.com/api/payment_intents/object, …/refunds/object, …/errors
 */

export interface WireError {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  charge?: string;
  payment_intent?: unknown;
  payment_method?: unknown;
}

export interface Wire {
  status: number;
  body: unknown;
}

export function refusal(status: number, error: WireError): Wire {
  const doc_url = error.code === undefined ? {} : { doc_url: `https://docs.stripe.com/error-codes#${error.code}` };
  return { status, body: { error: { ...error, ...doc_url } } };
}

export function invalid(message: string, code?: string, param?: string): Wire {
  return refusal(400, {
    type: 'invalid_request_error',
    message,
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  });
}

export function missing(what: string, id: string, param: string, status = 404): Wire {
  const message = `No such ${what}: '${id}'`;
  return refusal(status, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

/** Carries the object, so that the loser of cancel against capture learns its state. */
export function unexpectedState(message: string, intent: Intent): Wire {
  return refusal(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message,
    payment_intent: wireIntent(intent),
  });
}

export function declined(intent: Intent, decline: Decline): Wire {
  return refusal(402, { ...cardError(decline), payment_intent: wireIntent(intent) });
}

export function wireIntent(intent: Intent) {
  return {
    id: intent.id,
    object: 'payment_intent',
    amount: intent.amount,
    amount_capturable: intent.amountCapturable,
    amount_details: { tip: {} },
    amount_received: intent.amountReceived,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: intent.canceledMs === null ? null : seconds(intent.canceledMs),
    cancellation_reason: intent.cancellationReason,
    capture_method: 'manual',
    client_secret: `${intent.id}_secret_simulated`,
    confirmation_method: 'automatic',
    created: seconds(intent.createdMs),
    currency: intent.currency,
    customer: null,
    description: intent.description,
    last_payment_error: intent.decline === null ? null : cardError(intent.decline),
    latest_charge: intent.latestCharge,
    livemode: false,
    metadata: intent.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: intent.paymentMethod,
    payment_method_options: {},
    payment_method_types: ['card'],
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: intent.status,
    transfer_data: null,
    transfer_group: null,
  };
}

export function wireRefund(refund: Refund) {
  return {
    id: refund.id,
    object: 'refund',
    amount: refund.amount,
    balance_transaction: null,
    charge: refund.charge,
    created: seconds(refund.createdMs),
    currency: refund.currency,
    destination_details: { card: { type: 'refund' }, type: 'card' },
    metadata: refund.metadata,
    payment_intent: refund.intent,
    reason: refund.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}

export function wireList(url: string, data: readonly unknown[], hasMore: boolean) {
  return { object: 'list', url, has_more: hasMore, data };
}

function cardError({ declineCode, message, charge, paymentMethod }: Decline): WireError {
  return {
    type: 'card_error',
    code: 'card_declined',
    decline_code: declineCode,
    message,
    charge,
    payment_method: { id: paymentMethod, object: 'payment_method', type: 'card' },
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
