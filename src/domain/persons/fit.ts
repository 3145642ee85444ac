import { seededRandom, wholeBelow } from '../random.ts';
import { COMPARISONS, LEVELS, compare, type Agreement, type Comparison } from './agreement.ts';
import type { SourceRecord } from './features.ts';
import type { Comparisons, Model, Odds } from './model.ts';
import { normalise } from './normalise.ts';
import { candidatePairs } from './pairs.ts';

/** An agreement, and how many pairs have it. */
export interface Pattern {
  readonly agreement: Agreement;
  readonly pairs: number;
}

type Odd = Record<string, Odds>;

/**
 * What is not fitted, because no file that we know of has it: sex is written wrong rarely, two people of a household
 * may share a phone and a person may have two.
 */
const HELD: { readonly [C in Comparison]?: Comparisons[C] } = {
  sex: { same: { m: 0.985, u: 0.5 }, differ: { m: 0.015, u: 0.5 } },
  phone: { same: { m: 0.6, u: 0.0002 }, differ: { m: 0.4, u: 0.9998 } },
};

/**
 * What strangers do more often than the people of a file, whatever that says: they move (one in seven a year: US Census
 * Bureau, American Community Survey), they take another name; and the patients of one hospital live in one area.
 */
const AT_LEAST: { readonly [C in Comparison]?: { readonly [level: string]: Partial<Odds> } } = {
  family: { differ: { m: 0.05 } },
  given: { differ: { m: 0.02 } },
  birthDate: { differ: { m: 0.01 } },
  address: {
    dwelling: { u: 0.000_1 },
    street: { u: 0.000_2 },
    area: { m: 0.05, u: 0.02 },
    partly: { m: 0.05, u: 0.1 },
    differ: { m: 0.15 },
  },
};
/** No level is as good as impossible: `u` bounds the weight of one comparison at 17 bits. */
const AT_LEAST_ALWAYS: Odds = { m: 0.002, u: 0.000_01 };

const SAMPLE = { pairs: 400_000, seed: 1 };

/**
 * The patterns of all pairs of a file's records: candidate pairs are counted, of the rest a sample is, and stands for it. Candidates
 * alone would say that strangers agree, because that is how candidates are found.
 */
export function patternsOf(records: readonly SourceRecord[]): Pattern[] {
  const counts = new Map<string, { agreement: Agreement; pairs: number }>();
  const add = (agreement: Agreement, pairs: number): void => {
    const key = JSON.stringify(agreement);
    const there = counts.get(key);
    if (there) there.pairs += pairs;
    else counts.set(key, { agreement, pairs });
  };
  const candidates = new Set<string>();
  for (const { ids, agreement } of candidatePairs(records)) {
    candidates.add(ids.toSorted().join('\n'));
    add(agreement, 1);
  }
  const random = seededRandom(SAMPLE.seed);
  const normal = records.map(({ features }) => normalise(features));
  const others = (records.length * (records.length - 1)) / 2 - candidates.size;
  for (let drawn = 0; drawn < SAMPLE.pairs; ) {
    const [a, b] = [wholeBelow(random, records.length), wholeBelow(random, records.length)];
    if (a === b || candidates.has([records[a]!.id, records[b]!.id].toSorted().join('\n'))) continue;
    add(compare(normal[a]!, normal[b]!), others / SAMPLE.pairs);
    drawn += 1;
  }
  return [...counts.values()];
}

/**
 * `m` and `u` by expectation maximisation (Dempster, Laird and Rubin, 1977; for record linkage Winkler, "Using the EM Algorithm
 * for Weight Computation in the Fellegi–Sunter Model of Record Linkage", 1988). Nobody says which pairs are of one person:
 * that is what the patterns fall into two classes for.
 */
export function fit(patterns: readonly Pattern[], rounds = 200): Comparisons {
  const all = patterns.reduce((sum, { pairs }) => sum + pairs, 0);
  let comparisons = begin(patterns);
  let share = 0.001;
  for (let round = 0; round < rounds; round++) {
    const sums = new Map<string, Odds>();
    let matches = 0;
    for (const { agreement, pairs } of patterns) {
      let odds = share / (1 - share);
      for (const [comparison, level] of Object.entries(agreement)) {
        const { m, u } = (comparisons[comparison as Comparison] as Odd)[level]!;
        odds *= m / u;
      }
      const matching = pairs * (odds / (1 + odds));
      matches += matching;
      for (const [comparison, level] of Object.entries(agreement)) {
        const { m, u } = sums.get(`${comparison} ${level}`) ?? { m: 0, u: 0 };
        sums.set(`${comparison} ${level}`, { m: m + matching, u: u + pairs - matching });
      }
    }
    share = matches / all;
    comparisons = bounded((comparison, level) => sums.get(`${comparison} ${level}`) ?? { m: 0, u: 0 });
  }
  return comparisons;
}

/** `u` as if no pair were of one person, which is nearly true; `m` as if most levels of those were the first. */
function begin(patterns: readonly Pattern[]): Comparisons {
  return bounded((comparison, level) => {
    const rank = (LEVELS[comparison] as readonly string[]).indexOf(level);
    const pairs = patterns.reduce((sum, each) => sum + (each.agreement[comparison] === level ? each.pairs : 0), 0);
    return { m: 0.1 ** Math.min(rank, 2), u: pairs };
  });
}

/** Shares of the sums, none below its bound. */
function bounded(sumOf: (comparison: Comparison, level: string) => Odds): Comparisons {
  return Object.fromEntries(
    COMPARISONS.map((comparison) => {
      if (HELD[comparison] !== undefined) return [comparison, HELD[comparison]];
      const levels: readonly string[] = LEVELS[comparison];
      const shares = (which: 'm' | 'u'): number[] => {
        const sums = levels.map((level) => sumOf(comparison, level)[which]);
        const total = sums.reduce((all, sum) => all + sum, 0);
        const raised = levels.map((level, i) =>
          Math.max(total === 0 ? 1 : sums[i]! / total, AT_LEAST[comparison]?.[level]?.[which] ?? AT_LEAST_ALWAYS[which]),
        );
        const of = raised.reduce((all, each) => all + each, 0);
        return raised.map((each) => each / of);
      };
      const [m, u] = [shares('m'), shares('u')];
      return [comparison, Object.fromEntries(levels.map((level, i) => [level, { m: m[i]!, u: u[i]! }]))];
    }),
  ) as unknown as Comparisons;
}

/**
 * Thresholds from the model alone: a record that meets a million people is of one of them. It is linked where the
 * weight leaves one in a thousand that it is not, and shown to a person from one in ten that it is.
 */
export function thresholdsFor(people: number): Model['thresholds'] {
  const bits = (probability: number): number =>
    Math.round(100 * (Math.log2(people) + Math.log2(probability / (1 - probability)))) / 100;
  return { link: bits(0.99), review: bits(0.1) };
}
