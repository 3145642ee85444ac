import { seededRandom, weighted, wholeBelow, wholeFrom, type Quantiles, type Random } from '../random.ts';
import { dateOf, dayOf } from './days.ts';
import type { Item, Rung } from './model.ts';

/** How two sides come to differ. The weights are ours: most pairs agree, and a few in a hundred need each further rung. */
const CASES = [
  [760, 'agreeing'],
  [80, 'without-reference'],
  [40, 'split'],
  [20, 'merged'],
  [30, 'fee'],
  [10, 'declared-charge'],
  [10, 'rounded'],
  [10, 'late'],
  [10, 'standing-order'],
  [5, 'alike'],
  [5, 'twice'],
  [10, 'not-in-ledger'],
  [10, 'not-on-statement'],
] as const;
export type MadeCase = (typeof CASES)[number][1];

/** What belongs together, and the rung that can find it; one side is empty for a break. */
export interface Truth {
  readonly made: MadeCase;
  readonly rung: Rung;
  readonly statement: readonly string[];
  readonly ledger: readonly string[];
}

export interface MadeSides {
  readonly statement: readonly Item[];
  readonly ledger: readonly Item[];
  readonly truth: readonly Truth[];
}

/** Minor units: many small payments, few large ones. */
const AMOUNT: Quantiles = [
  [0, 199],
  [0.25, 1_999],
  [0.5, 8_500],
  [0.75, 35_000],
  [0.95, 400_000],
  [1, 9_000_000],
];
const YEAR_DAYS = 365;
const FIRST_DAY = dayOf('2025-01-01') ?? 0;

/**
 * A year of one account, on which at least `size` items stand on each side, in no order. The same seed gives the same
 * sides. References are written in other ways by the bank; amounts collide, a fifth of them are round. An item without
 * a reference always has its partner within five days: one that has none could meet a stranger of its amount, which no
 * content can tell.
 */
export function madeSides(seed: number, size: number): MadeSides {
  const random = seededRandom(seed);
  const statement: Item[] = [];
  const ledger: Item[] = [];
  const truth: Truth[] = [];
  while (statement.length < size || ledger.length < size) {
    const { theirs, ours, together } = madeCase(random, weighted(random, CASES), truth.length);
    // Ids say nothing about order or partners.
    const added = (to: Item[], items: readonly Draft[], prefix: string): string[] =>
      items.map((item) => {
        const id = `${prefix}${wholeBelow(random, 1e9)}-${to.length}`;
        to.push({ ...item, id, currency: 'EUR' });
        return id;
      });
    const [s, l] = [added(statement, theirs, 's'), added(ledger, ours, 'l')];
    for (const { made, rung, of } of together)
      truth.push({ made, rung, statement: of.theirs.map((i) => s[i]!), ledger: of.ours.map((i) => l[i]!) });
  }
  return { statement, ledger, truth };
}

type Draft = Omit<Item, 'id' | 'currency'>;
interface Drafts {
  theirs: Draft[];
  ours: Draft[];
  together: { made: MadeCase; rung: Rung; of: { theirs: number[]; ours: number[] } }[];
}

function madeCase(random: Random, made: MadeCase, n: number): Drafts {
  const sign = random() < 0.7 ? 1n : -1n;
  const size = (): bigint => {
    const minor = wholeFrom(random, AMOUNT);
    return sign * BigInt(random() < 0.2 ? Math.ceil(minor / 500) * 500 : minor);
  };
  const reference = `${weighted(random, [[3, 'INV'], [1, 'CN']])}-2025/${String(n).padStart(6, '0')}`; // prettier-ignore
  const day = FIRST_DAY + wholeBelow(random, YEAR_DAYS);
  const our = (amountMinor: bigint, at = day): Draft => ({ amountMinor, date: dateOf(at), references: [reference] });
  /** As it comes from the bank: some days later, the reference written in another way. */
  const bank = (
    amountMinor: bigint,
    later = wholeFrom(random, [
      [0, -1],
      [0.2, 0],
      [0.8, 2],
      [1, 5],
    ]),
    at = day,
  ): Draft => ({
    // prettier-ignore
    amountMinor,
    date: dateOf(at + later),
    references: [rewritten(random, reference)],
  });
  const one = (rung: Rung, theirs: Draft[], ours: Draft[]): Drafts => {
    const of = { theirs: [...theirs.keys()], ours: [...ours.keys()] };
    return { theirs, ours, together: [{ made, rung, of }] };
  };
  const each = (rung: Rung, theirs: Draft[], ours: Draft[]): Drafts => {
    const together = theirs.map((_, i) => ({
      made,
      rung: i < ours.length ? rung : 'person',
      of: { theirs: [i], ours: i < ours.length ? [i] : [] },
    }));
    return { theirs, ours, together };
  };
  const amount = size();
  const parts = (): bigint[] => Array.from({ length: 2 + wholeBelow(random, 5) }, size);
  const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, part) => all + part, 0n);
  const months = (): number[] => Array.from({ length: 2 + wholeBelow(random, 4) }, (_, month) => day + month * 30);
  const alike = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
  const makers: Record<MadeCase, () => Drafts> = {
    agreeing: () => one('exact-reference', [bank(amount)], [our(amount)]),
    'without-reference': () =>
      one('amount-and-date', [{ ...bank(amount), references: ['NOTPROVIDED'] }], [our(amount)]),
    split: () => {
      const amounts = parts();
      return one('group', [bank(sum(amounts))], amounts.map((part) => our(part))); // prettier-ignore
    },
    merged: () => {
      const amounts = parts();
      return one('group', amounts.map((part) => bank(part)), [our(sum(amounts))]); // prettier-ignore
    },
    fee: () => one('fees', [bank(amount * 100n - BigInt(500 + wholeBelow(random, 400)))], [our(amount * 100n)]),
    'declared-charge': () => {
      const chargesMinor = BigInt(1_500 + wholeBelow(random, 20_000));
      return one('fees', [{ ...bank(amount * 10n - chargesMinor), chargesMinor }], [our(amount * 10n)]);
    },
    rounded: () =>
      one('tolerance', [bank(amount * 10n + BigInt(1 + wholeBelow(random, 4)) * sign)], [our(amount * 10n)]),
    late: () => one('exact-reference', [bank(amount, 6 + wholeBelow(random, 15))], [our(amount)]),
    'standing-order': () => {
      const days = months();
      return each('exact-reference', days.map((at) => bank(amount, undefined, at)), days.map((at) => our(amount, at))); // prettier-ignore
    },
    alike: () => {
      const count = 2 + wholeBelow(random, 3);
      return each('exact-reference', alike(count, bank(amount)), alike(count, our(amount)));
    },
    twice: () => {
      const count = 1 + wholeBelow(random, 3);
      return each('exact-reference', alike(count + 1, bank(amount)), alike(count, our(amount)));
    },
    'not-in-ledger': () => one('person', [bank(amount)], []),
    'not-on-statement': () => one('person', [], [our(amount)]),
  };
  return makers[made]();
}

/** What banks do to a reference and leave it the same. */
const rewritten = (random: Random, reference: string): string =>
  weighted(random, [
    [4, reference],
    [2, reference.toLowerCase()],
    [2, reference.replace('-', ' ')],
    [1, reference.replace('/', '.')],
    [1, reference.replaceAll(/(.{4})/g, '$1 ')],
  ]);
