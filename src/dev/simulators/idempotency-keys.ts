/** "Keys can be removed from the system automatically after they're at least 24 hours old": here they are, at once. */
const KEY_MEMORY_MS = 24 * 60 * 60 * 1000;

export interface Remembered {
  /** Method, path and parameters of the first request. */
  fingerprint: string;
  request: string;
  status: number;
  body: unknown;
  atMs: number;
}

export type KeyStanding =
  { is: 'new' } | { is: 'other' } | { is: 'in flight' } | { is: 'known'; remembered: Remembered };

/**
 * What Stripe remembers under an idempotency key: https://docs.stripe.com/api/idempotent_requests
 * The first answer, a 500 included, once execution began.
 */
export class IdempotencyKeys {
  readonly #remembered = new Map<string, Remembered>();
  readonly #inFlight = new Set<string>();

  look(key: string, fingerprint: string, nowMs: number): KeyStanding {
    const remembered = this.#remembered.get(key);
    if (remembered === undefined || nowMs - remembered.atMs >= KEY_MEMORY_MS) return { is: 'new' };
    if (remembered.fingerprint !== fingerprint) return { is: 'other' };
    return this.#inFlight.has(key) ? { is: 'in flight' } : { is: 'known', remembered };
  }

  remember(key: string, remembered: Remembered): void {
    // Deleted first, so that the map stays in the order of time.
    this.#remembered.delete(key);
    this.#remembered.set(key, remembered);
  }

  /** The first request under a key has executed but is not answered yet. */
  begin(key: string): void {
    this.#inFlight.add(key);
  }

  end(key: string): void {
    this.#inFlight.delete(key);
  }
}
