import { having, type Context, type Rule } from './rule.ts';
import { tidied } from './text.ts';

/** What is told once of a person. */
export interface Person {
  gender?: string | undefined;
  birthDate?: string | undefined;
  _birthDate?: unknown;
  deceasedDateTime?: string | undefined;
  deceasedBoolean?: boolean | undefined;
}

/** Nobody who is treated today was born before, and nobody grows older than this: the oldest known person died at 122. */
const FIRST_YEAR = 1850;
const OLDEST_YEARS = 130;

/** FHIR AdministrativeGender, also from what HL7 v2 (table 0001) and people write. What is no such code is dropped. */
const GENDERS: ReadonlyMap<string, string> = new Map([
  ['f', 'female'],
  ['m', 'male'],
  ['o', 'other'],
  ['u', 'unknown'],
  ['a', 'other'],
  ['n', 'other'],
  ['female', 'female'],
  ['male', 'male'],
  ['other', 'other'],
  ['unknown', 'unknown'],
]);

const gender: Rule<Person> = {
  name: 'person.gender',
  version: 1,
  apply: (person) =>
    person.gender === undefined ? person : having(person, { gender: GENDERS.get(person.gender.trim().toLowerCase()) }),
};

/**
 * Dates as ISO 8601 writes them, as exact as they are known: `19610615`, `1961-06-15T08:00:00Z` and `1961-06-00` are days
 * and a month. A form that can be read in two ways (`03/04/1961`) is not guessed at.
 */
const form: Rule<Person> = {
  name: 'birth-date.form',
  version: 1,
  apply: (person) => having(person, { birthDate: asDate(tidied(person.birthDate)) }),
};

function asDate(text: string | undefined): string | undefined {
  const [, date] = /^(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T.*)?$/.exec(text ?? '') ?? [];
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text ?? '') ?? [];
  return (date ?? (year === undefined ? text : `${year}-${month}-${day}`))?.replace(/(-00){1,2}$/, '');
}

/** A date that is on no calendar, or on which nobody can have been born, is dropped: none is better than a wrong one. */
const birth: Rule<Person> = {
  name: 'birth-date.possible',
  version: 1,
  apply: (person, context) =>
    person.birthDate === undefined || possible(person.birthDate, context)
      ? person
      : having(person, { birthDate: undefined, _birthDate: undefined }),
};

/** Who died on an impossible day, or before being born, has died on a day that is not known. */
const death: Rule<Person> = {
  name: 'death.possible',
  version: 1,
  apply(person, context) {
    if (person.deceasedDateTime === undefined) return person;
    const day = person.deceasedDateTime.slice(0, 10);
    const born = person.birthDate;
    const afterBirth = born === undefined || day.slice(0, born.length) >= born.slice(0, day.length);
    return possible(day, context) && afterBirth
      ? person
      : having(person, { deceasedDateTime: undefined, deceasedBoolean: true });
  },
};

/** Whether somebody's day, month or year can be this: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
function possible(date: string, { day: today }: Context): boolean {
  const [, year = '', month = '01', day = '01'] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(date) ?? [];
  if (year === '' || Number(year) < FIRST_YEAR) return false;
  const time = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // `Date` carries a 30 February over to March, or says that it is none.
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(`${year}-${month}-${day}`)) return false;
  return (
    today === undefined ||
    (date.slice(0, today.length) <= today.slice(0, date.length) &&
      Number(today.slice(0, 4)) - Number(year) <= OLDEST_YEARS)
  );
}

export const PERSON_RULES: readonly Rule<Person>[] = [gender, form, birth, death];
