import type { Address, CodeableConcept, Extension, Identifier, Patient, PatientContact, PatientLink } from 'fhir/r4.js';
import { NOTHING, type Message, type Repetition, type Segment } from '../../hl7/message.ts';
import { MARITAL, MARITAL_UNSAID, SEX } from './codes.ts';
import { coded, conceptOf } from './concepts.ts';
import { identifierOf, licenceOf } from './identifiers.ts';
import { addressOf, contactPointOf, nameOf, organizationOf, practitionerOf } from './people.ts';
import { each, made, some, text, value, type Sender } from './source.ts';
import { table, US_SSN, authority, v3 } from './systems.ts';
import { dateOf, dateTimeOf } from './times.ts';

/** PID, with what PD1, NK1 and MRG add. Source: v2-to-fhir, PID[Patient]; what is left out stands in its test. */
export function patientOf(pid: Segment, message: Message, sender: Sender): Patient {
  const all = (name: string): Segment[] => message.segments.filter((segment) => segment.name === name);
  const birth = dateTimeOf(value(pid, 7), sender);
  const death = dateTimeOf(value(pid, 29), sender);
  const order = Number(value(pid, 25));
  const identifier = identifiersOf(pid, sender);
  return made<Patient>({
    resourceType: 'Patient',
    id: sender.idOf(['Patient', sender.facility, ...patientKey(identifier)]),
    extension: extensionsOf(pid, sender),
    identifier,
    name: [...each(pid, 5, (name) => nameOf(name, sender)), ...each(pid, 9, (name) => nameOf(name, sender))],
    telecom: [
      ...each(pid, 13, (point) => contactPointOf(point, sender, 'home')),
      ...each(pid, 14, (point) => contactPointOf(point, sender, 'work')),
      ...each(pid, 40, (point) => contactPointOf(point, sender)),
    ],
    gender: SEX.get(value(pid, 8).toUpperCase()),
    birthDate: dateOf(value(pid, 7), sender),
    // Only a time of day is more than the date says.
    _birthDate: birth?.includes('T')
      ? { extension: [{ url: core('patient-birthTime'), valueDateTime: birth }] }
      : undefined,
    deceasedDateTime: death,
    deceasedBoolean: death === undefined ? yesNo(value(pid, 30)) : undefined,
    address: addressesOf(pid, sender),
    maritalStatus: maritalOf(pid.fields[16]?.[0], sender),
    multipleBirthInteger: Number.isInteger(order) && order > 0 ? order : undefined,
    multipleBirthBoolean: value(pid, 25) === '' ? yesNo(value(pid, 24)) : undefined,
    contact: all('NK1').flatMap((nk1) => contactOf(nk1, sender) ?? []),
    communication: each(pid, 15, (language) => {
      const concept = conceptOf(language, sender);
      return concept && { language: concept };
    }),
    generalPractitioner: all('PD1').flatMap((pd1) => [
      ...each(pd1, 3, (organization) => organizationOf(organization, sender)),
      ...each(pd1, 4, (practitioner) => practitionerOf(practitioner, sender)),
    ]),
    link: linksOf(all('MRG'), sender),
  });
}

/** By what a facility knows its patient: its own record number, else the first number that it gives. */
export function patientKey(identifiers: readonly Identifier[]): string[] {
  const [own] = [
    ...identifiers.filter(({ type }) => type?.coding?.some(({ code }) => code === 'MR' || code === 'PI')),
    ...identifiers,
  ];
  return own === undefined ? [] : [own.system ?? '', own.value ?? ''];
}

/** Elements of the patient that the message empties: their field holds the two characters that say so. */
export function clearedBy(pid: Segment): string[] {
  const elements: readonly (readonly [element: string, fields: readonly number[]])[] = [
    ['identifier', [3]],
    ['name', [5]],
    ['birthDate', [7]],
    ['gender', [8]],
    ['address', [11]],
    ['telecom', [13, 14, 40]],
    ['communication', [15]],
    ['maritalStatus', [16]],
    ['multipleBirth', [24, 25]],
    ['deceased', [29, 30]],
  ];
  const said = (field: number): boolean => pid.fields[field]?.some((repetition) => repetition[0]?.[0] !== '') ?? false;
  const emptied = (field: number): boolean => pid.fields[field]?.[0]?.[0]?.[0] === NOTHING;
  return elements
    .filter(([, fields]) => fields.some(emptied) && fields.every((field) => emptied(field) || !said(field)))
    .map(([element]) => element);
}

function identifiersOf(pid: Segment, sender: Sender): Identifier[] {
  const ssn = value(pid, 19);
  const abroad = sender.country !== undefined && sender.country !== 'US';
  return [
    ...each(pid, 3, (id) => identifierOf(id, sender)),
    ...each(pid, 2, (id) => identifierOf(id, sender)),
    ...each(pid, 4, (id) => identifierOf(id, sender)),
    ...(ssn === ''
      ? []
      : [
          {
            type: coded(table('0203'), abroad ? 'SB' : 'SS'),
            system: abroad ? authority('SB', '', '', sender) : US_SSN,
            value: ssn,
          },
        ]),
    ...each(pid, 20, (licence) => licenceOf(licence, sender)),
  ];
}

/** PID-12 is the county of the only address, or an address of its own where there is none or it has another. */
function addressesOf(pid: Segment, sender: Sender): Address[] {
  const addresses = each(pid, 11, (address) => addressOf(address, sender));
  const county = value(pid, 12);
  const [only, second] = addresses;
  if (county === '') return addresses;
  if (only !== undefined && second === undefined && only.district === undefined) return [{ ...only, district: county }];
  return only !== undefined && second === undefined && only.district === county
    ? addresses
    : [...addresses, { district: county }];
}

function maritalOf(repetition: Repetition | undefined, sender: Sender): CodeableConcept | undefined {
  const code = text(repetition);
  const [status, unsaid] = [MARITAL.get(code), MARITAL_UNSAID.get(code)];
  if (status !== undefined) return coded(v3('MaritalStatus'), status);
  if (unsaid !== undefined) return coded(v3('NullFlavor'), unsaid);
  return conceptOf(repetition, sender);
}

const core = (name: string): string => `http://hl7.org/fhir/StructureDefinition/${name}`;
const usCore = (name: string): string => `http://hl7.org/fhir/us/core/StructureDefinition/us-core-${name}`;

function extensionsOf(pid: Segment, sender: Sender): Extension[] {
  const mother = nameOf(pid.fields[6]?.[0], sender);
  const concepts = (field: number): CodeableConcept[] =>
    each(pid, field, (repetition) => conceptOf(repetition, sender));
  const nested = (name: string, parts: readonly (readonly [string, CodeableConcept | undefined])[]): Extension[] => {
    const extension = parts.flatMap(([url, concept]) => (concept ? [{ url, valueCodeableConcept: concept }] : []));
    return extension.length === 0 ? [] : [{ url: core(name), extension }];
  };
  const birthPlace = value(pid, 23);
  const mothersName = mother?.family ?? mother?.given?.[0];
  return [
    ...omb('race', concepts(10), RACES),
    ...omb('ethnicity', concepts(22), ETHNICITIES),
    ...(mothersName === undefined ? [] : [{ url: core('patient-mothersMaidenName'), valueString: mothersName }]),
    ...concepts(17).map((religion) => ({ url: core('patient-religion'), valueCodeableConcept: religion })),
    ...(birthPlace === '' ? [] : [{ url: core('patient-birthPlace'), valueAddress: { text: birthPlace } }]),
    ...concepts(26).flatMap((code) => nested('patient-citizenship', [['code', code]])),
    ...concepts(28).flatMap((code) => nested('patient-nationality', [['code', code]])),
    ...nested('patient-animal', [
      ['species', concepts(35)[0]],
      ['breed', concepts(36)[0]],
    ]),
    ...concepts(39).flatMap((code) => nested('patient-citizenship', [['code', code]])),
  ];
}

const CDC_RACE = 'urn:oid:2.16.840.1.113883.6.238';
/** The five races of the OMB; others are finer. And the two ethnicities, as HL7 table 0189 codes them too. */
const RACES: ReadonlyMap<string, string> = new Map(
  ['1002-5', '2028-9', '2054-5', '2076-8', '2106-3'].map((code) => [code, code]),
);
const ETHNICITIES: ReadonlyMap<string, string> = new Map([
  ['H', '2135-2'],
  ['N', '2186-5'],
  ['2135-2', '2135-2'],
  ['2186-5', '2186-5'],
]);

/** US Core's race and ethnicity: categories of the OMB by their CDC code, whatever system the source names, and a text. */
function omb(name: string, concepts: readonly CodeableConcept[], categories: ReadonlyMap<string, string>): Extension[] {
  if (concepts.length === 0) return [];
  const codings = concepts.flatMap(({ coding }) => coding?.slice(0, 1) ?? []);
  const extension = codings.flatMap((coding): Extension[] => {
    const code = categories.get(coding.code ?? '');
    if (code !== undefined) return [{ url: 'ombCategory', valueCoding: { ...coding, system: CDC_RACE, code } }];
    // US Core takes no other codes than the CDC's here; what else was sent stays in the text.
    return coding.system === CDC_RACE ? [{ url: 'detailed', valueCoding: coding }] : [];
  });
  const words = concepts.map(({ text, coding }) => text ?? coding?.[0]?.display ?? coding?.[0]?.code ?? '').join(', ');
  return [{ url: usCore(name), extension: [...extension, { url: 'text', valueString: words }] satisfies Extension[] }];
}

/** NK1: somebody to turn to, told with the patient and not as a person of their own. */
function contactOf(nk1: Segment, sender: Sender): PatientContact | undefined {
  const [name, address] = [nk1.fields[2]?.[0], nk1.fields[4]?.[0]];
  return some<PatientContact>({
    relationship: [3, 7].flatMap((field) => each(nk1, field, (concept) => conceptOf(concept, sender))),
    name: nameOf(name, sender),
    telecom: [
      ...each(nk1, 5, (point) => contactPointOf(point, sender, 'home')),
      ...each(nk1, 6, (point) => contactPointOf(point, sender, 'work')),
    ],
    address: addressOf(address, sender),
    gender: SEX.get(value(nk1, 15)),
    organization: each(nk1, 13, (organization) => organizationOf(organization, sender))[0],
    period: some({ start: dateOf(value(nk1, 8), sender), end: dateOf(value(nk1, 9), sender) }),
  });
}

/** MRG-1: the patient's record replaces another of the same facility. */
const linksOf = (segments: readonly Segment[], sender: Sender): PatientLink[] =>
  segments.flatMap((mrg) =>
    each(mrg, 1, (id) => {
      const identifier = identifierOf(id, sender);
      return identifier && { other: { type: 'Patient', identifier }, type: 'replaces' as const };
    }),
  );

/** HL7 table 0136. */
const yesNo = (code: string): boolean | undefined => ({ Y: true, N: false })[code.trim().slice(0, 1).toUpperCase()];
