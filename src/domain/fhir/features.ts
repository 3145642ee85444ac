import type { Address, ContactPoint, HumanName, Identifier, Patient } from 'fhir/r4.js';
import type { Features } from '../persons/features.ts';

/** Uses in the order in which one is taken for the person's; what is absent stands between them: a source that says none has one. */
const NAMES: readonly HumanName['use'][] = [
  'official',
  'usual',
  undefined,
  'temp',
  'maiden',
  'nickname',
  'old',
  'anonymous',
];
const ADDRESSES: readonly Address['use'][] = ['home', undefined, 'temp', 'work', 'billing', 'old'];
const PHONES: readonly ContactPoint['use'][] = ['mobile', 'home', undefined, 'temp', 'work', 'old'];

/** Types (HL7 table 0203) of what is numbered instead of the person: accounts, visits, specimens, cards, plans. */
const NOT_OF_A_PERSON: ReadonlySet<string> = new Set(
  'ACSN AM AN ANC AND ANON ANT ASID BA BC CC DI DS FI GI GL GN LACSN MS MRT NH NII NIIP PNT RI SID TPR U USID VN VS XX'.split(
    ' ',
  ),
);

/** What is compared of a patient: of several names, addresses and numbers, those in use. Best of one that is cleansed. */
export function featuresOf({ name, birthDate, gender, address, telecom, identifier }: Patient): Features {
  const { family, given } = inUse(name, NAMES) ?? {};
  const { line, city, postalCode, state } = inUse(address, ADDRESSES) ?? {};
  const phones = telecom?.filter(
    ({ system, value }) => (system === 'phone' || system === 'sms') && value !== undefined,
  );
  return said({
    family,
    given: given?.join(' '),
    birthDate,
    sex: gender,
    street: line?.[0],
    city,
    postcode: postalCode,
    state,
    phone: inUse(phones, PHONES)?.value,
    identifiers: identifier?.flatMap(ofPerson),
  });
}

/** The one whose use comes first, and among its like the one that began last; what has an end is no longer in use. */
function inUse<
  T extends { use?: U | undefined; period?: { start?: string | undefined; end?: string | undefined } | undefined },
  U,
>(elements: readonly T[] | undefined, uses: readonly U[]): T | undefined {
  const rank = ({ use, period }: T): number => uses.indexOf(use as U) + (period?.end === undefined ? 0 : uses.length);
  const begun = ({ period }: T): string => period?.start ?? '';
  return elements?.toSorted(
    (a, b) => rank(a) - rank(b) || (begun(a) === begun(b) ? 0 : begun(a) < begun(b) ? 1 : -1),
  )[0];
}

function ofPerson({ type, system, value, period }: Identifier): { system: string; value: string }[] {
  const other = type?.coding?.some(({ code }) => code !== undefined && NOT_OF_A_PERSON.has(code)) ?? false;
  return other || period?.end !== undefined || system === undefined || value === undefined ? [] : [{ system, value }];
}

const said = (features: Features): Features =>
  Object.fromEntries(
    Object.entries(features).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );
