import type { Kind } from './kinds.ts';

/** What was done to the runs, and what came of the faults: of each kind, how often which. */
export class Tally {
  readonly #counts = new Map<Kind, Map<string, number>>();
  /** The numbers of the runs whose first delivery was answered. */
  readonly started = new Set<number>();
  /** What came of the cancellation of a run, by the run's number. */
  readonly cancelled = new Map<number, string>();

  /** One fault was done, or `times` of the same, and this came of it. */
  add(kind: Kind, came: string, times = 1): void {
    const counts = this.#counts.get(kind) ?? new Map<string, number>();
    this.#counts.set(kind, counts.set(came, (counts.get(came) ?? 0) + times));
  }

  done(kind: Kind): number {
    return [...(this.#counts.get(kind)?.values() ?? [])].reduce((sum, n) => sum + n, 0);
  }

  get total(): number {
    return [...this.#counts.keys()].reduce((sum, kind) => sum + this.done(kind), 0);
  }

  came(kind: Kind): string {
    return [...(this.#counts.get(kind) ?? [])].map(([came, n]) => `${n} ${came}`).join(', ');
  }
}
