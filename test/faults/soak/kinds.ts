import type { Fault } from '../../../src/dev/simulators/control.ts';

/** What goes wrong at a simulator; where and when is the plan's. */
type What = { readonly [K in Fault['kind']]: Omit<Extract<Fault, { kind: K }>, 'on' | 'at'> }[Fault['kind']];

export type Provider = 'payments' | 'carrier';
/** What a fault is done to. */
export type Target = 'process' | 'delivery' | 'run' | Provider;

interface Declared {
  /** Of a thousand faults. */
  readonly share: number;
  readonly to: Target;
  readonly what?: What;
}

/** Beyond the clients' patience of 10 s, within an attempt of 20 s. */
export const LATE_MS = 12_000;

/** What becomes of a request at a provider, and how many of a thousand faults that is at each. */
const REQUESTS = {
  'answer lost': { payments: 60, carrier: 50, what: { kind: 'lose-answer' } },
  'request lost': { payments: 20, carrier: 10, what: { kind: 'lose-request' } },
  'answer late': { payments: 15, carrier: 10, what: { kind: 'delay-answer', ms: LATE_MS } },
  'request late': { payments: 15, carrier: 10, what: { kind: 'delay', ms: LATE_MS } },
  busy: { payments: 30, carrier: 20, what: { kind: 'fail-before', status: 429 } },
  'failed midway': { payments: 40, carrier: 10, what: { kind: 'fail-midway' } },
  'failed after the effect': { payments: 50, carrier: 40, what: { kind: 'fail-after' } },
} as const satisfies Readonly<Record<string, Readonly<Record<Provider, number>> & { what: What }>>;

const requestsTo = <P extends Provider>(to: P) =>
  Object.fromEntries<Declared>(
    Object.entries(REQUESTS).map(([of, { what, ...share }]) => [`${to}: ${of}`, { share: share[to], to, what }]),
  ) as Record<`${P}: ${keyof typeof REQUESTS}`, Declared>;

const declared = <K extends string>(kinds: Readonly<Record<K, Declared>>): Readonly<Record<K, Declared>> => kinds;

/** Every kind of fault, and how many of a thousand it is. */
export const KINDS = declared({
  'worker killed': { share: 240, to: 'process' },
  'worker frozen': { share: 40, to: 'process' },
  'connections cut': { share: 70, to: 'process' },
  'Postgres killed': { share: 5, to: 'process' },
  'Temporal killed': { share: 5, to: 'process' },
  'S3 restarted': { share: 2, to: 'process' },
  'delivered twice': { share: 90, to: 'delivery' },
  'delivered otherwise': { share: 28, to: 'delivery' },
  cancelled: { share: 50, to: 'run' },
  reset: { share: 50, to: 'run' },
  'terminated, redriven': { share: 40, to: 'run' },
  ...requestsTo('payments'),
  ...requestsTo('carrier'),
});
export type Kind = keyof typeof KINDS;

/** Sent by a client that has given up meanwhile: it arrives all the same. */
export const isLate = (kind: Kind): boolean => KINDS[kind].what?.kind === 'delay';

export const kindsTo = (...to: readonly Target[]): Kind[] =>
  (Object.keys(KINDS) as Kind[]).filter((kind) => to.includes(KINDS[kind].to));

/** How many of each: kills are rounded up, the rest by the largest remainders. */
export function counted(faults: number): ReadonlyMap<Kind, number> {
  const killed = Math.ceil((faults * KINDS['worker killed'].share) / 1_000);
  const others = (Object.keys(KINDS) as Kind[]).filter((kind) => kind !== 'worker killed');
  const parts = others.reduce((sum, kind) => sum + KINDS[kind].share, 0);
  const exact = others.map((kind) => ({ kind, n: ((faults - killed) * KINDS[kind].share) / parts }));
  const counts = new Map<Kind, number>([['worker killed', killed]]);
  for (const { kind, n } of exact) counts.set(kind, Math.floor(n));
  const left = faults - [...counts.values()].reduce((sum, n) => sum + n, 0);
  for (const { kind } of exact.toSorted((a, b) => (b.n % 1) - (a.n % 1)).slice(0, left))
    counts.set(kind, counts.get(kind)! + 1);
  return counts;
}
