/** What the provider knows, and what can happen to it. Amounts are in the currency's minor unit. */

export type IntentStatus =
  'requires_payment_method' | 'requires_confirmation' | 'requires_capture' | 'succeeded' | 'canceled';

export type Metadata = Record<string, string>;

export interface Decline {
  declineCode: string;
  message: string;
  charge: string;
  paymentMethod: string;
}

export interface Intent {
  id: string;
  amount: number;
  currency: string;
  paymentMethod: string | null;
  description: string | null;
  metadata: Metadata;
  status: IntentStatus;
  amountCapturable: number;
  amountReceived: number;
  amountRefunded: number;
  createdMs: number;
  canceledMs: number | null;
  cancellationReason: string | null;
  /** An authorisation lapses at this time. */
  authorisedUntilMs: number | null;
  decline: Decline | null;
  latestCharge: string | null;
}

export interface Refund {
  id: string;
  intent: string;
  charge: string | null;
  amount: number;
  currency: string;
  reason: string | null;
  metadata: Metadata;
  createdMs: number;
}

/** One change; a request makes at most one. `intent` is the whole of it afterwards. */
export type Effect =
  | { kind: 'opened' | 'declined' | 'authorised' | 'captured' | 'canceled'; intent: Intent; amount: number }
  | { kind: 'refunded'; intent: Intent; amount: number; refund: Refund };

/** A line of the ledger: an effect really made, and the key that it was asked for under. */
export interface Entry {
  intent: string;
  amount: number;
  key: string | null;
  metadata: Metadata;
  atMs: number;
}

export interface PaymentsLedger {
  intents: (Intent & { key: string | null })[];
  authorisations: Entry[];
  captures: Entry[];
  cancellations: Entry[];
  /** `metadata` is the refund's own. */
  refunds: (Entry & { id: string })[];
  /** Requests that reached the rules, replays and reads included; those lost or failed on the way are not among them. */
  requests: number;
}

export interface PaymentsState {
  intents: Map<string, Intent & { key: string | null }>;
  refunds: Refund[];
  ledger: Omit<PaymentsLedger, 'intents'>;
  /** Confirmations tried: each makes a charge, also a declined one. */
  charges: number;
}

export function emptyPayments(): PaymentsState {
  return {
    intents: new Map(),
    refunds: [],
    ledger: { authorisations: [], captures: [], cancellations: [], refunds: [], requests: 0 },
    charges: 0,
  };
}

/** Takes an effect into the state: the one way in, for new requests and for old lines of the journal. */
export function applyEffect(state: PaymentsState, effect: Effect, atMs: number, key: string | null): void {
  const { intent, amount } = effect;
  const { id, metadata } = intent;
  const opener = effect.kind === 'opened' ? key : (state.intents.get(id)?.key ?? null);
  state.intents.set(id, { ...intent, key: opener });
  const entry: Entry = { intent: id, amount, key, metadata, atMs };
  switch (effect.kind) {
    case 'opened':
      break;
    case 'declined':
      state.charges += 1;
      break;
    case 'authorised':
      state.charges += 1;
      state.ledger.authorisations.push(entry);
      break;
    case 'captured':
      state.ledger.captures.push(entry);
      break;
    case 'canceled':
      state.ledger.cancellations.push(entry);
      break;
    case 'refunded':
      state.refunds.push(effect.refund);
      state.ledger.refunds.push({ ...entry, id: effect.refund.id, metadata: effect.refund.metadata });
      break;
  }
}

/** An intent as it stands at a time: an authorisation that lapsed has canceled it, with nobody asking. */
export function standing<T extends Intent>(intent: T, nowMs: number): T {
  const { status, authorisedUntilMs } = intent;
  if (status !== 'requires_capture' || authorisedUntilMs === null || nowMs < authorisedUntilMs) return intent;
  return {
    ...intent,
    status: 'canceled',
    cancellationReason: 'automatic',
    canceledMs: authorisedUntilMs,
    amountCapturable: 0,
  };
}

export function paymentsLedger(state: PaymentsState, nowMs: number): PaymentsLedger {
  return { intents: [...state.intents.values()].map((intent) => standing(intent, nowMs)), ...state.ledger };
}
