import { compare, magnitude } from './order.ts';

/** How many of each part: a solution, in the order of the parts. */
export type Counts = readonly number[];

export interface Part {
  /** Not nothing: it would be in or out of every solution. */
  readonly amountMinor: bigint;
  /** Parts that are alike: which of them are taken is one solution and not several. */
  readonly count: number;
}

/**
 * The first two ways to make the sum; a second one is all that anybody needs to know. Exponential, so the caller bounds
 * the parts: n of them (alike or not) take at most 2^(n+1) steps, and mostly far fewer, because a branch that can
 * no longer reach the sum is left.
 */
export function subsetSums(sum: bigint, parts: readonly Part[]): { solutions: Counts[]; steps: number } {
  // From the largest, which decides most. `most[i]` and `least[i]`: what the parts from i on can still add.
  const order = [...parts.keys()].toSorted((a, b) =>
    compare(magnitude(parts[b]!.amountMinor), magnitude(parts[a]!.amountMinor)),
  );
  const [most, least] = [[0n], [0n]];
  for (const at of order.toReversed()) {
    const all = parts[at]!.amountMinor * BigInt(parts[at]!.count);
    most.unshift(most[0]! + (all > 0n ? all : 0n));
    least.unshift(least[0]! + (all < 0n ? all : 0n));
  }
  const counts = parts.map(() => 0);
  const solutions: Counts[] = [];
  let steps = 0;
  const search = (depth: number, left: bigint): void => {
    steps += 1;
    if (solutions.length === 2 || left > most[depth]! || left < least[depth]!) return;
    const at = order[depth];
    if (at === undefined) {
      solutions.push([...counts]);
      return;
    }
    const { amountMinor, count } = parts[at]!;
    for (let taken = 0; taken <= count; taken++) {
      counts[at] = taken;
      search(depth + 1, left - amountMinor * BigInt(taken));
    }
    counts[at] = 0;
  };
  search(0, sum);
  return { solutions, steps };
}
