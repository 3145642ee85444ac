import { z } from 'zod';

const where = {
  /** `METHOD /path`, a segment `:name` standing for any; absent: every request of the API. */
  on: z
    .string()
    .regex(/^(GET|POST|PUT|DELETE) \/\S*$/)
    .optional(),
  /** How often it may fire. Absent: at each of `at`, without end by `every` or `share`, else once. */
  times: z.int().min(1).optional(),
  /** Fires at these of the matching requests, counted from 1. */
  at: z.array(z.int().min(1)).min(1).optional(),
  /** Fires once in each `n` matching requests, at a place drawn from the seed. */
  every: z.strictObject({ n: z.int().min(1), seed: z.int() }).optional(),
  /** Fires at each matching request with this probability, drawn from `seed` and the request's number. */
  share: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
};
const ms = z.int().min(0).max(600_000);

/** In the order of a request's life. */
const faultSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...where, kind: z.literal('delay'), ms }),
    z.strictObject({ ...where, kind: z.literal('hold-request'), name: z.string().default('hold-request') }),
    z.strictObject({ ...where, kind: z.literal('lose-request') }),
    z.strictObject({ ...where, kind: z.literal('fail-before'), status: z.int().min(400).max(599).default(500) }),
    z.strictObject({ ...where, kind: z.literal('fail-midway'), status: z.int().min(500).max(599).default(500) }),
    z.strictObject({ ...where, kind: z.literal('fail-after'), status: z.int().min(500).max(599).default(500) }),
    z.strictObject({ ...where, kind: z.literal('double-request') }),
    z.strictObject({ ...where, kind: z.literal('hold'), name: z.string().default('hold') }),
    z.strictObject({ ...where, kind: z.literal('delay-answer'), ms }),
    z.strictObject({ ...where, kind: z.literal('lose-answer') }),
  ])
  .refine(({ share, seed }) => (share === undefined) === (seed === undefined), 'share and seed go together')
  .refine(
    ({ share, every, at }) => [share, every, at].filter((when) => when !== undefined).length <= 1,
    'one of at, every and share',
  );

export const faultList = z.array(faultSchema).max(100);

/**
 * What goes wrong with a matching request:
 * - `delay`: it arrives `ms` later, also when its sender has given up meanwhile;
 * - `hold-request`: it is parked before it takes effect, until released by `name`;
 * - `lose-request`: the connection breaks, nothing happens;
 * - `fail-before`: `status` (500) instead of executing; nothing is stored under its key;
 * - `fail-midway`: execution begins, changes nothing and fails: `status` (500) is stored under its key;
 * - `fail-after`: it takes effect, and `status` (500) is the answer, and is stored under its key;
 * - `double-request`: it arrives twice, and the sender gets the second answer;
 * - `hold`: it takes effect and is parked before the answer, its key in flight, until released by `name`;
 * - `delay-answer`: it takes effect, and the answer comes `ms` later, its key in flight;
 * - `lose-answer`: it takes effect, and the connection breaks.
 */
export type Fault = z.input<typeof faultSchema>;
export type ActiveFault = z.output<typeof faultSchema>;

/** A fault with what came of it; `remaining` is null for one without end. */
export type FaultReport = ActiveFault & { matched: number; fired: number; remaining: number | null };

/**
 * The faults asked for. They are forgotten when the process ends. Every fault counts the requests it matches, whether or
 * not an earlier one fired; the first in the list that fires is the request's only one.
 */
export class Faults {
  #list: { fault: ActiveFault; matched: number; fired: number }[] = [];

  replace(faults: readonly ActiveFault[]): void {
    this.#list = faults.map((fault) => ({ fault, matched: 0, fired: 0 }));
  }

  next(method: string, path: string): ActiveFault | undefined {
    const due = this.#list.filter((entry) => {
      if (!matches(entry.fault.on, method, path)) return false;
      const index = entry.matched++;
      return entry.fired < limit(entry.fault) && fires(entry.fault, index);
    });
    const [first] = due;
    if (first !== undefined) first.fired += 1;
    return first?.fault;
  }

  report(): FaultReport[] {
    return this.#list.map(({ fault, matched, fired }) => {
      const remaining = limit(fault) - fired;
      return { ...fault, matched, fired, remaining: Number.isFinite(remaining) ? remaining : null };
    });
  }
}

function limit({ times, at, every, share }: ActiveFault): number {
  return times ?? at?.length ?? (every === undefined && share === undefined ? 1 : Infinity);
}

function fires({ at, every, share, seed }: ActiveFault, index: number): boolean {
  if (at !== undefined) return at.includes(index + 1);
  if (every !== undefined)
    return index % every.n === Math.floor(draw(every.seed, Math.floor(index / every.n)) * every.n);
  return share === undefined || draw(seed ?? 0, index) < share;
}

function matches(on: string | undefined, method: string, path: string): boolean {
  if (on === undefined) return true;
  const wanted = on.split(/[ /]/);
  const got = `${method} ${path}`.split(/[ /]/);
  return wanted.length === got.length && wanted.every((segment, i) => segment.startsWith(':') || segment === got[i]);
}

/** The `index`-th number of the seed's sequence, in [0, 1): mulberry32, which can be read at any place. */
function draw(seed: number, index: number): number {
  let bits = (seed + Math.imul(index + 1, 0x6d2b79f5)) | 0;
  bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
}
