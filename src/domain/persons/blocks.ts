import { compact, type Normal } from './normalise.ts';
import { soundex } from './text.ts';

/**
 * The blocks that a record stands in: only records of one block are compared. A pair is lost when it shares none, so
 * each pass is made of other fields. The keys hold patient data: whoever stores them stores keyed hashes of them.
 *
 * No pass is a field alone that thousands share, because no block is ever cut off: which pairs are compared must
 * not depend on who came first.
 */
export function blocksOf(record: Normal): string[] {
  const { family, given, birthDate, postcode, street, houseNumber, phone } = record;
  const [familySound, givenSound] = [sound(family), sound(given)];
  const day = birthDate?.length === 8 ? birthDate : undefined;
  const keys = [
    ...[...record.identifiers].flatMap(([system, values]) => [...values].map((value) => key('identifier', system, value))), // prettier-ignore
    key('born', day?.slice(0, 4), ...inOrder(day?.slice(4, 6), day?.slice(6))),
    key('name', ...inOrder(familySound, givenSound)),
    key('family-year', familySound, birthDate?.slice(0, 4)),
    key('given-month', givenSound, day?.slice(0, 6)),
    key('given-day', givenSound, day?.slice(4)),
    key('family-postcode', familySound, postcode),
    key('given-postcode', givenSound, postcode),
    key('dwelling', compact(street), houseNumber),
    key('phone', phone),
  ];
  return [...new Set(keys.filter((each) => each !== undefined))];
}

/** Of the first word that is more than a letter: what is added to a name stands behind it. */
const sound = (name: string | undefined): string | undefined => {
  const word = name?.split(' ').find((each) => each.length > 1) ?? name;
  return word === undefined ? undefined : soundex(word);
};

/** Exchanged, they are the same. */
const inOrder = (a: string | undefined, b: string | undefined): readonly (string | undefined)[] =>
  a !== undefined && b !== undefined && a > b ? [b, a] : [a, b];

/** No part may run into the next one. */
const key = (pass: string, ...parts: readonly (string | undefined)[]): string | undefined =>
  parts.includes(undefined) ? undefined : JSON.stringify([pass, ...parts]);
