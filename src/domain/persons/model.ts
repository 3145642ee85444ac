import { COMPARISONS, type Agreement, type Comparison, type Level } from './agreement.ts';

/** How often a level is seen: `m` among pairs of one person, `u` among pairs of two. */
export interface Odds {
  readonly m: number;
  readonly u: number;
}

export type Comparisons = { readonly [C in Comparison]: { readonly [L in Level<C>]: Odds } };

/**
 * A matcher's knowledge, as data (Fellegi and Sunter, "A Theory for Record Linkage", 1969). Never changed once it is in
 * use: another one is another version, by which all pairs are judged anew.
 */
export interface Model {
  readonly version: string;
  readonly comparisons: Comparisons;
  /** In bits: from `link` on two records are of one person, from `review` on a person decides. */
  readonly thresholds: { readonly link: number; readonly review: number };
}

export const VERDICTS = ['link', 'review', 'different'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Judgement {
  /** In bits, to the hundredth: how much more often this agreement is seen among pairs of one person than of two. */
  readonly weight: number;
  readonly verdict: Verdict;
}

/** Of a level: to the hundredth of a bit, so that no machine's logarithm tells a pair otherwise than another's. */
const bitsOf = ({ m, u }: Odds): number => Math.round(100 * Math.log2(m / u));

export function judge(agreement: Agreement, { comparisons, thresholds }: Model): Judgement {
  let hundredths = 0;
  for (const comparison of COMPARISONS) {
    const level = agreement[comparison];
    if (level !== undefined) hundredths += bitsOf((comparisons[comparison] as Record<string, Odds>)[level]!);
  }
  const weight = hundredths / 100;
  if (weight < thresholds.review) return { weight, verdict: 'different' };
  return { weight, verdict: weight >= thresholds.link && tellsApart(agreement) ? 'link' : 'review' };
}

/**
 * Weights are added as if comparisons knew nothing of each other. In one household they do: twins share all but the given
 * name and the identifier, father and son all but the birth date and the identifier. So, whatever the sum, two of the
 * three that tell people of one household apart must agree before two records are linked.
 */
function tellsApart({ given, birthDate, sex, identifier }: Agreement): boolean {
  const oneName = given === 'exact' || ((given === 'near' || given === 'swapped') && sex !== 'differ');
  const oneDay = birthDate === 'exact' || birthDate === 'near';
  return [oneName, oneDay, identifier === 'same' || identifier === 'near'].filter(Boolean).length >= 2;
}
