import { seededRandom, weighted, wholeBelow, type Random } from '../random.ts';
import type { Features, SourceRecord } from './features.ts';
import { madePeople, numeral, oneOf, type MadePerson } from './made-people.ts';

export interface MadeRecords {
  readonly records: readonly SourceRecord[];
  /** By the record's id: whose it is. */
  readonly truth: ReadonlyMap<string, string>;
}

/**
 * At least `size` source records of households, in no order: each person is known to one to four facilities, at different times of its
 * life and as it was typed there: slips of the pen, names exchanged, day and month exchanged, fields left out. The same
 * seed gives the same records.
 */
export function madeRecords(seed: number, size: number): MadeRecords {
  const random = seededRandom(seed);
  const { household, later } = madePeople(random);
  const made: { features: Features; person: string; at: number }[] = [];
  for (let people = 0; made.length < size;)
    for (const person of household()) {
      people += 1;
      const facilities = weighted(random, [[50, 1], [25, 2], [15, 3], [10, 4]]); // prettier-ignore
      for (let facility = 0; facility < facilities; facility++) {
        const features = typed(random, facility === 0 ? person : later(person));
        made.push({ features, person: `person-${people}`, at: random() });
      }
    }
  const shuffled = made.toSorted((a, b) => a.at - b.at);
  return {
    records: shuffled.map(({ features }, i) => ({ id: `record-${i + 1}`, features })),
    truth: new Map(shuffled.map(({ person }, i) => [`record-${i + 1}`, person])),
  };
}

const LEFT_OUT = { given: 0.02, birthDate: 0.02, sex: 0.03, street: 0.04, postcode: 0.03, phone: 0.25, identifiers: 0.4 }; // prettier-ignore

function typed(random: Random, { number, ...person }: MadePerson): Features {
  const slip = (text: string, often: number): string => (random() < often ? slipOf(random, text) : text);
  const [first = '', second] = person.given.split(' ');
  const given = second !== undefined && random() < 0.3 ? person.given : first;
  const exchanged = random() < 0.02;
  const family = random() < 0.1 ? person.family.toUpperCase() : person.family;
  const [year, month, day] = person.birthDate.split('-');
  const features: Features = {
    ...person,
    family: slip(exchanged ? given : family, 0.06),
    given: slip(exchanged ? family : given, 0.06),
    birthDate: random() < 0.02 ? `${year}-${day}-${month}` : slip(person.birthDate, 0.02),
    street: slip(person.street, 0.08),
    city: slip(person.city, 0.05),
    identifiers: [{ system: 'national', value: slip(number, 0.02) }],
  };
  const leftOut = Object.entries(LEFT_OUT).filter(([, often]) => random() < often);
  return { ...features, ...Object.fromEntries(leftOut.map(([field]) => [field, undefined])) };
}

/** One letter or digit is put, left out, replaced, or changes places with the next; a date keeps its mask. */
function slipOf(random: Random, text: string): string {
  const at = wholeBelow(random, text.length);
  const there = text[at] ?? '';
  if (!/\w/.test(there)) return text;
  const other = /\d/.test(there) ? numeral(random, 1) : String.fromCodePoint(97 + wholeBelow(random, 26));
  const [before, after] = [text.slice(0, at), text.slice(at + 1)];
  if (/^\d{4}-/.test(text)) return before + other + after;
  return oneOf(random, [
    before + other + there + after,
    before + after,
    before + other + after,
    before + after.slice(0, 1) + there + after.slice(1),
  ]);
}
