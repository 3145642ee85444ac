import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultReport } from './faults.ts';
import type { Held } from './parking.ts';

export type { CarrierLedger } from './carrier-rules.ts';
export type { PaymentsLedger } from './payments-state.ts';
export type { RailLedger } from './rail-rules.ts';
export type { Fault, FaultReport, Held };

/** The far side of a simulator, for tests and the demo: `new SimulatorControl<PaymentsLedger>(url)`. */
export class SimulatorControl<Ledger> {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async health(): Promise<{ version: string }> {
    return this.#ask<{ version: string }>('GET', '/_health');
  }

  /** The effects really made. */
  async ledger(): Promise<Ledger> {
    return this.#ask<Ledger>('GET', '/_ledger');
  }

  /** Replaces all faults; an empty list clears them. Counts start anew. Held requests stay held. */
  async faults(list: readonly Fault[]): Promise<FaultReport[]> {
    return this.#ask<FaultReport[]>('POST', '/_control/faults', list);
  }

  async faultReport(): Promise<FaultReport[]> {
    return this.#ask<FaultReport[]>('GET', '/_control/faults');
  }

  /** The requests parked now, in the order of their arrival. */
  async held(): Promise<Held[]> {
    return this.#ask<Held[]>('GET', '/_control/held');
  }

  /** Resolves once at least `count` requests are parked; rejects after `timeoutMs`. */
  async untilHeld(count = 1, timeoutMs = 10_000): Promise<Held[]> {
    const attempts = Math.ceil(timeoutMs / 10);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const held = await this.held();
      if (held.length >= count) return held;
      await sleep(10);
    }
    throw new Error(`fewer than ${count} requests were held after ${timeoutMs} ms`);
  }

  /** Lets the parked requests go, those of one name or all; how many. */
  async release(name?: string): Promise<number> {
    const { released } = await this.#ask<{ released: number }>('POST', '/_control/release', { name });
    return released;
  }

  /** Moves the simulator's clock forward for good: a restart remembers it. */
  async advanceClock(advanceMs: number): Promise<{ nowMs: number }> {
    return this.#ask<{ nowMs: number }>('POST', '/_control/clock', { advanceMs });
  }

  async #ask<Reply>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Reply> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    const reply: Reply = JSON.parse(text);
    return reply;
  }
}
