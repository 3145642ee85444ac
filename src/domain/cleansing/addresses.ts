import type { Address } from 'fhir/r4.js';
import { countryOf } from './countries.ts';
import { having, type Context, type Rule } from './rule.ts';
import { stateOf } from './states.ts';
import { capitalised, inOneCase, tidied, tidy } from './text.ts';

/** Unicode, spaces and empty parts. An address of which nothing is left is dropped. */
const text: Rule<Address> = {
  name: 'address.text',
  version: 1,
  apply(address) {
    const next = having(address, {
      text: tidied(address.text),
      line: address._line ? address.line : address.line?.map(tidy).filter((line) => line !== ''),
      city: tidied(address.city),
      district: tidied(address.district),
      state: tidied(address.state),
      postalCode: tidied(address.postalCode),
      country: tidied(address.country),
    });
    const { use: _use, type: _type, period: _period, id: _id, ...says } = next;
    return Object.keys(says).length === 0 ? undefined : next;
  },
};

/** ISO 3166-1 alpha-2, one of the two forms that FHIR names. An unknown country stays as it came. */
const country: Rule<Address> = {
  name: 'address.country',
  version: 1,
  apply: (address) =>
    address.country === undefined
      ? address
      : having(address, { country: countryOf(address.country) ?? address.country }),
};

/** The code of the state, where the country is known and its post has such codes. */
const state: Rule<Address> = {
  name: 'address.state',
  version: 1,
  apply(address, context) {
    const where = address.country ?? context.country;
    if (address.state === undefined || where === undefined) return address;
    return having(address, { state: stateOf(where, address.state) ?? address.state });
  },
};

/**
 * Postcodes in their country's form: `27401-1020`, `SW1A 1AA`, `K1A 0B1`; of other countries in capitals. Digits are neither
 * made up nor taken away. An American state with five or nine digits is American.
 */
const postcode: Rule<Address> = {
  name: 'address.postcode',
  version: 1,
  apply(address, context) {
    if (address.postalCode === undefined) return address;
    const capitals = address.postalCode.toUpperCase().normalize('NFC');
    const close = capitals.replaceAll(/[\s-]/g, '');
    return having(address, { postalCode: formed(countryBy(address, close, context), close) ?? capitals });
  },
};

function countryBy(address: Address, close: string, context: Context): string | undefined {
  const named = address.country ?? context.country;
  if (named !== undefined) return named;
  return /^(\d{5}|\d{9})$/.test(close) && stateOf('US', address.state ?? '') === address.state ? 'US' : undefined;
}

function formed(where: string | undefined, close: string): string | undefined {
  if (where === 'US' && /^\d{9}$/.test(close)) return `${close.slice(0, 5)}-${close.slice(5)}`;
  if (where === 'US' && /^\d{5}$/.test(close)) return close;
  // Royal Mail: outward code, space, inward code of three.
  if (where === 'GB' && /^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/.test(close))
    return `${close.slice(0, -3)} ${close.slice(-3)}`;
  if (where === 'CA' && /^[A-Z]\d[A-Z]\d[A-Z]\d$/.test(close)) return `${close.slice(0, 3)} ${close.slice(3)}`;
  return undefined;
}

/** Words that stay in capitals: a post box, and points of the compass. */
const CAPITALS = new Set(['PO', 'N', 'E', 'S', 'W', 'NE', 'NW', 'SE', 'SW']);

/** Lines and places typed in one case are written as people write them: `12B MAIN ST NW` is `12B Main St NW`. */
const casing: Rule<Address> = {
  name: 'address.case',
  version: 1,
  apply: (address) =>
    having(address, {
      line: address._line ? address.line : address.line?.map(asWritten),
      city: address.city === undefined ? undefined : asWritten(address.city),
      // A code of a district is in capitals, and no word.
      district:
        address.district === undefined || address.district.length < 4 ? address.district : asWritten(address.district),
    }),
};

const asWritten = (text: string): string =>
  inOneCase(text)
    ? text.replaceAll(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*/gu, (word) => {
        if (/^\d+(ST|ND|RD|TH)$/.test(word.toUpperCase())) return word.toLowerCase();
        return /\p{N}/u.test(word) || CAPITALS.has(word.toUpperCase())
          ? word.toUpperCase().normalize('NFC')
          : capitalised(word);
      })
    : text;

export const ADDRESS_RULES: readonly Rule<Address>[] = [text, country, state, postcode, casing];
