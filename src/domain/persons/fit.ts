import { seededRandom, wholeBelow } from '../random.ts';
import { LEVELS, compare, type Agreement, type Comparison } from './agreement.ts';
import type { SourceRecord } from './features.ts';
import { HOUSEHOLDS } from './households.ts';
import { KIN, likelihood, type Kin, type Model, type Shares } from './model.ts';
import { normalise } from './normalise.ts';
import { candidatePairs } from './pairs.ts';

/** An agreement, and how many pairs have it. */
export interface Pattern {
  readonly agreement: Agreement;
  readonly pairs: number;
}

/** Two of the classes that pairs fall into: the others are held. */
interface Fitted {
  readonly same: Shares;
  readonly stranger: Shares;
}

/** How many people a model's thresholds are for. */
const PEOPLE = 1_000_000;
/** What is linked is right in 99 of 100 or better. A person is shown what is right in one of ten. */
const THRESHOLDS = { link: 0.99, review: 0.1 };

/** A model of what the patterns say. */
export function fit(version: string, patterns: readonly Pattern[]): Model {
  const { same, stranger } = fitted(patterns);
  return {
    version,
    same: toFourDigits(same),
    stranger: { met: PEOPLE, shares: toFourDigits(stranger) },
    kin: HOUSEHOLDS,
    thresholds: THRESHOLDS,
  };
}

const toFourDigits = (shares: Shares): Shares =>
  JSON.parse(
    JSON.stringify(shares, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)),
  ) as Shares;

/**
 * What is not fitted, because no file that we know of has it: sex is seldom written wrong, people have several phones
 * and share them.
 */
const HELD: { readonly [C in Comparison]?: { readonly [F in keyof Fitted]: Fitted[F][C] } } = {
  sex: { same: { same: 0.985, differ: 0.015 }, stranger: { same: 0.5, differ: 0.5 } },
  phone: { same: { same: 0.6, differ: 0.4 }, stranger: { same: 0.0002, differ: 0.9998 } },
};

/**
 * What people do more often than the people of a file, whatever that says: they move (one in seven a year: US Census
 * Bureau, American Community Survey) and take another name; and the patients of one hospital live in one area.
 */
const AT_LEAST: { readonly [F in keyof Fitted]: { readonly [level: string]: number } } = {
  same: {
    'family differ': 0.05,
    'given differ': 0.02,
    'birthDate differ': 0.01,
    'address area': 0.05,
    'address partly': 0.05,
    'address differ': 0.15,
  },
  stranger: { 'address dwelling': 0.0001, 'address street': 0.0002, 'address area': 0.02, 'address partly': 0.1 },
};
/** No level is as good as impossible; for strangers this bounds what one comparison says at 17 bits. */
const AT_LEAST_ALWAYS = { same: 0.002, stranger: 0.000_01 } as const;

const SAMPLE = { pairs: 400_000, seed: 1 };
const ROUNDS = 300;

/**
 * The patterns of all pairs of a file's records: candidate pairs are counted; of the rest a sample is, and stands for
 * it. Candidates alone would say that strangers agree, because that is how candidates are found.
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
  for (const { between, agreement } of candidatePairs(records)) {
    candidates.add(between.toSorted().join('\n'));
    add(agreement, 1);
  }
  const random = seededRandom(SAMPLE.seed);
  const normal = records.map(({ id, features }) => ({ id, of: normalise(features) }));
  const others = (records.length * (records.length - 1)) / 2 - candidates.size;
  for (let left = others === 0 ? 0 : SAMPLE.pairs; left > 0;) {
    const [a, b] = [normal[wholeBelow(random, normal.length)]!, normal[wholeBelow(random, normal.length)]!];
    if (a === b || candidates.has([a.id, b.id].toSorted().join('\n'))) continue;
    add(compare(a.of, b.of), others / SAMPLE.pairs);
    left -= 1;
  }
  return [...counts.values()];
}

/**
 * How pairs of one person and of strangers agree, by expectation maximisation (Dempster, Laird and Rubin, 1977; for
 * record linkage Winkler, "Using the EM Algorithm for Weight Computation in the Fellegi–Sunter Model", 1988). Nobody says
 * which pairs are which: they fall into classes, of which those of a household are held, and are there so that relatives
 * are not taken for one person.
 */
function fitted(patterns: readonly Pattern[]): Fitted {
  let fit = begin(patterns);
  let size = { same: 1e-4, stranger: 1, relative: 1e-5, twin: 1e-5, namesake: 1e-5 };
  for (let round = 0; round < ROUNDS; round++) {
    const shares = { ...fit, ...kinOf(fit.same) };
    const next = { same: 0, stranger: 0, relative: 0, twin: 0, namesake: 0 };
    const sums = { same: new Map<string, number>(), stranger: new Map<string, number>() };
    for (const { agreement, pairs } of patterns) {
      const odds = CLASSES.map((of) => size[of] * likelihood(agreement, shares[of]));
      const all = odds.reduce((sum, each) => sum + each, 0);
      for (const [i, of] of CLASSES.entries()) {
        const here = (pairs * odds[i]!) / all;
        next[of] += here;
        if (of === 'same' || of === 'stranger') count(sums[of], agreement, here);
      }
    }
    size = next;
    fit = { same: sharesOf('same', sums.same), stranger: sharesOf('stranger', sums.stranger) };
  }
  return fit;
}

const CLASSES = ['same', 'stranger', ...KIN] as const;

const kinOf = (same: Shares): { [K in Kin]: Shares } => {
  const of = (kind: Kin): Shares => ({ ...same, ...HOUSEHOLDS[kind].shares });
  return { relative: of('relative'), twin: of('twin'), namesake: of('namesake') };
};

function count(sums: Map<string, number>, agreement: Agreement, pairs: number): void {
  for (const [comparison, level] of Object.entries(agreement)) {
    const name = `${comparison} ${level}`;
    sums.set(name, (sums.get(name) ?? 0) + pairs);
  }
}

/** Strangers as if all pairs were of them, which is nearly true; pairs of one person as if most agreed. */
function begin(patterns: readonly Pattern[]): Fitted {
  const [same, stranger] = [new Map<string, number>(), new Map<string, number>()];
  for (const { agreement, pairs } of patterns) count(stranger, agreement, pairs);
  for (const [comparison, levels] of Object.entries(LEVELS))
    for (const [rank, level] of levels.entries()) same.set(`${comparison} ${level}`, 0.1 ** Math.min(rank, 2));
  return { same: sharesOf('same', same), stranger: sharesOf('stranger', stranger) };
}

/** Of the sums, none below its bound, those of a comparison adding up to 1. */
function sharesOf(fits: keyof Fitted, sums: ReadonlyMap<string, number>): Shares {
  const shares = Object.entries(LEVELS).map(([comparison, levels]) => {
    const held = HELD[comparison as Comparison]?.[fits];
    if (held !== undefined) return [comparison, held];
    const names = levels.map((level) => `${comparison} ${level}`);
    const seen = names.reduce((sum, name) => sum + (sums.get(name) ?? 0), 0) || 1;
    const raised = names.map((name) => Math.max((sums.get(name) ?? 0) / seen, AT_LEAST[fits][name] ?? AT_LEAST_ALWAYS[fits])); // prettier-ignore
    const all = raised.reduce((sum, each) => sum + each, 0);
    return [comparison, Object.fromEntries(levels.map((level, i) => [level, raised[i]! / all]))];
  });
  return Object.fromEntries(shares) as Shares;
}
