const DAY_MS = 24 * 60 * 60 * 1000;

/** What was instructed, with what it takes to tell at any time what became of it. */
export interface Payment {
  instructionId: string;
  amountMinor: string;
  currency: string;
  debtorAccount: string;
  creditorAccount: string;
  acceptedMs: number;
}

/** ISO 20022: accepted, settled, rejected. */
export type PaymentStatus = 'ACSP' | 'ACSC' | 'RJCT';

export interface Returned {
  returnId: string;
  instructionId: string;
  amountMinor: string;
  currency: string;
  reason: string;
}

export interface RailOptions {
  /** From acceptance to the last word. */
  settlesAfterMs?: number;
  /** From settlement to the return of what is returned. */
  returnsAfterMs?: number;
}

/**
 * What happens to a payment is told by the account that it goes to, as a card number tells at a card's simulator. Reason
 * codes: ISO 20022 ExternalStatusReason1Code and ExternalReturnReason1Code.
 */
const BEHAVIOURS = [
  { prefix: 'REJECT', rejects: 'AC01' }, // incorrect account number, at once
  { prefix: 'LATE', late: 'AC04' }, // closed account, after it was accepted
  { prefix: 'RETURN', returns: 'AC06' }, // blocked account, after it was settled
  { prefix: 'SILENT', silent: true },
] as const;
type Behaviour = { rejects?: string; late?: string; returns?: string; silent?: boolean };
const behaviourOf = (account: string): Behaviour => BEHAVIOURS.find(({ prefix }) => account.startsWith(prefix)) ?? {};

/** Payments that were accepted, by instruction id, in the order of their acceptance. */
export type RailState = Map<string, Payment>;

export class RailRules {
  readonly #settlesAfterMs: number;
  readonly #returnsAfterMs: number;

  constructor({ settlesAfterMs = 300, returnsAfterMs = 2 * DAY_MS }: RailOptions = {}) {
    this.#settlesAfterMs = settlesAfterMs;
    this.#returnsAfterMs = returnsAfterMs;
  }

  /** The reason why it is not accepted. */
  rejects({ creditorAccount }: Payment): string | undefined {
    return behaviourOf(creditorAccount).rejects;
  }

  statusOf({ creditorAccount, acceptedMs }: Payment, nowMs: number): { status: PaymentStatus; reason?: string } {
    const { silent, late } = behaviourOf(creditorAccount);
    if (silent || nowMs < acceptedMs + this.#settlesAfterMs) return { status: 'ACSP' };
    return late === undefined ? { status: 'ACSC' } : { status: 'RJCT', reason: late };
  }

  /** Everything that has come back by now, oldest first. */
  returned(state: RailState, nowMs: number): Returned[] {
    const dueMs = this.#settlesAfterMs + this.#returnsAfterMs;
    return [...state.values()]
      .filter(
        ({ creditorAccount, acceptedMs }) =>
          behaviourOf(creditorAccount).returns !== undefined && nowMs >= acceptedMs + dueMs,
      )
      .map(({ instructionId, amountMinor, currency, creditorAccount }) => ({
        returnId: `ret-${instructionId}`,
        instructionId,
        amountMinor,
        currency,
        reason: behaviourOf(creditorAccount).returns!,
      }));
  }
}

export interface RailLedger {
  /** Whatever was accepted, with its status by now. */
  payments: (Payment & { status: PaymentStatus })[];
  returned: Returned[];
  /** Requests that reached the rail's rules, reads included; lost ones are not among them. */
  requests: number;
}
