import type { Address, ContactPoint, HumanName, Period, Reference } from 'fhir/r4.js';
import type { Repetition } from '../../hl7/message.ts';
import { entityOf, periodOf, typeOf } from './identifiers.ts';
import { made, some, text, whole, type Sender } from './source.ts';
import { codeSystem, authority } from './systems.ts';

/** HL7 table 0200 → NameUse. Aliases and professional names have no use of their own in FHIR. */
const NAME_USE: ReadonlyMap<string, NonNullable<HumanName['use']>> = new Map([
  ['L', 'official'],
  ['D', 'usual'],
  ['M', 'maiden'],
  ['N', 'nickname'],
  ['S', 'anonymous'],
]);

/** XPN: family (1), given (2, 3), suffix (4), prefix (5), degree (6, 14), use (7), from when to when (10, or 12 and 13). */
export const nameOf = (repetition: Repetition | undefined, sender: Sender): HumanName | undefined => {
  const name = namePartsOf(repetition, 1);
  return name === undefined
    ? undefined
    : made<HumanName>({
        use: NAME_USE.get(text(repetition, 7)),
        ...name,
        suffix: [...(name.suffix ?? []), ...words(text(repetition, 14))],
        period: periodAt(repetition, 10, 12, sender),
      });
};

/** Family, given, further given, suffix, prefix, degree: six components in a row of XPN and XCN. */
function namePartsOf(repetition: Repetition | undefined, from: number): HumanName | undefined {
  const at = (offset: number): string[] => words(text(repetition, from + offset));
  return some<HumanName>({
    family: text(repetition, from),
    given: [...at(1), ...at(2)],
    prefix: at(4),
    suffix: [...at(3), ...at(5)],
  });
}

const words = (part: string): string[] => (part === '' ? [] : [part]);

/** HL7 table 0190 → AddressUse and AddressType. */
const ADDRESS_USE: ReadonlyMap<string, Pick<Address, 'use' | 'type'>> = new Map([
  ['H', { use: 'home' }],
  ['P', { use: 'home' }],
  ['B', { use: 'work' }],
  ['O', { use: 'work' }],
  ['C', { use: 'temp' }],
  ['BA', { use: 'old' }],
  ['BI', { use: 'billing' }],
  ['M', { type: 'postal' }],
]);

/** XAD: street (1: with its name and number), other line (2), city, state, postcode, country (3–6), use (7), county (9), from when to when (12, or 13 and 14). */
export const addressOf = (repetition: Repetition | undefined, sender: Sender): Address | undefined => {
  const says = some<Address>({
    line: [...words(whole(repetition, 1)), ...words(text(repetition, 2))],
    city: text(repetition, 3),
    district: text(repetition, 9, 2) || text(repetition, 9),
    state: text(repetition, 4),
    postalCode: text(repetition, 5),
    country: text(repetition, 6),
  });
  return says === undefined
    ? undefined
    : made<Address>({
        ...ADDRESS_USE.get(text(repetition, 7)),
        ...says,
        period: periodAt(repetition, 12, 13, sender),
      });
};

/** From when to when: two components, before version 2.5 a range (DR) in one. */
const periodAt = (
  repetition: Repetition | undefined,
  range: number,
  from: number,
  sender: Sender,
): Period | undefined =>
  periodOf(
    text(repetition, from) || text(repetition, range),
    text(repetition, from + 1) || text(repetition, range, 2),
    sender,
  );

/** HL7 table 0201 → ContactPointUse. */
const TELECOM_USE: ReadonlyMap<string, NonNullable<ContactPoint['use']>> = new Map([
  ['PRN', 'home'],
  ['VHN', 'home'],
  ['WPN', 'work'],
  ['BPN', 'work'],
  ['PRS', 'mobile'],
]);
/** HL7 table 0202 → ContactPointSystem. */
const TELECOM_SYSTEM: ReadonlyMap<string, NonNullable<ContactPoint['system']>> = new Map([
  ['PH', 'phone'],
  ['CP', 'phone'],
  ['SAT', 'phone'],
  ['FX', 'fax'],
  ['BP', 'pager'],
  ['Internet', 'email'],
  ['X.400', 'email'],
  ['TDD', 'other'],
  ['TTY', 'other'],
]);

/**
 * XTN: e-mail (4), or a number: as it is dialled (12), from its parts (country 5, area 6, local 7, extension 8), or as it was
 * written before version 2.3 (1). `use` is that of a field whose repetition says none.
 */
export const contactPointOf = (
  repetition: Repetition | undefined,
  sender: Sender,
  use?: 'home' | 'work',
): ContactPoint | undefined => {
  const equipment = text(repetition, 3);
  const email = text(repetition, 4);
  const isEmail = TELECOM_SYSTEM.get(equipment) === 'email' || text(repetition, 2) === 'NET' || email.includes('@');
  const number = [text(repetition, 12), dialled(repetition), text(repetition)].find((one) => one !== '') ?? '';
  const value = isEmail ? email || text(repetition) : number || email;
  if (value === '') return undefined;
  const rank = Number(text(repetition, 18));
  return made<ContactPoint>({
    system: isEmail ? 'email' : (TELECOM_SYSTEM.get(equipment) ?? 'phone'),
    value,
    use:
      text(repetition, 2) === ''
        ? use
        : (TELECOM_USE.get(text(repetition, 2)) ?? (equipment === 'CP' ? 'mobile' : undefined)),
    rank: Number.isInteger(rank) && rank > 0 ? rank : undefined,
    period: periodOf(text(repetition, 13), text(repetition, 14), sender),
  });
};

function dialled(repetition: Repetition | undefined): string {
  const [country, area, local, extension] = [5, 6, 7, 8].map((at) => text(repetition, at));
  if (!local) return '';
  return [country && area ? `+${country}` : '', area, local, extension && `ext. ${extension}`]
    .filter(Boolean)
    .join(' ');
}

/**
 * Who works for a source: a reference by identifier and name, and no resource. They are not whom this pipeline integrates.
 * XCN: id (1), name (2–7), authority (9), type (13).
 */
export function practitionerOf(repetition: Repetition | undefined, sender: Sender): Reference | undefined {
  const value = text(repetition);
  return referenceTo('Practitioner', {
    identifier:
      value === ''
        ? undefined
        : made({
            type: typeOf(text(repetition, 13)),
            system: authority(text(repetition, 9), text(repetition, 9, 2), text(repetition, 9, 3), sender),
            value,
          }),
    display: displayOf(namePartsOf(repetition, 2)),
  });
}

/** NDL: the person's id and name are the subcomponents of its first component (CNN). */
export const observerOf = (repetition: Repetition | undefined, sender: Sender): Reference | undefined => {
  const [id = '', family = '', given = '', further = '', suffix = '', prefix = '', degree = ''] = repetition?.[0] ?? [];
  return practitionerOf(
    [id, family, given, further, suffix, prefix, degree].map((part) => [part]),
    sender,
  );
};

const displayOf = (name: HumanName | undefined): string =>
  [...(name?.prefix ?? []), ...(name?.given ?? []), name?.family ?? '', ...(name?.suffix ?? [])]
    .filter(Boolean)
    .join(' ');

/** XON: an organisation by name (1) and number (10, of version 2.3: 3) within its authority (6). */
export function organizationOf(repetition: Repetition | undefined, sender: Sender): Reference | undefined {
  const value = text(repetition, 10) || text(repetition, 3);
  return referenceTo('Organization', {
    identifier:
      value === ''
        ? undefined
        : { system: authority(text(repetition, 6), text(repetition, 6, 2), text(repetition, 6, 3), sender), value },
    display: text(repetition),
  });
}

/** A coded producer (OBX-15): its code is its number. */
export function producerOf(repetition: Repetition | undefined, sender: Sender): Reference | undefined {
  const value = text(repetition);
  return referenceTo('Organization', {
    identifier: value === '' ? undefined : made({ system: codeSystem(text(repetition, 3), sender), value }),
    display: text(repetition, 2),
  });
}

/** A device by its number (EI). */
export const deviceOf = (repetition: Repetition | undefined, sender: Sender): Reference | undefined =>
  referenceTo('Device', { identifier: entityOf(repetition, sender), display: '' });

/** PL: point of care, room, bed, facility, building, floor; in words, from the smallest. */
export const locationOf = (repetition: Repetition | undefined): Reference | undefined =>
  referenceTo('Location', {
    identifier: undefined,
    display: [3, 2, 1, 8, 7, 4]
      .map((at) => text(repetition, at))
      .filter(Boolean)
      .join(', '),
  });

function referenceTo(
  type: string,
  by: { identifier: Reference['identifier']; display: string },
): Reference | undefined {
  const says = some<Reference>(by);
  return says === undefined ? undefined : { type, ...says };
}
