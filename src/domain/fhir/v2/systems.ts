import type { Sender } from './source.ts';

export const LOINC = 'http://loinc.org';
export const US_SSN = 'http://hl7.org/fhir/sid/us-ssn';
/** A table of HL7 v2 by its number (`0203`). */
export const table = (number: string): string => `http://terminology.hl7.org/CodeSystem/v2-${number}`;
export const v3 = (name: string): string => `http://terminology.hl7.org/CodeSystem/v3-${name}`;

/** HL7 table 0396: names of code systems that have a URI of their own (terminology.hl7.org, "Using ... with HL7 standards"). */
const CODE_SYSTEMS: ReadonlyMap<string, string> = new Map([
  ['LN', LOINC],
  ['LOINC', LOINC],
  ['SCT', 'http://snomed.info/sct'],
  ['SNM', 'http://snomed.info/sct'],
  ['UCUM', 'http://unitsofmeasure.org'],
  ['I9', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['I9C', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['I9CDX', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['I10', 'http://hl7.org/fhir/sid/icd-10'],
  ['I10C', 'http://hl7.org/fhir/sid/icd-10-cm'],
  ['CVX', 'http://hl7.org/fhir/sid/cvx'],
  ['NDC', 'http://hl7.org/fhir/sid/ndc'],
  ['C4', 'http://www.ama-assn.org/go/cpt'],
  ['RXNORM', 'http://www.nlm.nih.gov/research/umls/rxnorm'],
  ['DCM', 'http://dicom.nema.org/resources/ontology/DCM'],
  ['CDCREC', 'urn:oid:2.16.840.1.113883.6.238'],
  ['ISO3166_1', 'urn:iso:std:iso:3166'],
  ['ISO639', 'urn:ietf:bcp:47'],
]);

/** The URI of a code system as a message names it: of HL7's own, by OID, declared for the source, or its facility's. */
export function codeSystem(name: string, sender: Sender): string | undefined {
  if (name === '') return undefined;
  const number = /^HL7_?(\d{4})$/i.exec(name)?.[1];
  if (number !== undefined) return table(number);
  return CODE_SYSTEMS.get(name.toUpperCase()) ?? universal(name) ?? sender.systems?.get(name) ?? local(sender, name);
}

/**
 * The URI within which an authority's identifiers are unique (HD: namespace, universal id and its type). Where it has none of
 * its own, it is a name that the facility uses: another facility's `ADT1`, or no name at all, is somebody else.
 */
export function authority(namespace: string, id: string, type: string, sender: Sender): string {
  const declared = sender.systems?.get(namespace);
  if (declared !== undefined) return declared;
  if (/^(UUID|GUID)$/i.test(type)) return `urn:uuid:${id.toLowerCase()}`;
  if (type === 'URI') return id;
  return universal(id) ?? local(sender, namespace === '' ? id : namespace);
}

const universal = (name: string): string | undefined =>
  /^[0-2](\.(0|[1-9]\d*)){2,}$/.test(name) ? `urn:oid:${name}` : undefined;

const local = ({ facility }: Sender, name: string): string =>
  ['urn:hl7v2', ...[facility, name].filter((part) => part !== '').map(escaped)].join(':');

/** A lone surrogate, which an escape sequence can make, is no text that a URI could hold. */
const escaped = (part: string): string => encodeURIComponent(part.replaceAll(/[\ud800-\udfff]/gu, '\ufffd'));

/** Driving licences are numbered by states: OID 2.16.840.1.113883.4.3 and the state's number of FIPS 5-2. */
const FIPS =
  'AL1 AK2 AZ4 AR5 CA6 CO8 CT9 DE10 DC11 FL12 GA13 HI15 ID16 IL17 IN18 IA19 KS20 KY21 LA22 ME23 MD24 MA25 MI26 MN27 MS28 MO29 ' +
  'MT30 NE31 NV32 NH33 NJ34 NM35 NY36 NC37 ND38 OH39 OK40 OR41 PA42 RI44 SC45 SD46 TN47 TX48 UT49 VT50 VA51 WA53 WV54 WI55 WY56';
const LICENCES: ReadonlyMap<string, string> = new Map(
  FIPS.split(' ').map((entry) => [entry.slice(0, 2), `urn:oid:2.16.840.1.113883.4.3.${entry.slice(2)}`]),
);
export const drivingLicences = (state: string, sender: Sender): string =>
  LICENCES.get(state.toUpperCase()) ?? authority(state, '', '', sender);
