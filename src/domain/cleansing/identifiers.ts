import type { Identifier } from 'fhir/r4.js';
import * as valid from './check-digits.ts';
import { having, type Rule } from './rule.ts';
import { tidied } from './text.ts';

const SSN = 'http://hl7.org/fhir/sid/us-ssn';
const TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';

const typed = (identifier: Identifier, codes: ReadonlySet<string>): boolean =>
  identifier.type?.coding?.some(
    ({ system, code }) => (system === undefined || system === TYPES) && code !== undefined && codes.has(code),
  ) ?? false;

/** Unicode and spaces. An identifier without a value is dropped. */
const text: Rule<Identifier> = {
  name: 'identifier.text',
  version: 1,
  apply(identifier) {
    const next = having(identifier, { value: tidied(identifier.value), system: tidied(identifier.system) });
    return next.value === undefined && next._value === undefined && next.extension === undefined ? undefined : next;
  },
};

/** American Express, bank card, Diners, Discover, MasterCard and Visa of HL7's table 0203: card numbers never enter. */
const CARDS = new Set(['AM', 'BC', 'DI', 'DS', 'MS', 'VS']);
const card: Rule<Identifier> = {
  name: 'identifier.card',
  version: 1,
  apply: (identifier) => (typed(identifier, CARDS) ? undefined : identifier),
};

/** One system, one URI: OIDs of the systems that have a URI of their own, and a social security number whoever sent it. */
const URIS: ReadonlyMap<string | undefined, string> = new Map([
  ['urn:oid:2.16.840.1.113883.4.1', SSN],
  ['urn:oid:2.16.840.1.113883.4.6', 'http://hl7.org/fhir/sid/us-npi'],
  ['urn:oid:2.16.840.1.113883.4.927', 'http://hl7.org/fhir/sid/us-mbi'],
  ['urn:oid:2.16.840.1.113883.2.1.4.1', 'https://fhir.nhs.uk/Id/nhs-number'],
  ['urn:oid:1.2.36.1.2001.1003.0', 'http://ns.electronichealth.net.au/id/hi/ihi/1.0'],
]);
const system: Rule<Identifier> = {
  name: 'identifier.system',
  version: 1,
  apply: (identifier) =>
    having(identifier, {
      system: typed(identifier, new Set(['SS'])) ? SSN : (URIS.get(identifier.system) ?? identifier.system),
    }),
};

/** Numbers of a system are written without spaces and dashes; one that cannot be a number of it is dropped. */
const checked = (name: string, uri: string, isValid: (text: string) => boolean): Rule<Identifier> => ({
  name: `identifier.${name}`,
  version: 1,
  apply(identifier) {
    if (identifier.system !== uri || identifier.value === undefined) return identifier;
    const value = identifier.value.replaceAll(/[\s-]/g, '').toUpperCase();
    return isValid(value) ? having(identifier, { value }) : undefined;
  },
});

export const IDENTIFIER_RULES: readonly Rule<Identifier>[] = [
  text,
  card,
  system,
  checked('ssn', SSN, valid.ssn),
  checked('nhs-number', 'https://fhir.nhs.uk/Id/nhs-number', valid.nhsNumber),
  checked('npi', 'http://hl7.org/fhir/sid/us-npi', valid.npi),
  checked('mbi', 'http://hl7.org/fhir/sid/us-mbi', valid.mbi),
  checked('ihi', 'http://ns.electronichealth.net.au/id/hi/ihi/1.0', valid.ihi),
];
