/**
 * Rows of HL7's mapping tables (v2-to-fhir), by field and FHIR attribute: for each an example that shows it mapped, or why it is
 * left out. The tables themselves are not ours to ship.
 */
export interface Example {
  readonly fields: Readonly<Record<number, string>>;
  /** Where the element stands in what we make of them. */
  readonly path: string;
  readonly is: unknown;
  /** Why it is not what the row assigns. */
  readonly differs?: string;
  /** Country of the source, where the row depends on it; fields of the ORC before it. */
  readonly country?: string;
  readonly orc?: Readonly<Record<number, string>>;
}
/** One for each row of that field and attribute, in the table's order; or why none. */
export type Rows = Readonly<Record<string, readonly Example[] | string>>;

const is = (fields: Example['fields'], path: string, is: unknown, more: Partial<Example> = {}): Example => ({
  fields,
  path,
  is,
  ...more,
});

const core = (name: string): string => `http://hl7.org/fhir/StructureDefinition/${name}`;
const v2 = (table: string): string => `http://terminology.hl7.org/CodeSystem/v2-${table}`;
const noExtension = 'the table names no extension for it';

const coded = { 3: 'X', 26: 'US^United States^ISO3166_1', 28: 'BT', 35: '12^Goat^SCT', 36: '13^Beagle^SCT', 39: 'CA' };
const citizen = (at: number, code: string): Example[] => [
  is({ [at]: code }, 'extension[0].url', core(at === 28 ? 'patient-nationality' : 'patient-citizenship')),
];

export const PATIENT: Rows = {
  'PID-2 identifier[1]': [is({ 2: 'A^^^X&1.2.3&ISO' }, 'identifier[0]', { system: 'urn:oid:1.2.3', value: 'A' })],
  'PID-3 identifier[2]': [is({ 3: 'A^^^X^MR' }, 'identifier[0].type.coding[0].code', 'MR')],
  'PID-4 identifier[3]': [is({ 4: 'A^^^X' }, 'identifier[0].system', 'urn:hl7v2:F:X')],
  'PID-5 name[1]': [
    is({ 5: 'B^A^C^III^Dr^PhD^L' }, 'name[0]', {
      use: 'official',
      family: 'B',
      given: ['A', 'C'],
      prefix: ['Dr'],
      suffix: ['III', 'PhD'],
    }),
  ],
  'PID-6 extension[1].url': [is({ 6: 'M' }, 'extension[0].url', core('patient-mothersMaidenName'))],
  'PID-6 extension[1].valueString': [is({ 6: 'M^A' }, 'extension[0].valueString', 'M')],
  'PID-7 birthDate': [is({ 7: '19610615' }, 'birthDate', '1961-06-15')],
  'PID-7 birthDate.extension[1].url': [
    is({ 7: '196106150801' }, '_birthDate.extension[0].url', core('patient-birthTime')),
  ],
  'PID-7 birthDate.extension[1].valueDateTime': [
    is({ 7: '196106150801+0200' }, '_birthDate.extension[0].valueDateTime', '1961-06-15T08:01:00+02:00'),
  ],
  'PID-8 gender': [is({ 8: 'A' }, 'gender', 'other')],
  'PID-9 name[2]': [is({ 5: 'B', 9: 'C' }, 'name[1].family', 'C')],
  'PID-10 local implementation': [
    is({ 10: '2106-3^White^HL70005' }, 'extension[0].extension[0].valueCoding', {
      system: 'urn:oid:2.16.840.1.113883.6.238',
      code: '2106-3',
      display: 'White',
    }),
  ],
  'PID-11 address[1]': [
    is({ 11: '1 Main St^Apt 2^Ann Arbor^MI^99999^USA^H^^W' }, 'address[0]', {
      use: 'home',
      line: ['1 Main St', 'Apt 2'],
      city: 'Ann Arbor',
      district: 'W',
      state: 'MI',
      postalCode: '99999',
      country: 'USA',
    }),
  ],
  'PID-12 address[1].district': [
    is({ 11: '^^C', 12: 'W' }, 'address', [{ city: 'C', district: 'W' }]),
    is({ 12: 'W' }, 'address', [{ district: 'W' }]),
  ],
  'PID-12 address[2].district': [
    is({ 11: '^^C^^^^^^V', 12: 'W' }, 'address[1]', { district: 'W' }),
    is({ 11: '^^C~^^D', 12: 'W' }, 'address[2]', { district: 'W' }),
  ],
  'PID-13 telecom[1]': [
    is({ 13: '^WPN^PH^^1^415^5552671^3' }, 'telecom[0]', {
      system: 'phone',
      value: '+1 415 5552671 ext. 3',
      use: 'work',
    }),
  ],
  'PID-13 telecom[1].use': [is({ 13: '5552671' }, 'telecom[0].use', 'home')],
  'PID-14 telecom[2]': [is({ 14: '^^Internet^a@b.c' }, 'telecom[0]', { system: 'email', value: 'a@b.c', use: 'work' })],
  'PID-14 telecom[2].use': [is({ 14: '5552671' }, 'telecom[0].use', 'work')],
  'PID-15 communication.language': [
    is({ 15: 'en^English^ISO639' }, 'communication[0].language.coding[0]', {
      system: 'urn:ietf:bcp:47',
      code: 'en',
      display: 'English',
    }),
  ],
  'PID-16 maritalStatus': [is({ 16: 'P' }, 'maritalStatus.coding[0].code', 'T')],
  'PID-17 extension[2].url': [is({ 17: 'BAP' }, 'extension[0].url', core('patient-religion'))],
  'PID-17 extension[2].valueCodeableConcept': [
    is({ 17: 'BAP' }, 'extension[0].valueCodeableConcept.coding[0].code', 'BAP'),
  ],
  'PID-19 identifier[4].value': [is({ 19: '536221234' }, 'identifier[0].value', '536221234')],
  'PID-19 identifier[4].type.coding.code': [
    is({ 19: '1' }, 'identifier[0].type.coding[0].code', 'SS'),
    is({ 19: '1' }, 'identifier[0].type.coding[0].code', 'SB', { country: 'DE' }),
  ],
  'PID-19 identifier[4].type.coding.system': [is({ 19: '1' }, 'identifier[0].type.coding[0].system', v2('0203'))],
  'PID-19 identifier[4].system': [
    is({ 19: '1' }, 'identifier[0].system', 'http://hl7.org/fhir/sid/us-ssn', {
      differs: 'the row ends with a full stop, the system does not',
    }),
  ],
  'PID-20 identifier[5]': [
    is({ 20: 'S1^MA^20300101' }, 'identifier[0]', {
      type: { coding: [{ system: v2('0203'), code: 'DL' }] },
      system: 'urn:oid:2.16.840.1.113883.4.3.25',
      value: 'S1',
      period: { end: '2030-01-01' },
    }),
  ],
  'PID-21 $this': 'the mother’s number would make a person of her who is matched to nobody',
  'PID-22 local implementation': [
    is({ 22: 'N^Not Hispanic^HL70189' }, 'extension[0].extension[0].valueCoding.code', '2186-5'),
  ],
  'PID-23 extension[3].url': [is({ 23: 'X' }, 'extension[0].url', core('patient-birthPlace'))],
  'PID-23 extension[3].valueAddress.text': [is({ 23: 'X' }, 'extension[0].valueAddress.text', 'X')],
  'PID-24 multipleBirthBoolean': [is({ 24: 'Y' }, 'multipleBirthBoolean', true)],
  'PID-25 multipleBirthInteger': [is({ 24: 'Y', 25: '2' }, 'multipleBirthInteger', 2)],
  'PID-26 extension[4].url': citizen(26, coded[26]),
  'PID-26 extension[4].extension[1].url': [is(coded, 'extension[0].extension[0].url', 'code')],
  'PID-26 extension[4].extension[1].valueCodeableConcept': [
    is(coded, 'extension[0].extension[0].valueCodeableConcept.coding[0].code', 'US'),
  ],
  'PID-27 extension??-veteranMilitaryStatus': noExtension,
  'PID-28 extension[5].url': citizen(28, coded[28]),
  'PID-28 extension[5].extension[1].url': [is({ 28: 'BT' }, 'extension[0].extension[0].url', 'code')],
  'PID-28 extension[5].extension[1].valueCodeableConcept': [
    is({ 28: 'BT' }, 'extension[0].extension[0].valueCodeableConcept.coding[0].code', 'BT'),
  ],
  'PID-29 deceasedDateTime': [is({ 29: '20200101', 30: 'Y' }, 'deceasedDateTime', '2020-01-01')],
  'PID-30 deceasedBoolean': [is({ 30: 'N' }, 'deceasedBoolean', false)],
  'PID-31 extension??-identityUnknown': noExtension,
  'PID-35 extension[6].url': [is({ 35: '12' }, 'extension[0].url', core('patient-animal'))],
  'PID-35 extension[6].extension[1].url': [is(coded, 'extension[2].extension[0].url', 'species')],
  'PID-35 extension[6].extension[1].valueCodeableConcept': [
    is(coded, 'extension[2].extension[0].valueCodeableConcept.coding[0].code', '12'),
  ],
  'PID-36 extension[6].url': [is({ 36: '13' }, 'extension[0].url', core('patient-animal'))],
  'PID-36 extension[6].extension[2].url': [is(coded, 'extension[2].extension[1].url', 'breed')],
  'PID-36 extension[6].extension[2].valueCodeableConcept': [
    is(coded, 'extension[2].extension[1].valueCodeableConcept.coding[0].code', '13'),
  ],
  'PID-39 extension[7].url': citizen(39, 'CA'),
  'PID-39 extension[7].extension[1].url': [is({ 39: 'CA' }, 'extension[0].extension[0].url', 'code')],
  'PID-39 extension[7].extension[1].valueCodeableConcept': [
    is({ 39: 'CA' }, 'extension[0].extension[0].valueCodeableConcept.coding[0].code', 'CA'),
  ],
  'PID-40 telecom[3]': [
    is({ 40: '^PRS^CP^^^^^^^^^5552671' }, 'telecom[0]', { system: 'phone', value: '5552671', use: 'mobile' }),
  ],
};

const base = { 3: '1-1^X^LN', 11: 'F' };
const obx = (fields: Example['fields'], path: string, value: unknown, more: Partial<Example> = {}): Example =>
  is({ ...base, ...fields }, path, value, more);
const typed = (type: string, value: string, path: string, wanted: unknown, unit = ''): Example =>
  obx({ 2: type, 5: value, 6: unit }, path, wanted);
const concept = (type: string): Example => typed(type, 'A^Aa^L', 'valueCodeableConcept.coding[0].code', 'A');
const ATTACHMENT = 'https://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.valueAttachment';
const PDF = '^AP^PDF^Base64^QQ==';
const severalSpecimens = 'R4’s Observation has one specimen, and a Group of them is R5’s';
const organizationAddress = 'organisations are referred to by name and number, and are no resource that has an address';
const director = { 23: 'Lab', 25: '9^Doe^Ann' };
const role = (field: number, path: string, wanted: string): Example =>
  obx({ [field]: '9^Doe^Ann' }, `performer[0].${path}`, wanted);
const FUNCTION = 'extension[0].valueCodeableConcept.coding[0]';

export const OBSERVATION: Rows = {
  'OBX-3 code': [obx({}, 'code.coding[0]', { system: 'http://loinc.org', code: '1-1', display: 'X' })],
  'OBX-4 $this': [obx({ 4: '7' }, 'extension[0].extension[0].valueString', '7')],
  'OBX-5 valueQuantity.value': [typed('NM', '4.06', 'valueQuantity.value', 4.06)],
  // The rows of ST, FT and TX, of VR, and three of SN.
  'OBX-5 valueString': [
    typed('FT', 'A \\.br\\ B', 'valueString', 'A \n B'),
    typed('VR', 'A^B', 'valueString', 'A-B'),
    typed('SN', '<>^1', 'valueString', '<> 1 mg', 'mg'),
    typed('SN', '^1^+', 'valueString', '1 +'),
    typed('SN', '>^x', 'valueString', '> x'),
  ],
  'OBX-5 valueCodeableConcept[1]': [concept('CF')],
  'OBX-5 valueCodeableConcept': [concept('CNE'), concept('CE'), concept('CWE'), concept('IS')],
  'OBX-5 valuePeriod': [typed('DR', '20200101^20200102', 'valuePeriod', { start: '2020-01-01', end: '2020-01-02' })],
  'OBX-5 valueDateTime': [typed('DTM', '202001011200', 'valueDateTime', '2020-01-01T12:00:00+00:00')],
  'OBX-5 valueRange': [typed('NR', '1^2', 'valueRange', { low: { value: 1 }, high: { value: 2 } })],
  'OBX-5 valueTime': [typed('TM', '1230', 'valueTime', '12:30:00')],
  'OBX-5 valueRatio[1]': [
    typed('SN', '^1^:^128', 'valueRatio', { numerator: { value: 1 }, denominator: { value: 128 } }),
  ],
  'OBX-5 valueRange[1]': [typed('SN', '^1^-^2', 'valueRange.high.value', 2)],
  'OBX-5 valueQuantity[1]': [typed('SN', '>=^182', 'valueQuantity', { value: 182, comparator: '>=' })],
  'OBX-5 valueSampedData':
    'SampledData needs an origin and a period, which the segment has not: its numbers are kept as text',
  'OBX-5 extension[1].url': [
    typed('ED', PDF, 'extension[0].url', ATTACHMENT),
    typed('RP', 'https://a', 'extension[0].url', ATTACHMENT),
  ],
  'OBX-5 extension[1].valueAttachment': [
    typed('ED', PDF, 'extension[0].valueAttachment', { contentType: 'application/pdf', data: 'QQ==' }),
    typed('RP', 'https://a^^image^PNG', 'extension[0].valueAttachment', { contentType: 'image/png', url: 'https://a' }),
  ],
  'OBX-6 valueQuantity[1]': [
    typed(
      'NM',
      '1',
      'valueQuantity',
      { value: 1, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' },
      'mg^^UCUM',
    ),
    typed('SN', '^1', 'valueQuantity.unit', 'mg', 'mg'),
  ],
  'OBX-6 valueRange[1].low': [typed('SN', '^1^-^2', 'valueRange.low.unit', 'mg', 'mg')],
  'OBX-6 valueRange[1].high': [typed('SN', '^1^-^2', 'valueRange.high.unit', 'mg', 'mg')],
  'OBX-6 valueRatio[1].numerator': [typed('SN', '^1^/^2', 'valueRatio.numerator.unit', 'mg', 'mg')],
  'OBX-6 valueRatio[1].denominator': [typed('SN', '^1^/^2', 'valueRatio.denominator.unit', 'mg', 'mg')],
  'OBX-7 referenceRange.text': [obx({ 7: '1-2' }, 'referenceRange[0].text', '1-2')],
  'OBX-8 interpretation': [
    obx({ 8: 'H~A' }, 'interpretation[1].coding[0]', {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
      code: 'A',
    }),
  ],
  'OBX-10 extension[2].uri': [obx({ 10: 'S' }, 'extension[0].url', core('observation-nature-of-abnormal-test'))],
  'OBX-10 extension[2].valueCodeableConcept': [
    obx({ 10: 'S' }, 'extension[0].valueCodeableConcept.coding[0].code', 'S'),
  ],
  'OBX-11 status': [obx({ 11: 'C' }, 'status', 'corrected')],
  'OBX-11 status.extension[1].url': [obx({ 11: 'X' }, '_status.extension[0].url', core('alternate-codes'))],
  'OBX-11 status.extension[1].valueCodeableConcept.coding.code': [
    obx({ 11: 'X' }, '_status.extension[0].valueCodeableConcept.coding[0].code', 'X'),
  ],
  'OBX-11 status.extension[1].valueCodeableConcept.coding.system': [
    obx({ 11: 'X' }, '_status.extension[0].valueCodeableConcept.coding[0].system', v2('0085')),
  ],
  'OBX-11 dataAbsentReason.coding[2].code': [obx({ 11: 'N' }, 'dataAbsentReason.coding[0].code', 'not-asked')],
  'OBX-11 dataAbsentReason.coding[2].system': [
    obx({ 11: 'N' }, 'dataAbsentReason.coding[0].system', 'http://terminology.hl7.org/CodeSystem/data-absent-reason'),
  ],
  'OBX-14 effectiveDateTime': [obx({ 14: '20200101' }, 'effectiveDateTime', '2020-01-01')],
  'OBX-15 performer[2](Organization)': [obx({ 15: 'O^Lab^L' }, 'performer[0].identifier.value', 'O')],
  'OBX-15 performer[2](PractitionerRole)': 'a producer is an organisation: the row before',
  'OBX-16 performer[1](PractitionerRole.practitioner(Practitioner))': [role(16, 'identifier.value', '9')],
  'OBX-16 performer[1](PractitionerRole.code.coding.code)': [role(16, `${FUNCTION}.code`, 'responsibleObserver')],
  'OBX-16 performer[1](PractitionerRole.code.coding.system)': [
    role(16, `${FUNCTION}.system`, 'http://terminology.hl7.org/CodeSystem/practitioner-role'),
  ],
  'OBX-17 method': [obx({ 17: 'M' }, 'method.coding[0].code', 'M')],
  'OBX-18 device(Device.identifier)': [obx({ 18: 'D^X' }, 'device.identifier.value', 'D')],
  'OBX-19 extension[2].url': [obx({ 19: '20200101' }, 'extension[0].url', core('observation-analysis-date-time'))],
  'OBX-19 extension[2].valueDateTime': [obx({ 19: '20200101' }, 'extension[0].valueDateTime', '2020-01-01')],
  'OBX-20 bodySite': [obx({ 20: 'B' }, 'bodySite.coding[0].code', 'B')],
  'OBX-21 identifier': [obx({ 21: 'I^X' }, 'identifier[0].value', 'I')],
  'OBX-21 identifier.type.coding.code': [obx({ 21: 'I^X' }, 'identifier[0].type.coding[0].code', 'FILL')],
  'OBX-23 performer[2](Organization)': [
    obx({ 23: 'Lab^^^^^A^^^^7' }, 'performer[0]', {
      type: 'Organization',
      identifier: { system: 'urn:hl7v2:F:A', value: '7' },
      display: 'Lab',
    }),
  ],
  'OBX-23 performer[2](PractitionerRole[1].organization(Organization))': [obx(director, 'performer[0].display', 'Lab')],
  'OBX-24 performer[2](Organization.address)': organizationAddress,
  'OBX-24 performer[2](PractitionerRole[1].organization(Organization.address))': organizationAddress,
  'OBX-25 performer[2](PractitionerRole[1].practitioner)': [role(25, 'display', 'Ann Doe')],
  'OBX-25 performer[2](PractitionerRole[1].code.coding.code)': [role(25, `${FUNCTION}.code`, 'MDIR')],
  'OBX-25 performer[2](PractitionerRole[1].code.coding.system)': [role(25, `${FUNCTION}.system`, v2('0912'))],
  'OBX-29 category[1].coding.code': [obx({ 29: 'RSLT' }, 'category[0].coding[0].code', 'RSLT')],
  'OBX-29 category[1].coding.system': [obx({ 29: 'RSLT' }, 'category[0].coding[0].system', v2('0936'))],
  'OBX-30 extension[2].url': [obx({ 30: 'AOE' }, 'extension[0].url', core('observation-structure-type'))],
  'OBX-30 extension[2].valueCodeableConcept.coding.code': [
    obx({ 30: 'AOE' }, 'extension[0].valueCodeableConcept.coding[0].code', 'AOE'),
  ],
  'OBX-30 extension[2].valueCodeableConcept.coding.system': [
    obx({ 30: 'AOE' }, 'extension[0].valueCodeableConcept.coding[0].system', core('observation-structure-type')),
  ],
  'OBX-33 extension[1].uri': severalSpecimens,
  'OBX-33 extension[1].valueReference(Group.member.entity(Specimen.identifier[1])': severalSpecimens,
  'OBX-33 extension[2].uri': severalSpecimens,
  'OBX-33 extension[2].valueReference(Group.member.entity(Specimen.identifier[2]))': severalSpecimens,
  'OBX-33 specimen(Specimen.identifier[1])': [obx({ 33: 'P' }, 'specimen.identifier.type.coding[0].code', 'PLAC')],
  'OBX-33 specimen(Specimen.identifier[2])': [obx({ 33: 'P^Q' }, 'specimen.identifier.value', 'Q')],
};

/** The same value twice makes two components. */
const twice = (examples: readonly Example[] | string | undefined, repeated = 'component[1].'): readonly Example[] =>
  typeof examples === 'string' || examples === undefined
    ? []
    : examples.map(({ fields, path, ...more }) => ({
        fields: { ...fields, 5: `${fields[5] ?? '1'}~${fields[5] ?? '1'}` },
        path: repeated + path,
        ...more,
      }));
const derived = 'which of the values are derived from the document only the sender knows';
const quantity = [...twice(OBSERVATION['OBX-5 valueQuantity.value'])];

export const COMPONENT: Rows = {
  // What is not of the values is as in an observation with one.
  ...Object.fromEntries(
    Object.entries(OBSERVATION)
      .filter(([key]) => !/^OBX-([567]|15|19|25) |\[1\]\.organization/.test(key))
      .map(([key, examples]) => [key, typeof examples === 'string' ? examples : twice(examples, '')]),
  ),
  'OBX-3 component[each].code': [...twice(OBSERVATION['OBX-3 code'])],
  'OBX-5 component[each].valueQuantity': quantity,
  'OBX-5 component[each].valueString': twice(OBSERVATION['OBX-5 valueString']),
  'OBX-5 component[each].valueCodeableConcept': [
    ...twice(OBSERVATION['OBX-5 valueCodeableConcept[1]']),
    ...twice(OBSERVATION['OBX-5 valueCodeableConcept']),
  ],
  'OBX-5 component[each].valuePeriod': twice(OBSERVATION['OBX-5 valuePeriod']),
  'OBX-5 component[each].valueDateTime': twice(OBSERVATION['OBX-5 valueDateTime']),
  'OBX-5 component[each].valueRange': twice(OBSERVATION['OBX-5 valueRange']),
  'OBX-5 component[each].valueTime': twice(OBSERVATION['OBX-5 valueTime']),
  'OBX-5 component[each].valueRatio[1]': twice(OBSERVATION['OBX-5 valueRatio[1]']),
  'OBX-5 component[each].valueRange[1]': twice(OBSERVATION['OBX-5 valueRange[1]']),
  'OBX-5 component[each].valueQuantity[1]': twice(OBSERVATION['OBX-5 valueQuantity[1]']),
  'OBX-5 component[each].extension[1].url': twice(OBSERVATION['OBX-5 extension[1].url']),
  'OBX-5 component[each].extension[1].valueAttachment': twice(OBSERVATION['OBX-5 extension[1].valueAttachment']),
  'OBX-5 derivedFrom(DocumentReference)': derived,
  'OBX-6 component[each].valueQuantity': twice(OBSERVATION['OBX-6 valueQuantity[1]']).slice(0, 1),
  'OBX-6 component[each].valueQuantity[1]': twice(OBSERVATION['OBX-6 valueQuantity[1]']).slice(1),
  'OBX-6 component[each].valueRange[1].low': twice(OBSERVATION['OBX-6 valueRange[1].low']),
  'OBX-6 component[each].valueRange[1].high': twice(OBSERVATION['OBX-6 valueRange[1].high']),
  'OBX-6 component[each].valueRatio[1].numerator': twice(OBSERVATION['OBX-6 valueRatio[1].numerator']),
  'OBX-6 component[each].valueRatio[1].denominator': twice(OBSERVATION['OBX-6 valueRatio[1].denominator']),
  'OBX-7 component[each].referenceRange.text': twice(OBSERVATION['OBX-7 referenceRange.text']),
  'OBX-15 extension??-producerIdentifier': noExtension,
  'OBX-19 extension[1].url': twice(OBSERVATION['OBX-19 extension[2].url'], ''),
  'OBX-19 extension[1].valueDateTime': twice(OBSERVATION['OBX-19 extension[2].valueDateTime'], ''),
  'OBX-23 performer[2](PractitionerRole.organization(Organization))': twice(
    OBSERVATION['OBX-23 performer[2](PractitionerRole[1].organization(Organization))'],
    '',
  ),
  'OBX-24 performer[2](PractitionerRole.organization(Organization.address))': organizationAddress,
  'OBX-25 performer[2](PractitionerRole)': twice(
    OBSERVATION['OBX-25 performer[2](PractitionerRole[1].practitioner)'],
    '',
  ),
  'OBX-25 performer[2](PractitionerRole.code.coding.value)': twice(
    OBSERVATION['OBX-25 performer[2](PractitionerRole[1].code.coding.code)'],
    '',
  ),
  'OBX-25 performer[2](PractitionerRole.code.coding.system)': twice(
    OBSERVATION['OBX-25 performer[2](PractitionerRole[1].code.coding.system)'],
    '',
  ),
};

const obr = (fields: Example['fields'], path: string, value: unknown, more: Partial<Example> = {}): Example =>
  is({ 3: 'f', 4: '1-1^X^LN', ...fields }, path, value, more);
const number = (field: 2 | 3, at: string): readonly Example[] => [obr({ [field]: 'n^A' }, at, 'n')];
const numbers = (field: 2 | 3, code: 'PLAC' | 'FILL', key: string): Rows => {
  const here = `identifier[${field === 2 ? 0 : 0}]`;
  const fields = field === 2 ? { 2: 'n^A' } : { 3: 'n^A' };
  return {
    [`OBR-${field} ${key}`]: number(field, `${here}.value`),
    [`OBR-${field} ${key}.type.coding.code`]: [obr(fields, `${here}.type.coding[0].code`, code)],
    [`OBR-${field} ${key}.type.coding.system`]: [obr(fields, `${here}.type.coding[0].system`, v2('0203'))],
  };
};
const PERSON = '9&Doe&Ann';
const performer = (field: number, path: string, wanted: string): readonly Example[] => [
  obr({ [field]: PERSON }, path, wanted),
];

export const REPORT: Rows = {
  ...numbers(2, 'PLAC', 'identifier[1]'),
  ...numbers(3, 'FILL', 'identifier[2]'),
  'OBR-4 code': [obr({}, 'code.coding[0].code', '1-1')],
  'OBR-7 effectiveDateTime': [obr({ 7: '20200101' }, 'effectiveDateTime', '2020-01-01')],
  'OBR-7 effectivePeriod.start': [obr({ 7: '20200101', 8: '20200102' }, 'effectivePeriod.start', '2020-01-01')],
  'OBR-8 effectivePeriod.end': [obr({ 7: '20200101', 8: '20200102' }, 'effectivePeriod.end', '2020-01-02')],
  'OBR-22 issued': [obr({ 22: '202001011200' }, 'issued', '2020-01-01T12:00:00+00:00')],
  'OBR-24 category': [obr({ 24: 'BLB' }, 'category[0].coding[0]', { system: v2('0074'), code: 'BLB' })],
  'OBR-25 status': [obr({ 25: 'C' }, 'status', 'corrected')],
  'OBR-32 resultsInterpreter(PractitionerRole)': performer(32, 'resultsInterpreter[0].display', 'Ann Doe'),
  'OBR-34 performer[1](PractitionerRole)': performer(34, 'performer[0].identifier.value', '9'),
  'OBR-34 performer[1].extension[1].url': performer(
    34,
    'performer[0].extension[0].url',
    core('event-performerFunction'),
  ),
  'OBR-34 performer[1].extension[1].valueCodeableConcept.coding.code': performer(
    34,
    `performer[0].${FUNCTION}.code`,
    'SPRF',
  ),
  'OBR-34 performer[1].extension[1].valueCodeableConcept.coding.system': performer(
    34,
    `performer[0].${FUNCTION}.system`,
    'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  ),
  'OBR-35 performer[2](PractitionerRole)': performer(35, 'performer[0].identifier.value', '9'),
  'OBR-35 performer[2].extension[1].url': performer(
    35,
    'performer[0].extension[0].url',
    core('event-performerFunction'),
  ),
  'OBR-35 performer[2].extension[1].valueCodeableConcept.coding.code': performer(
    35,
    `performer[0].${FUNCTION}.code`,
    'TRANS',
  ),
  'OBR-35 performer[2].extension[1].valueCodeableConcept.coding.system': performer(
    35,
    `performer[0].${FUNCTION}.system`,
    'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  ),
};

const parentOfMicro = 'how parents and children are told apart is not settled in the table';
const supporting = 'CodeableReference is a type of R5';

export const REQUEST: Rows = {
  'OBR intent': [obr({}, 'intent', 'order')],
  ...numbers(2, 'PLAC', 'identifier[1]'),
  ...numbers(3, 'FILL', 'identifier[2]'),
  'OBR-3 extension??-fingerprint[1]=fingerprint(ORC-2,ORC-3,....)': parentOfMicro,
  'OBR-4 code': [obr({}, 'code.coding[0].code', '1-1')],
  'OBR-5 priority': [obr({ 5: 'S' }, 'priority', 'stat')],
  'OBR-6 occurrenceDateTime': [obr({ 6: '20200101' }, 'occurrenceDateTime', '2020-01-01')],
  'OBR-11 intent': [
    obr({ 11: 'A' }, 'intent', 'order', {
      differs: 'the row has a note where a code should be: FHIR has no intent for an addition',
    }),
    obr({ 11: 'G' }, 'intent', 'reflex-order'),
    obr({ 11: 'L' }, 'intent', 'order'),
  ],
  'OBR-13 extension[1].url': supporting,
  'OBR-13 extension[1].valueCodeableReference.concept': supporting,
  'OBR-16 requester(Practitioner)': [
    obr({ 16: '9^Doe^Ann' }, 'requester', {
      type: 'Practitioner',
      identifier: { system: 'urn:hl7v2:F', value: '9' },
      display: 'Ann Doe',
    }),
  ],
  'OBR-17 requester.extension[1].url': [
    obr({ 17: '5552671' }, 'requester.extension[0].url', core('servicerequest-order-callback-phone-number')),
  ],
  'OBR-17 requester.extension[1].valueContactPoint': [
    obr({ 17: '5552671' }, 'requester.extension[0].valueContactPoint.value', '5552671'),
  ],
  'OBR-27 $this': 'a type (TQ) that is gone since version 2.6, whose map is not among the tables',
  'OBR-29 basedOn[1].identifier': [obr({ 29: 'P&A' }, 'basedOn[0].identifier.value', 'P')],
  'OBR-29 basedOn[1].type': [obr({ 29: 'P&A' }, 'basedOn[0].type', 'ServiceRequest')],
  'OBR-29 basedOn[2].identifier': [obr({ 29: 'P&A^Q&B' }, 'basedOn[1].identifier.system', 'urn:hl7v2:F:B')],
  'OBR-29 basedOn[2].type': [obr({ 29: '^Q&B' }, 'basedOn[0].type', 'ServiceRequest')],
  'OBR-29 extension??-parent.reference.id=ServiceRequest[??].extension??-fingerprint#[1](EIP.1,EIP.2,EIP,........)':
    parentOfMicro,
  'OBR-31 reasonCode': [obr({ 31: 'R^Why^L' }, 'reasonCode[0].coding[0].code', 'R')],
  'OBR-46 orderDetail[1]': [obr({ 46: 'A' }, 'orderDetail[0].coding[0].code', 'A')],
  'OBR-47 orderDetail[2]': [obr({ 46: 'A', 47: 'B' }, 'orderDetail[1].coding[0].code', 'B')],
  'OBR-53 identifier[3]': [obr({ 53: 'N^^^A' }, 'identifier[1].value', 'N')],
  'OBR-53 identifier[3].type.coding.code': [obr({ 53: 'N^^^A' }, 'identifier[1].type.coding[0].code', 'PLAC')],
  'OBR-53 identifier[3].type.coding.system': [obr({ 53: 'N^^^A' }, 'identifier[1].type.coding[0].system', v2('0203'))],
};

const spec = (fields: Example['fields'], path: string, value: unknown): readonly Example[] => [
  obr({ 15: 'BLD', ...fields }, path, value),
];
const fasting =
  'the field is free text or a local code: which of them says that somebody has fasted only the sender knows';

export const SPECIMEN: Rows = {
  'OBR-2 accessionIdentifier': 'whether the placer’s number is the accession’s only the sender knows',
  'OBR-7 collection.collectedDateTime': spec({ 7: '20200101' }, 'collection.collectedDateTime', '2020-01-01'),
  'OBR-7 collection.collectedPeriod.start': spec(
    { 7: '20200101', 8: '20200102' },
    'collection.collectedPeriod.start',
    '2020-01-01',
  ),
  'OBR-8 collection.collectedPeriod.end': spec(
    { 7: '20200101', 8: '20200102' },
    'collection.collectedPeriod.end',
    '2020-01-02',
  ),
  'OBR-9 collection.quantity': spec({ 9: '150^mL&milliliter&UCUM' }, 'collection.quantity', {
    value: 150,
    unit: 'milliliter',
    system: 'http://unitsofmeasure.org',
    code: 'mL',
  }),
  'OBR-10 collection.collector(Practitioner)': spec({ 10: '9^Doe^Ann' }, 'collection.collector.display', 'Ann Doe'),
  'OBR-13 collection.fastingStatusCodeableConcept': fasting,
  'OBR-13 collection.fastingStatusDuration': fasting,
  'OBR-14 receivedTime': spec({ 14: '20200101' }, 'receivedTime', '2020-01-01'),
  'OBR-15 $this': spec({ 15: 'BLD&Blood&HL70070^^draw^ARM&Arm&L' }, 'type.coding[0]', {
    system: v2('0070'),
    code: 'BLD',
    display: 'Blood',
  }),
  'OBR-39 note': spec({ 39: '^hard to draw' }, 'note[0].text', 'hard to draw'),
};
