import type { Judged } from './place.ts';

/** How two sets of pairs agree. */
export interface Score {
  /** Pairs that were found, how many of them are true, and how many there are. */
  readonly found: number;
  readonly right: number;
  readonly there: number;
  /** Of what was found, and of what there is: 1 when that is nothing. */
  readonly precision: number;
  readonly recall: number;
}

/** Ids by group, for pairs within a group. `truth` knows of every id whose it is. */
export function scoreOfGroups(groups: readonly (readonly string[])[], truth: ReadonlyMap<string, string>): Score {
  const right = groups.map((group) => pairsWithin(group.map((id) => truth.get(id)))).reduce((all, of) => all + of, 0);
  return scored(groups.reduce((all, { length }) => all + pairsOf(length), 0), right, truth); // prettier-ignore
}

export function scoreOfPairs(judged: readonly Pick<Judged, 'between'>[], truth: ReadonlyMap<string, string>): Score {
  const right = judged.filter(({ between: [a, b] }) => truth.get(a) === truth.get(b)).length;
  return scored(judged.length, right, truth);
}

function scored(found: number, right: number, truth: ReadonlyMap<string, string>): Score {
  const there = pairsWithin([...truth.values()]);
  return { found, right, there, precision: found === 0 ? 1 : right / found, recall: there === 0 ? 1 : right / there };
}

/** How many pairs are alike. */
function pairsWithin(of: readonly unknown[]): number {
  const counts = new Map<unknown, number>();
  for (const each of of) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts.values()].reduce((all, count) => all + pairsOf(count), 0);
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2;
