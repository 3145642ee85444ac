import type { Fault, FaultReport } from '../simulators/control.ts';

const OPEN = 'POST /v1/payment_intents';
const on = (action: string): string => `${OPEN}/:id/${action}`;

/**
 * What goes wrong at the payment provider. Stripe's SDK sends once more by itself when the connection breaks, so that
 * only two losses in a row are seen by us: a share of 0.3 makes that one call in eleven.
 * No `fail-after` on opening: Stripe replays a 500 under its key, so that we must open another under a new one, and the
 * first stays behind, unconfirmed and harmless, where no input says how many there are.
 */
export const paymentFaults = (seed: number): Fault[] => [
  { kind: 'fail-midway', on: OPEN, every: { n: 40, seed } },
  { kind: 'fail-midway', on: on('confirm'), every: { n: 40, seed: seed + 1 } },
  { kind: 'fail-midway', on: on('capture'), every: { n: 40, seed: seed + 2 } },
  { kind: 'fail-after', on: on('confirm'), every: { n: 50, seed: seed + 3 } },
  { kind: 'fail-after', on: on('capture'), every: { n: 30, seed: seed + 4 } },
  { kind: 'fail-after', on: on('cancel'), every: { n: 8, seed: seed + 5 } },
  { kind: 'lose-answer', on: OPEN, share: 0.3, seed: seed + 6 },
  { kind: 'lose-answer', on: on('confirm'), share: 0.3, seed: seed + 7 },
  { kind: 'lose-answer', on: on('capture'), share: 0.3, seed: seed + 8 },
  { kind: 'lose-answer', on: on('cancel'), share: 0.3, seed: seed + 9 },
];

/** A carrier without keys: a lost draft is made anew, a lost booking is looked up. */
export const carrierFaults = (seed: number): Fault[] => [
  { kind: 'fail-midway', on: 'POST /shipments/:id/book', every: { n: 40, seed } },
  { kind: 'fail-after', on: 'POST /shipments/:id/book', every: { n: 40, seed: seed + 1 } },
  { kind: 'lose-answer', on: 'POST /shipments', share: 0.1, seed: seed + 2 },
  { kind: 'lose-answer', on: 'POST /shipments/:id/book', share: 0.15, seed: seed + 3 },
];

/** A rail that knows an instruction for ever: what was lost is sent again. */
export const railFaults = (seed: number): Fault[] => [
  { kind: 'fail-after', on: 'POST /credit-transfers', every: { n: 5, seed } },
  { kind: 'lose-answer', on: 'POST /credit-transfers', share: 0.3, seed: seed + 1 },
  { kind: 'double-request', on: 'POST /credit-transfers', every: { n: 4, seed: seed + 2 } },
];

export const fired = (reports: readonly FaultReport[], ...kinds: readonly Fault['kind'][]): number =>
  reports.reduce((sum, { kind, fired: times }) => sum + (kinds.includes(kind) ? times : 0), 0);
