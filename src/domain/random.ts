/** A source of numbers in [0, 1), the same for the same seed on every machine and in every version. */
export type Random = () => number;

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state. For made data and tests; never for keys or secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 to `below` - 1. */
export const wholeBelow = (random: Random, below: number): number => Math.floor(random() * below);

/** A distribution as measured: value at quantile, from 0 to 1, ascending in both. */
export type Quantiles = readonly (readonly [quantile: number, value: number])[];

/** A whole number distributed as the quantiles say, with straight lines between them. */
export function wholeFrom(random: Random, quantiles: Quantiles): number {
  const at = random();
  let [below, low] = quantiles[0] ?? [0, 0];
  for (const [quantile, value] of quantiles) {
    if (at < quantile) return Math.round(low + ((value - low) * (at - below)) / (quantile - below));
    [below, low] = [quantile, value];
  }
  return low;
}

/** One of the values, each as often as its weight says. */
export function weighted<T>(random: Random, choices: readonly (readonly [weight: number, value: T])[]): T {
  let left = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, value] of choices) if ((left -= weight) < 0) return value;
  const last = choices.at(-1);
  if (!last) throw new RangeError('nothing to choose from');
  return last[1];
}
