import type { FarSide } from './far-side.ts';

/** One line of the proof: a number that the inputs say, and how it is counted at the far side. */
export interface Check {
  /** Where it is counted. */
  readonly where: string;
  readonly what: string;
  readonly expected: number;
  readonly count: (far: FarSide) => number;
}

export const check = (where: string, what: string, expected: number, count: (far: FarSide) => number): Check => ({
  where,
  what,
  expected,
  count,
});

export const sum = <T>(items: Iterable<T>, of: (item: T) => number): number =>
  [...items].reduce((total, item) => total + of(item), 0);
