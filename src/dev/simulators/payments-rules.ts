import type { Command } from './payments-command.ts';
import { standing, type Decline, type Effect, type Intent, type PaymentsState, type Refund } from './payments-state.ts';
import {
  declined,
  invalid,
  missing,
  refusal,
  unexpectedState,
  wireIntent,
  wireList,
  wireRefund,
  type Wire,
} from './payments-wire.ts';

/** The longest most cards hold money: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method */
const AUTHORISATION_MS = 7 * 24 * 60 * 60 * 1000;

type Card = 'good' | Pick<Decline, 'declineCode' | 'message'>;

const REFUSED: Card = { declineCode: 'generic_decline', message: 'Your card was declined.' };
const POOR: Card = { declineCode: 'insufficient_funds', message: 'Your card has insufficient funds.' };

/** https://docs.stripe.com/testing#declined-payments */
const CARDS = new Map<string, Card>([
  ['pm_card_visa', 'good'],
  ['pm_card_mastercard', 'good'],
  ['pm_card_visa_chargeDeclined', REFUSED],
  ['pm_card_chargeDeclined', REFUSED],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', POOR],
  ['pm_card_chargeDeclinedInsufficientFunds', POOR],
]);

export interface Decision extends Wire {
  effect?: Effect;
}

type IntentCommand = Exclude<Command, { kind: 'open' | 'list-refunds' | 'retrieve-refund' }>;

/** What the provider answers to a command in a state, and what changes thereby. Pure. */
export function decide(state: PaymentsState, command: Command, nowMs: number): Decision {
  if (command.kind === 'open') return open(state, command, nowMs);
  if (command.kind === 'list-refunds') return listRefunds(state, command);
  if (command.kind === 'retrieve-refund') {
    const refund = state.refunds.find(({ id }) => id === command.refund);
    return refund === undefined ? missing('refund', command.refund, 'id') : { status: 200, body: wireRefund(refund) };
  }
  const known = state.intents.get(command.intent);
  if (known === undefined) {
    return missing('payment_intent', command.intent, command.kind === 'refund' ? 'payment_intent' : 'intent');
  }
  const { key: _key, ...intent } = standing(known, nowMs);
  return onIntent(state, intent, command, nowMs);
}

function onIntent(state: PaymentsState, intent: Intent, command: IntentCommand, nowMs: number): Decision {
  if (command.kind === 'confirm') return confirm(state, intent, command.paymentMethod, nowMs);
  if (command.kind === 'capture') return capture(intent, command);
  if (command.kind === 'cancel') return cancel(intent, command.reason, nowMs);
  if (command.kind === 'refund') return refund(state, intent, command, nowMs);
  return { status: 200, body: wireIntent(intent) };
}

function open(state: PaymentsState, command: Extract<Command, { kind: 'open' }>, nowMs: number): Decision {
  const { amount, currency, paymentMethod, description, metadata } = command;
  if (paymentMethod !== null && !CARDS.has(paymentMethod)) {
    return missing('PaymentMethod', paymentMethod, 'payment_method', 400);
  }
  const intent: Intent = {
    id: numbered('pi', state.intents.size + 1),
    amount,
    currency,
    paymentMethod,
    description,
    metadata,
    status: paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation',
    amountCapturable: 0,
    amountReceived: 0,
    amountRefunded: 0,
    createdMs: nowMs,
    canceledMs: null,
    cancellationReason: null,
    authorisedUntilMs: null,
    decline: null,
    latestCharge: null,
  };
  return changed('opened', intent, amount);
}

function confirm(state: PaymentsState, intent: Intent, newMethod: string | null, nowMs: number): Decision {
  if (intent.status !== 'requires_confirmation' && intent.status !== 'requires_payment_method') {
    return wrongState('confirmed', intent);
  }
  const paymentMethod = newMethod ?? intent.paymentMethod;
  if (paymentMethod === null) {
    return unexpectedState("You cannot confirm this PaymentIntent because it's missing a payment method.", intent);
  }
  const card = CARDS.get(paymentMethod);
  if (card === undefined) return missing('PaymentMethod', paymentMethod, 'payment_method', 400);
  const charge = numbered('ch', state.charges + 1);
  if (card === 'good') {
    return changed(
      'authorised',
      {
        ...intent,
        paymentMethod,
        status: 'requires_capture',
        amountCapturable: intent.amount,
        authorisedUntilMs: nowMs + AUTHORISATION_MS,
        decline: null,
        latestCharge: charge,
      },
      intent.amount,
    );
  }
  const decline: Decline = { ...card, charge, paymentMethod };
  const after: Intent = {
    ...intent,
    paymentMethod: null,
    status: 'requires_payment_method',
    decline,
    latestCharge: charge,
  };
  return { ...declined(after, decline), effect: { kind: 'declined', intent: after, amount: intent.amount } };
}

function capture(intent: Intent, { amount, metadata }: Extract<Command, { kind: 'capture' }>): Decision {
  if (intent.status !== 'requires_capture') return wrongState('captured', intent);
  const captured = amount ?? intent.amountCapturable;
  if (captured > intent.amountCapturable) {
    const message = 'The remaining amount that can be captured is less than the requested amount.';
    return invalid(message, 'amount_too_large', 'amount_to_capture');
  }
  const after: Intent = {
    ...intent,
    status: 'succeeded',
    // What was not captured is released: there is no second capture.
    amountCapturable: 0,
    amountReceived: captured,
    authorisedUntilMs: null,
    metadata: { ...intent.metadata, ...metadata },
  };
  return changed('captured', after, captured);
}

function cancel(intent: Intent, reason: string | null, nowMs: number): Decision {
  if (intent.status === 'succeeded' || intent.status === 'canceled') return wrongState('canceled', intent);
  const after: Intent = {
    ...intent,
    status: 'canceled',
    canceledMs: nowMs,
    cancellationReason: reason,
    amountCapturable: 0,
    authorisedUntilMs: null,
  };
  return changed('canceled', after, intent.amountCapturable);
}

function refund(
  state: PaymentsState,
  intent: Intent,
  command: Extract<Command, { kind: 'refund' }>,
  nowMs: number,
): Decision {
  if (intent.status !== 'succeeded') {
    return unexpectedState('This PaymentIntent does not have a successful charge to refund.', intent);
  }
  const left = intent.amountReceived - intent.amountRefunded;
  const amount = command.amount ?? left;
  if (left === 0) {
    return refusal(400, {
      type: 'invalid_request_error',
      code: 'charge_already_refunded',
      message: 'The charge has already been refunded.',
    });
  }
  if (amount > left) {
    const message = `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`;
    return invalid(message, 'amount_too_large', 'amount');
  }
  const made: Refund = {
    id: numbered('re', state.refunds.length + 1),
    intent: intent.id,
    charge: intent.latestCharge,
    amount,
    currency: intent.currency,
    reason: command.reason,
    metadata: command.metadata,
    createdMs: nowMs,
  };
  const after: Intent = { ...intent, amountRefunded: intent.amountRefunded + amount };
  return { status: 200, body: wireRefund(made), effect: { kind: 'refunded', intent: after, amount, refund: made } };
}

/** Newest first, as all of Stripe's lists. */
function listRefunds(state: PaymentsState, command: Extract<Command, { kind: 'list-refunds' }>): Decision {
  const { intent, limit, startingAfter } = command;
  if (intent !== null && !state.intents.has(intent)) return missing('payment_intent', intent, 'payment_intent');
  const all = state.refunds.filter((refund) => intent === null || refund.intent === intent).toReversed();
  const cursor = startingAfter === null ? -1 : all.findIndex(({ id }) => id === startingAfter);
  if (startingAfter !== null && cursor === -1) return missing('refund', startingAfter, 'starting_after', 400);
  const rest = all.slice(cursor + 1);
  return { status: 200, body: wireList('/v1/refunds', rest.slice(0, limit).map(wireRefund), rest.length > limit) };
}

function changed(kind: Exclude<Effect['kind'], 'refunded'>, intent: Intent, amount: number): Decision {
  return { status: 200, body: wireIntent(intent), effect: { kind, intent, amount } };
}

function wrongState(verb: 'confirmed' | 'captured' | 'canceled', intent: Intent): Wire {
  const message = `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}.`;
  return unexpectedState(message, intent);
}

function numbered(prefix: string, n: number): string {
  return `${prefix}_${String(n).padStart(6, '0')}`;
}
