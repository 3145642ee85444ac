import type { Address, ContactPoint, FhirResource, HumanName, Identifier, Quantity } from 'fhir/r4.js';
import { ADDRESS_RULES } from './addresses.ts';
import { countryOf } from './countries.ts';
import { PERSON_RULES, type Person } from './person.ts';
import { IDENTIFIER_RULES } from './identifiers.ts';
import { NAME_RULES } from './names.ts';
import { asFhir, having, isObject, throughRules, type Change, type Context, type Rule } from './rule.ts';
import { TELECOM_RULES } from './telecoms.ts';
import { UNIT_RULES } from './units.ts';

/** Of elements of a list that are alike after cleansing the first stays; an empty one, and an empty list, goes. */
const DISTINCT = { name: 'list.distinct', version: 1 };

export interface Cleansed<R> {
  readonly resource: R;
  /** What which rule has changed, in the order of the rules; nothing when the resource was clean. */
  readonly changes: readonly Change[];
}

/** Every rule, in the order in which they are applied; those of one list to each of its elements. */
export const RULES: readonly { readonly name: string; readonly version: number }[] = [
  ...PERSON_RULES,
  ...IDENTIFIER_RULES,
  ...NAME_RULES,
  ...ADDRESS_RULES,
  ...TELECOM_RULES,
  DISTINCT,
  ...UNIT_RULES,
];

/** Whose names and addresses are a person's. */
const PEOPLE: ReadonlySet<string> = new Set(['Patient', 'RelatedPerson', 'Practitioner', 'Person']);

/**
 * A FHIR resource, cleansed: a person's identifiers, names, dates, addresses and numbers, and the units of any quantity. What no
 * rule is about goes through untouched. Twice gives the same bytes as once, under the same context.
 */
export function cleanse<R extends FhirResource>(resource: R, context: Context = {}): Cleansed<R> {
  const changes: Change[] = [];
  const path = resource.resourceType;
  const person = PEOPLE.has(path) ? cleansePerson(resource as R & Someone, context, path, changes) : resource;
  return { resource: cleanseQuantities(person, context, path, changes), changes };
}

/** What somebody is known by, in a resource or as a contact in one. */
interface Someone extends Person {
  identifier?: Identifier[];
  name?: HumanName[] | HumanName;
  address?: Address[] | Address;
  telecom?: ContactPoint[];
  contact?: Someone[];
}

function cleansePerson<S extends Someone>(someone: S, context: Context, path: string, changes: Change[]): S {
  const all = <E extends object>(
    rules: readonly Rule<E>[],
    key: keyof Someone,
    within = context,
  ): E[] | E | undefined => cleanseAll(rules, someone[key] as E[] | E | undefined, within, `${path}.${key}`, changes);
  if (!asFhir(someone)) return someone;
  const person = throughRules(PERSON_RULES as readonly Rule<S>[], someone, context, path, changes) ?? someone;
  const identifier = all(IDENTIFIER_RULES, 'identifier');
  const name = all(NAME_RULES, 'name');
  const address = all(ADDRESS_RULES, 'address');
  const telecom = all(TELECOM_RULES, 'telecom', { ...context, ...countryAmong(address) });
  const contact = Array.isArray(someone.contact)
    ? distinct(
        someone.contact.map((other, at) => cleansePerson(other, context, `${path}.contact[${at}]`, changes)),
        `${path}.contact`,
        changes,
      )
    : someone.contact;
  const lists = Object.entries({ identifier, name, address, telecom, contact });
  return having(person, Object.fromEntries(lists.filter(([, list]) => typeof list !== 'string')));
}

/** The country of all addresses that name one: whose addresses are in two, has numbers in neither for certain. */
function countryAmong(address: Address[] | Address | undefined): { country: string } | undefined {
  const addresses = [address].flat().filter(isObject);
  const [country, ...others] = new Set(addresses.flatMap(({ country }) => (country === undefined ? [] : [country])));
  return typeof country === 'string' && others.length === 0 && countryOf(country) === country ? { country } : undefined;
}

function cleanseAll<E extends object>(
  rules: readonly Rule<E>[],
  elements: E[] | E | undefined,
  context: Context,
  path: string,
  changes: Change[],
): E[] | E | undefined {
  if (!Array.isArray(elements))
    return asFhir(elements) ? throughRules(rules, elements, context, path, changes) : elements;
  const clean = elements.map((element, at) =>
    asFhir(element) ? throughRules(rules, element, context, `${path}[${at}]`, changes) : element,
  );
  return distinct(clean, path, changes);
}

/** `undefined` stands where a rule has dropped an element, so that paths are those of the list as it came. */
function distinct<E extends object>(
  elements: readonly (E | undefined)[] | undefined,
  path: string,
  changes: Change[],
): E[] | undefined {
  if (elements?.length === 0) changes.push({ rule: DISTINCT.name, version: DISTINCT.version, path });
  const said = new Set(['{}']);
  return elements?.flatMap((element, at) => {
    if (element === undefined) return [];
    const bytes = JSON.stringify(element);
    if (!said.has(bytes)) {
      said.add(bytes);
      return [element];
    }
    changes.push({ rule: DISTINCT.name, version: DISTINCT.version, path: `${path}[${at}]` });
    return [];
  });
}

/** Quantities stand in resources of every kind; they are known by a number with a unit or a code. */
function cleanseQuantities<T>(value: T, context: Context, path: string, changes: Change[]): T {
  if (Array.isArray(value))
    return value.map((each: unknown, at) => cleanseQuantities(each, context, `${path}[${at}]`, changes)) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (isQuantity(value)) return (throughRules(UNIT_RULES, value, context, path, changes) ?? value) as T;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      cleanseQuantities<unknown>(each, context, `${path}.${key}`, changes),
    ]),
  ) as T;
}

const isQuantity = (value: object): value is Quantity =>
  'value' in value &&
  typeof value.value === 'number' &&
  asFhir({ ...value, value: undefined }) &&
  ('unit' in value || 'code' in value);
