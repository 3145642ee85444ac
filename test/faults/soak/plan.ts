import type { Fault } from '../../../src/dev/simulators/control.ts';
import { shuffled } from '../../../src/dev/demo/shuffle.ts';
import { wholeBelow, type Random } from '../../../src/domain/random.ts';
import { sourceOf, type SoakRun } from './inputs.ts';
import { counted, KINDS, kindsTo, type Kind, type Provider, type Target } from './kinds.ts';

/** To a process, once so many runs have ended. */
export interface ProcessFault {
  readonly kind: Kind;
  readonly afterEnded: number;
  readonly worker: 0 | 1;
  /** How long a frozen one stays so: from shorter to longer than everything that waits for a sign of life. */
  readonly ms: number;
}

/** A further delivery of a run: in this place among the first ones, or at the end of all when there is none. */
export interface DeliveryFault {
  readonly kind: Kind;
  readonly run: number;
  readonly place: number;
}

/** To one run, once so many of its effects are settled, or it has ended. */
export interface RunFault {
  readonly kind: Kind;
  readonly run: number;
  readonly afterEffects: number;
  /** How far back in its history a reset goes: 0 to its beginning, 1 to its end. */
  readonly back: number;
}

/** To one request at a simulator: the `at`-th to this place of its API. */
export interface RequestFault {
  readonly kind: Kind;
  readonly on: string;
  readonly at: number;
}

export interface Plan {
  readonly counts: ReadonlyMap<Kind, number>;
  readonly processes: readonly ProcessFault[];
  readonly deliveries: readonly DeliveryFault[];
  readonly runs: readonly RunFault[];
  readonly requests: readonly RequestFault[];
}

/** What goes wrong, and where in the progress: of the seed and the numbers alone, never of the clock. */
export function planFaults(seed: number, runs: readonly SoakRun[], faults: number): Plan {
  const counts = counted(faults);
  const of = (...to: readonly Target[]): Kind[] =>
    kindsTo(...to).flatMap((kind) => Array.from({ length: counts.get(kind)! }, () => kind));
  const onRuns = runFaults(sourceOf(seed, 11), of('run'), runs.length);
  const untouched = runs.filter((_, at) => !onRuns.some(({ run }) => run === at));
  return {
    counts,
    processes: processFaults(sourceOf(seed, 12), of('process'), runs.length),
    deliveries: deliveryFaults(sourceOf(seed, 13), of('delivery'), runs),
    runs: onRuns,
    requests: requestFaults(sourceOf(seed, 14), of('payments', 'carrier'), untouched),
  };
}

/** Spread over the whole, but for the last few: a fault that nobody lives to see proves nothing. */
function processFaults(random: Random, kinds: readonly Kind[], runs: number): ProcessFault[] {
  return shuffled(kinds, random).map((kind, n) => ({
    kind,
    afterEnded: Math.floor(runs * (0.02 + (0.95 * (n + random())) / kinds.length)),
    worker: wholeBelow(random, 2) as 0 | 1,
    ms: 1_000 + wholeBelow(random, 7_000),
  }));
}

/** Of the further deliveries: when all is over; and soon, while the run is likely to be under way. */
const LATE_SHARE = 0.2;
const SOON_SHARE = 0.5;
const SOON = 100;

function deliveryFaults(random: Random, kinds: readonly Kind[], runs: readonly SoakRun[]): DeliveryFault[] {
  const orders = [...runs.keys()].filter((at) => runs[at]!.kind === 'orders');
  return kinds.map((kind) => {
    const run =
      kind === 'delivered otherwise' ? orders[wholeBelow(random, orders.length)]! : wholeBelow(random, runs.length);
    const when = random();
    const within = when < LATE_SHARE + SOON_SHARE ? SOON : Infinity;
    const later = wholeBelow(random, Math.min(within, runs.length - run));
    return { kind, run, place: when < LATE_SHARE ? runs.length : run + later };
  });
}

/** A completed order has nine effects: a cancellation comes before, at or soon after the fifth, its pivot. */
const MOMENTS = 11;
const MOMENTS_CANCELLED = 7;
/** Of the resets and redrives: of runs that are cancelled as well. */
const BOTH_SHARE = 0.25;

/** One a run, or two. */
function runFaults(random: Random, kinds: readonly Kind[], runs: number): RunFault[] {
  const places = shuffled([...Array(runs).keys()], random);
  const cancelled: number[] = [];
  return kinds.map((kind) => {
    const again = kind !== 'cancelled' && random() < BOTH_SHARE ? cancelled.pop() : undefined;
    const run = again ?? places.pop();
    if (run === undefined) throw new RangeError('too many faults for so few orders');
    if (kind === 'cancelled') cancelled.push(run);
    const moments = kind === 'cancelled' ? MOMENTS_CANCELLED : MOMENTS;
    return { kind, run, afterEffects: wholeBelow(random, moments), back: random() };
  });
}

const INTENTS = 'POST /v1/payment_intents';
const PAID = [null, 'CardDeclined', 'NoRoute'];
/** The places of the providers' APIs, and how orders end that are sure to come there. */
const PLACES: readonly { to: Provider; on: string; ends: readonly (string | null)[] }[] = [
  { to: 'payments', on: INTENTS, ends: PAID },
  { to: 'payments', on: `${INTENTS}/:id/confirm`, ends: PAID },
  { to: 'payments', on: `${INTENTS}/:id/capture`, ends: [null] },
  { to: 'payments', on: `${INTENTS}/:id/cancel`, ends: ['CardDeclined', 'NoRoute'] },
  { to: 'carrier', on: 'POST /shipments', ends: [null, 'NoRoute'] },
  { to: 'carrier', on: 'POST /shipments/:id/book', ends: [null, 'NoRoute'] },
];

/** Each to a request of its own, and to one that is sure to be made: so what is planned is what must be reached. */
function requestFaults(random: Random, kinds: readonly Kind[], untouched: readonly SoakRun[]): RequestFault[] {
  const sure = untouched.filter(({ kind, scarce }) => kind === 'orders' && scarce.length === 0);
  const places = PLACES.map(({ to, on, ends }) => {
    const requests = sure.filter(({ end: { reason } }) => ends.includes(reason)).length;
    return { to, on, left: shuffled([...Array(requests).keys()], random) };
  });
  return kinds.map((kind) => {
    const fit = places.filter(({ to, on, left }) => to === KINDS[kind].to && left.length > 0 && mayBe(kind, on));
    const place = fit[wholeBelow(random, fit.length)];
    if (place === undefined) throw new RangeError('too many faults for so few orders');
    return { kind, on: place.on, at: place.left.pop()! + 1 };
  });
}

/**
 * Stripe replays a 500 under its key, so that another intent is opened under a new one: the first would stay behind,
 * unconfirmed and harmless, and nobody could say how many there should be.
 */
const mayBe = (kind: Kind, on: string): boolean => !(kind === 'payments: failed after the effect' && on === INTENTS);

/** As the simulator takes them: one rule a kind and place. */
export function rulesOf(requests: readonly RequestFault[], to: Provider): { kind: Kind; rule: Fault }[] {
  const rules = new Map<string, { kind: Kind; on: string; at: number[] }>();
  for (const { kind, on, at } of requests) {
    if (KINDS[kind].to !== to) continue;
    const rule = rules.get(`${kind} ${on}`) ?? { kind, on, at: [] };
    rule.at.push(at);
    rules.set(`${kind} ${on}`, rule);
  }
  return [...rules.values()].map(({ kind, on, at }) => ({ kind, rule: { ...KINDS[kind].what!, on, at } }));
}
