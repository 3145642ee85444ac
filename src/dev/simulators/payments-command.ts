import type { Request } from './http.ts';
import type { Metadata } from './payments-state.ts';
import { invalid, refusal, type Wire } from './payments-wire.ts';

export type Command =
  | {
      kind: 'open';
      amount: number;
      currency: string;
      paymentMethod: string | null;
      description: string | null;
      metadata: Metadata;
    }
  | { kind: 'retrieve'; intent: string }
  | { kind: 'confirm'; intent: string; paymentMethod: string | null }
  | { kind: 'capture'; intent: string; amount: number | null; metadata: Metadata }
  | { kind: 'cancel'; intent: string; reason: string | null }
  | { kind: 'refund'; intent: string; amount: number | null; reason: string | null; metadata: Metadata }
  | { kind: 'retrieve-refund'; refund: string }
  | { kind: 'list-refunds'; intent: string | null; limit: number; startingAfter: string | null };

/** Eight digits: https://docs.stripe.com/api/payment_intents/object#payment_intent_object-amount */
const MAX_AMOUNT = 99_999_999;

const CANCELLATION_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'];
const REFUND_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'];

/** Thrown and caught here: what is wrong with the request's shape. */
class Invalid extends Error {
  readonly wire: Wire;
  constructor(message: string, code?: string, param?: string) {
    super(message);
    this.wire = invalid(message, code, param);
  }
}

/** Reads a request, before it executes. `refused` is never stored under its key. */
export function parseCommand(request: Request): { command: Command } | { refused: Wire } {
  try {
    const command = route(request);
    if (command !== undefined) return { command };
    const message = `Unrecognized request URL (${request.method}: ${request.path}).`;
    return { refused: refusal(404, { type: 'invalid_request_error', message }) };
  } catch (error) {
    if (error instanceof Invalid) return { refused: error.wire };
    throw error;
  }
}

function route({ method, path, query, body }: Request): Command | undefined {
  const [version, collection, id, action, ...rest] = path.slice(1).split('/');
  if (version !== 'v1' || rest.length > 0) return undefined;
  const fields = new Fields(method === 'GET' ? query : new URLSearchParams(body));
  const target = [method, collection, id === undefined ? '' : ':id', action ?? ''].join(' ').trimEnd();
  switch (target) {
    case 'POST payment_intents':
      return open(fields);
    case 'GET payment_intents :id':
      fields.only('client_secret');
      return { kind: 'retrieve', intent: id ?? '' };
    case 'POST payment_intents :id confirm':
      fields.only('payment_method', 'return_url', 'off_session');
      return { kind: 'confirm', intent: id ?? '', paymentMethod: fields.text('payment_method') };
    case 'POST payment_intents :id capture':
      fields.only('amount_to_capture', 'metadata');
      return {
        kind: 'capture',
        intent: id ?? '',
        amount: fields.amount('amount_to_capture'),
        metadata: fields.metadata(),
      };
    case 'POST payment_intents :id cancel':
      fields.only('cancellation_reason');
      return { kind: 'cancel', intent: id ?? '', reason: fields.oneOf('cancellation_reason', CANCELLATION_REASONS) };
    case 'POST refunds':
      return refund(fields);
    case 'GET refunds':
      return listRefunds(fields);
    case 'GET refunds :id':
      fields.only();
      return { kind: 'retrieve-refund', refund: id ?? '' };
    default:
      return undefined;
  }
}

function open(fields: Fields): Command {
  fields.only(
    'amount',
    'currency',
    'capture_method',
    'payment_method',
    'automatic_payment_methods',
    'payment_method_types',
    'confirm',
    'description',
    'metadata',
  );
  if (fields.oneOf('confirm', ['true', 'false']) === 'true') {
    throw new Invalid('The simulator confirms in a request of its own', undefined, 'confirm');
  }
  fields.required('capture_method');
  if (fields.text('capture_method') !== 'manual') {
    throw new Invalid('The simulator knows manual capture only', undefined, 'capture_method');
  }
  const currency = fields.required('currency').toLowerCase();
  if (!/^[a-z]{3}$/.test(currency)) throw new Invalid(`Invalid currency: ${currency}`, undefined, 'currency');
  fields.required('amount');
  return {
    kind: 'open',
    amount: fields.amount('amount') ?? 0,
    currency,
    paymentMethod: fields.text('payment_method'),
    description: fields.text('description'),
    metadata: fields.metadata(),
  };
}

function refund(fields: Fields): Command {
  fields.only('payment_intent', 'amount', 'reason', 'metadata');
  return {
    kind: 'refund',
    intent: fields.required('payment_intent'),
    amount: fields.amount('amount'),
    reason: fields.oneOf('reason', REFUND_REASONS),
    metadata: fields.metadata(),
  };
}

function listRefunds(fields: Fields): Command {
  fields.only('payment_intent', 'limit', 'starting_after');
  const limit = fields.amount('limit') ?? 10;
  if (limit > 100) throw new Invalid('Invalid limit: at most 100', 'parameter_invalid_integer', 'limit');
  return {
    kind: 'list-refunds',
    intent: fields.text('payment_intent'),
    limit,
    startingAfter: fields.text('starting_after'),
  };
}

/** Stripe's form encoding: `a=1&metadata[order_id]=ord_1`. */
class Fields {
  readonly #values: URLSearchParams;

  constructor(values: URLSearchParams) {
    this.#values = values;
  }

  only(...known: string[]): void {
    for (const name of this.#values.keys()) {
      const parameter = name.replace(/\[.*$/, '');
      if (!known.includes(parameter)) {
        throw new Invalid(`Received unknown parameter: ${parameter}`, 'parameter_unknown', parameter);
      }
    }
  }

  text(name: string): string | null {
    const value = this.#values.get(name);
    if (value === '') {
      throw new Invalid(`You passed an empty string for '${name}'.`, 'parameter_invalid_empty', name);
    }
    return value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === null) throw new Invalid(`Missing required param: ${name}.`, 'parameter_missing', name);
    return value;
  }

  oneOf(name: string, allowed: readonly string[]): string | null {
    const value = this.text(name);
    if (value !== null && !allowed.includes(value)) {
      throw new Invalid(`Invalid ${name}: must be one of ${allowed.join(', ')}`, undefined, name);
    }
    return value;
  }

  amount(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    if (!/^-?\d+$/.test(value)) throw new Invalid(`Invalid integer: ${value}`, 'parameter_invalid_integer', name);
    const amount = Number(value);
    if (amount < 1) {
      throw new Invalid('This value must be greater than or equal to 1.', 'parameter_invalid_integer', name);
    }
    if (amount > MAX_AMOUNT) throw new Invalid('Amount must be no more than 99999999', 'amount_too_large', name);
    return amount;
  }

  /** Limits: https://docs.stripe.com/metadata#data */
  metadata(): Metadata {
    const found = [...this.#values].flatMap(([name, value]) => {
      const key = /^metadata\[([^[\]]{1,40})\]$/.exec(name)?.[1];
      if (key === undefined && name.startsWith('metadata')) throw new Invalid('Invalid metadata key', undefined, name);
      if (value.length > 500) throw new Invalid('Metadata values can have up to 500 characters', undefined, name);
      return key === undefined ? [] : [[key, value] as const];
    });
    if (found.length > 50) throw new Invalid('Metadata can have up to 50 keys', undefined, 'metadata');
    return Object.fromEntries(found);
  }
}
