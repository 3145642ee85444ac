import { COMPARISONS, type Agreement, type Comparison, type Level } from './agreement.ts';

/** How often each level is seen where two records are compared at all: of every comparison they add up to 1. */
export type Shares = { readonly [C in Comparison]: { readonly [L in Level<C>]: number } };

/** Whom of its household a record can meet. What the household shares proves nothing among them. */
export const KIN = ['relative', 'twin', 'namesake'] as const;
export type Kin = (typeof KIN)[number];

/**
 * A matcher's knowledge, as data (Fellegi and Sunter, "A Theory for Record Linkage", 1969). Never changed once it is in
 * use: another one is another version, by which all pairs are judged anew.
 */
export interface Model {
  readonly version: string;
  /** Of two records of one person: Fellegi and Sunter's m. */
  readonly same: Shares;
  /** Of records of two: their u. `met` says how many such people there are for each record of the person's own. */
  readonly stranger: { readonly met: number; readonly shares: Shares };
  /** Where these agree otherwise than two records of one person. */
  readonly kin: { readonly [K in Kin]: { readonly met: number; readonly shares: Partial<Shares> } };
  /** Probabilities: from `link` on two records are of one person, from `review` on a person decides. */
  readonly thresholds: { readonly link: number; readonly review: number };
}

export const VERDICTS = ['link', 'review', 'different'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Judgement {
  /** In bits, to the hundredth: the binary logarithm of the odds that the two records are of one person. */
  readonly weight: number;
  readonly verdict: Verdict;
}

export function judge(agreement: Agreement, { same, stranger, kin, thresholds }: Model): Judgement {
  const ofKin = KIN.map((kind) => kin[kind].met * likelihood(agreement, { ...same, ...kin[kind].shares }));
  const others = ofKin.reduce((sum, each) => sum + each, stranger.met * likelihood(agreement, stranger.shares));
  const weight = rounded(Math.log2(likelihood(agreement, same) / others));
  const verdict = VERDICTS.find((each) => each === 'different' || weight >= bitsOf(thresholds[each]))!;
  return { weight, verdict };
}

/** How often an agreement is seen, its comparisons taken to know nothing of each other. */
export function likelihood(agreement: Agreement, shares: Shares): number {
  let product = 1;
  for (const comparison of COMPARISONS) {
    const level = agreement[comparison];
    if (level !== undefined) product *= (shares[comparison] as Readonly<Record<string, number>>)[level]!;
  }
  return product;
}

const bitsOf = (probability: number): number => rounded(Math.log2(probability / (1 - probability)));

/** So that no machine's logarithm judges a pair otherwise than another's. */
const rounded = (bits: number): number => Math.round(100 * bits) / 100;
