import { magnitude } from './order.ts';
import { MatchingRefused } from './refused.ts';

/** The statement's date may be so many days before and after the ledger's. */
export interface Window {
  readonly before: number;
  readonly after: number;
}

/** A difference may be so many minor units, and so many hundredths of a percent of the ledger's amount: the smaller counts. */
export interface Allowance {
  readonly minor: bigint;
  readonly basisPoints: number;
}

/** For one account, or for accounts whose minor units are worth about the same. */
export interface Rules {
  /** Where the date is evidence. */
  readonly window: Window;
  /** Where the reference is the evidence, and the date only must not speak against it. */
  readonly referenceWindow: Window;
  /** A reference has at least so many characters, normalised. */
  readonly referenceLength: number;
  /** Of one item, within the window; with more, the rungs after `amount-and-date` leave it to a person. At most 12. */
  readonly maxCandidates: number;
  /** A group that no reference holds together: the odds against its sum being an accident. */
  readonly oddsAgainstAccident: number;
  readonly tolerance: Allowance;
  /** By how much a statement's entry may be less than the ledger's where the bank declares no charge. */
  readonly fee: Allowance;
}

export const MOST_CANDIDATES = 12;

export const RULES: Rules = {
  // Friday's receipt is booked on Monday; a payment ordered before Easter is executed on the Tuesday after it.
  window: { before: 3, after: 5 },
  // Less than the 28 days from one standing order to the next, which has the same reference and the same amount.
  referenceWindow: { before: 20, after: 20 },
  // Shorter ones are years, counters and table numbers.
  referenceLength: 4,
  maxCandidates: MOST_CANDIDATES,
  oddsAgainstAccident: 1_000,
  // A cent of rounding on each of a few conversions. No discount is so small.
  tolerance: { minor: 5n, basisPoints: 50 },
  // What correspondent banks take out of a transfer is mostly below 30; what is short by more than 5 % is underpaid.
  fee: { minor: 3_000n, basisPoints: 500 },
};

export const allowed = ({ minor, basisPoints }: Allowance, amountMinor: bigint): bigint => {
  const share = (magnitude(amountMinor) * BigInt(basisPoints)) / 10_000n;
  return share < minor ? share : minor;
};

export function checkRules(rules: Rules): void {
  const whole = (path: string, value: number, least: number, most: number): void => {
    if (!Number.isSafeInteger(value) || value < least || value > most)
      throw new MatchingRefused('rule-out-of-range', `rules.${path}`);
  };
  for (const name of ['window', 'referenceWindow'] as const)
    for (const end of ['before', 'after'] as const) whole(`${name}.${end}`, rules[name][end], 0, 366);
  for (const name of ['tolerance', 'fee'] as const) {
    whole(`${name}.basisPoints`, rules[name].basisPoints, 0, 10_000);
    if (rules[name].minor < 0n) throw new MatchingRefused('rule-out-of-range', `rules.${name}.minor`);
  }
  whole('referenceLength', rules.referenceLength, 1, 35);
  whole('maxCandidates', rules.maxCandidates, 2, MOST_CANDIDATES); // the work of a group doubles with each
  whole('oddsAgainstAccident', rules.oddsAgainstAccident, 1, 1e9);
}
