import { wordsOf } from '../screening/names.ts';
import type { Features } from './features.ts';

/** Features as they are compared. What says nothing is absent. */
export interface Normal {
  /** Words without case, accents and punctuation, with one space between. */
  readonly family?: string;
  readonly given?: string;
  /** Digits: eight, or six or four of what is known. */
  readonly birthDate?: string;
  readonly sex?: string;
  readonly street?: string;
  readonly houseNumber?: string;
  readonly city?: string;
  readonly postcode?: string;
  /** The last nine digits, which are the same with and without the country's code. */
  readonly phone?: string;
  /** By system, each value once. */
  readonly identifiers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What is written for a name that is not known, or not given yet: all newborns of a day have it. */
const NO_NAME = new Set(['unknown', 'unk', 'none', 'nn', 'anonymous', 'xx', 'xxx']);
const NO_GIVEN_NAME = new Set([...NO_NAME, 'baby', 'babyboy', 'babygirl', 'newborn', 'infant', 'boy', 'girl', 'twin', 'male', 'female']); // prettier-ignore
/** Where a date must be filled in and is not known. */
const NO_DATES = new Set(['19000101', '19010101']);
const SEXES = new Set(['male', 'female', 'other']);
/** The shortest phone number that is a person's own and not an office's extension. */
const PHONE_DIGITS = { least: 6, kept: 9 };

export function normalise(features: Features): Normal {
  const { number, street } = streetOf(features);
  const normal = {
    family: name(features.family, NO_NAME),
    given: name(features.given, NO_GIVEN_NAME),
    birthDate: dateOf(features.birthDate),
    sex: [features.sex?.trim().toLowerCase() ?? ''].find((sex) => SEXES.has(sex)),
    street,
    houseNumber: number,
    city: words(features.city),
    postcode: compact(words(features.postcode)),
    phone: phoneOf(features.phone),
  };
  return {
    ...(Object.fromEntries(Object.entries(normal).filter(([, value]) => value !== undefined)) as Partial<typeof normal> as Omit<Normal, 'identifiers'>), // prettier-ignore
    identifiers: identifiersOf(features),
  };
}

export const compact = <T extends string | undefined>(text: T): T => text?.replaceAll(' ', '') as T;

const words = (text: string | undefined): string | undefined => wordsOf(text ?? '').join(' ') || undefined;

function name(text: string | undefined, saysNothing: ReadonlySet<string>): string | undefined {
  const of = wordsOf(text ?? '');
  return of.length === 0 || saysNothing.has(of[0]!) || saysNothing.has(of.join('')) ? undefined : of.join(' ');
}

function dateOf(text: string | undefined): string | undefined {
  const date = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text?.trim() ?? '');
  const digits = date?.slice(1).join('');
  return digits === undefined || NO_DATES.has(digits) ? undefined : digits;
}

const NUMBER_FIRST = /^(?<number>\d+[a-z]?) (?<street>.+)$/;
const NUMBER_LAST = /^(?<street>.+) (?<number>\d+[a-z]?)$/;

/** A number at the street's beginning or end is the house's, where that stands nowhere else. */
function streetOf(features: Features): { number?: string | undefined; street?: string | undefined } {
  const number = compact(words(features.houseNumber));
  const street = words(features.street);
  if (street === undefined || number !== undefined) return { number, street };
  return (NUMBER_FIRST.exec(street) ?? NUMBER_LAST.exec(street))?.groups ?? { street };
}

function phoneOf(text: string | undefined): string | undefined {
  const digits = (text ?? '').replaceAll(/\D/g, '').slice(-PHONE_DIGITS.kept);
  return digits.length < PHONE_DIGITS.least || isFilledIn(digits) ? undefined : digits;
}

function identifiersOf({ identifiers = [] }: Features): ReadonlyMap<string, ReadonlySet<string>> {
  const bySystem = new Map<string, Set<string>>();
  for (const { system, value } of identifiers) {
    const normal = wordsOf(value).join('');
    if (system !== '' && normal !== '' && !isFilledIn(normal))
      bySystem.set(system, (bySystem.get(system) ?? new Set()).add(normal));
  }
  return bySystem;
}

/** What somebody typed because a field had to be filled in: 999999999, 123456789. */
const isFilledIn = (value: string): boolean =>
  (value.length >= 5 && /^(.)\1*$/.test(value)) || (value.length >= 8 && '01234567890'.includes(value));
