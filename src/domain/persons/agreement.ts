import { compact, type Normal } from './normalise.ts';
import { distance, jaroWinkler } from './text.ts';

/**
 * What two records can be to each other, comparison by comparison, from the most alike to the least. Things that go
 * together are one comparison, so that they do not count twice: street, number, city and postcode are an address.
 */
export const LEVELS = {
  /** `swapped`: each one's given name is the other's family name; the family name is then not compared. */
  given: ['exact', 'near', 'similar', 'swapped', 'differ'],
  family: ['exact', 'near', 'similar', 'differ'],
  /** `near`: day and month exchanged, or one digit wrong; `parts`: two of year, month and day, or what is known of it. */
  birthDate: ['exact', 'near', 'parts', 'differ'],
  sex: ['same', 'differ'],
  address: ['dwelling', 'street', 'area', 'partly', 'differ'],
  phone: ['same', 'differ'],
  /** In any system that both have. `near`: one slip, other than another last digit: so differ numbers given out together. */
  identifier: ['same', 'near', 'differ'],
} as const;
export type Comparison = keyof typeof LEVELS;
export const COMPARISONS = Object.keys(LEVELS) as readonly Comparison[];
export type Level<C extends Comparison = Comparison> = (typeof LEVELS)[C][number];

/** Absent: one of the two says nothing, which speaks neither for nor against. */
export type Agreement = { readonly [C in Comparison]?: Level<C> };

/** The same in both directions. */
export function compare(a: Normal, b: Normal): Agreement {
  const given = both(a.given, b.given, namesAre);
  const family = both(a.family, b.family, namesAre);
  const swapped = !(isNear(given) && isNear(family)) && namesAreSwapped(a, b);
  const agreement = {
    given: swapped ? 'swapped' : given,
    family: swapped ? undefined : family,
    birthDate: both(a.birthDate, b.birthDate, datesAre),
    sex: both(a.sex, b.sex, areSame),
    address: addressesAre(a, b),
    phone: both(a.phone, b.phone, areSame),
    identifier: identifiersAre(a, b),
  } as const;
  return Object.fromEntries(Object.entries(agreement).filter(([, level]) => level !== undefined));
}

function both<T, R>(a: T | undefined, b: T | undefined, compareThem: (a: T, b: T) => R): R | undefined {
  return a === undefined || b === undefined ? undefined : compareThem(a, b);
}

const areSame = (a: string, b: string): 'same' | 'differ' => (a === b ? 'same' : 'differ');

/** Of Jaro–Winkler: two names that share more than their beginning. */
const SIMILAR = 0.88;

/**
 * `near` is what a slip of the pen makes of a name, and what leaving out one of several makes: a twin's name must not be.
 * So the first letter is right, a name too short for a slip to be told from another name is never near, and of as many
 * names each is: who shares the first may be called by the second.
 */
function namesAre(a: string, b: string): 'exact' | 'near' | 'similar' | 'differ' {
  const [one, other] = [compact(a), compact(b)];
  if (one === other) return 'exact';
  const [few, many] = [a.split(' '), b.split(' ')].toSorted((x, y) => x.length - y.length) as [string[], string[]];
  const near =
    few.length === many.length
      ? few.every((word, i) => isSlip(word, many[i]!))
      : isSlip(one, other) || few.every((word) => word.length > 1 && many.includes(word));
  if (near) return 'near';
  const initial = one.length === 1 || other.length === 1;
  return (initial ? one[0] === other[0] : jaroWinkler(one, other) >= SIMILAR) ? 'similar' : 'differ';
}

function isSlip(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  const slips = shorter < 5 ? 0 : shorter < 9 ? 1 : 2;
  return a[0] === b[0] && distance(a, b, slips) <= slips;
}

const isNear = (level: ReturnType<typeof namesAre> | undefined): boolean => level === 'exact' || level === 'near';

const namesAreSwapped = (a: Normal, b: Normal): boolean =>
  isNear(both(a.given, b.family, namesAre)) && isNear(both(a.family, b.given, namesAre));

/** Years from which on one of two with the same name may be the other's child. */
const GENERATION_YEARS = 15;

function datesAre(a: string, b: string): 'exact' | 'near' | 'parts' | 'differ' {
  const known = Math.min(a.length, b.length);
  if (known < 8) return a.slice(0, known) === b.slice(0, known) ? 'parts' : 'differ';
  if (a === b) return 'exact';
  const [[year, month, day], [otherYear, otherMonth, otherDay]] = [partsOf(a), partsOf(b)];
  const near = Math.abs(Number(year) - Number(otherYear)) < GENERATION_YEARS;
  const exchanged = year === otherYear && month === otherDay && day === otherMonth;
  if (exchanged || (near && distance(a, b, 1) <= 1)) return 'near';
  const same = Number(year === otherYear) + Number(month === otherMonth) + Number(day === otherDay);
  return same === 2 ? 'parts' : 'differ';
}

const partsOf = (date: string): [year: string, month: string, day: string] => [date.slice(0, 4), date.slice(4, 6), date.slice(6)]; // prettier-ignore

/** One letter of six may be wrong. */
function placesAgree(a: string, b: string): boolean {
  const [one, other] = [compact(a), compact(b)];
  const slips = Math.floor(Math.min(one.length, other.length) / 6);
  return distance(one, other, slips) <= slips;
}

/** One may be the beginning of the other, as of a ZIP code with four digits more; two neighbours may have changed places. */
const postcodesAgree = (a: string, b: string): boolean =>
  a === b ||
  (Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a))) ||
  (distance(a, b, 1) === 1 && sorted(a) === sorted(b));

const sorted = (text: string): string => text.split('').toSorted().join('');

function addressesAre(a: Normal, b: Normal): Level<'address'> | undefined {
  const street = both(a.street, b.street, placesAgree);
  const number = both(a.houseNumber, b.houseNumber, (one, other) => one === other);
  const city = both(a.city, b.city, placesAgree);
  const postcode = both(a.postcode, b.postcode, postcodesAgree);
  if (street === undefined && city === undefined && postcode === undefined) return undefined;
  const somewhereElse = city === false || postcode === false ? !(city || postcode) : false;
  if (street && number && !somewhereElse) return 'dwelling';
  if ((street && (number || !somewhereElse)) || (number && city && postcode)) return 'street';
  if ((city ?? postcode) && (postcode ?? city)) return 'area';
  return street || city || postcode ? 'partly' : 'differ';
}

/** Short numbers have too many neighbours for one of them to tell anything. */
const NUMBER_DIGITS = 7;

const isSlipOfNumber = (a: string, b: string): boolean =>
  Math.max(a.length, b.length) >= NUMBER_DIGITS && a.slice(0, -1) !== b.slice(0, -1) && distance(a, b, 1) <= 1;

function identifiersAre(a: Normal, b: Normal): Level<'identifier'> | undefined {
  let level: Level<'identifier'> | undefined;
  for (const [system, values] of a.identifiers) {
    const others = b.identifiers.get(system);
    if (others === undefined) continue;
    for (const value of values) {
      if (others.has(value)) return 'same';
      level = [...others].some((other) => isSlipOfNumber(value, other)) || level === 'near' ? 'near' : 'differ';
    }
  }
  return level;
}
