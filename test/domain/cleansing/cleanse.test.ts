import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FhirResource, Observation, Patient } from 'fhir/r4.js';
import { cleanse, RULES } from '../../../src/domain/cleansing/cleanse.ts';
import { absent, resourcesIn } from '../samples.ts';

/** Words that rules are about, among letters of all kinds. */
const words = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'Dr.',
      'MR',
      'jr',
      'III',
      'SMITH',
      "o'brien",
      'mcdonald',
      '21ST',
      'PO',
      'usa',
      'Ontario',
      'n.y.',
      'GB',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '999990000',
      '12345',
      'k1a 0b1',
      '(415) 555-2671',
      '+44 20 7946 0958',
      'x12',
      'a@B.C',
      'tel:',
      '536-22-1234',
      '9434765919',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom('1961-02-30', '19610615', '1961-06-00', 'mg/dl', 'G/L', '10^9/L', '°F') },
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('ß', 'ﬁ', 'ΐ', 'İ', 'ǰ', 'Ǆ', 'ŉ', 'e\u0301', '\u00ad', '\ufeff', '\t', 'constructor', '__proto__'),
);
const text = fc
  .array(words, { maxLength: 4 })
  .chain((parts) => fc.constantFrom(' ', ', ', '', '-', "'", '. ').map((by) => parts.join(by)));
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const texts = fc.array(text, { maxLength: 3 });
const record = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

const names = fc.array(
  record({ use: fc.constantFrom('usual', 'old'), text, family: text, given: texts, prefix: texts, suffix: texts }),
  { maxLength: 3 },
);
const addresses = fc.array(
  record({ line: texts, city: text, district: text, state: text, postalCode: text, country: text }),
  { maxLength: 3 },
);
const telecoms = fc.array(
  record({ system: fc.constantFrom('phone', 'email', 'fax'), use: fc.constantFrom('home', 'work'), value: text }),
  { maxLength: 3 },
);
const identifiers = fc.array(
  record({
    type: fc.constantFrom('SS', 'VS', 'MR').map((code) => ({ coding: [{ code }] })),
    system: fc.oneof(
      fc.constantFrom(
        'http://hl7.org/fhir/sid/us-ssn',
        'https://fhir.nhs.uk/Id/nhs-number',
        'urn:oid:2.16.840.1.113883.4.6',
      ),
      text,
    ),
    value: text,
  }),
  { maxLength: 3 },
);
const someone = { identifier: identifiers, name: names, address: addresses, telecom: telecoms };
const patients = record({
  ...someone,
  gender: text,
  birthDate: text,
  deceasedDateTime: text,
  contact: fc.array(record({ ...someone, name: names.map(([first]) => first ?? {}) }), { maxLength: 2 }),
}).map((values) => ({ resourceType: 'Patient', ...values }) as unknown as Patient);
const quantity = record({
  value: fc.double({ noNaN: true }),
  unit: text,
  code: text,
  system: fc.constantFrom('http://unitsofmeasure.org', 'urn:x'),
});
const observations = record({ valueQuantity: quantity, component: fc.array(record({ valueQuantity: quantity })) }).map(
  (values) => ({ resourceType: 'Observation', status: 'final', code: {}, ...values }) as Observation,
);
const contexts = fc
  .record({ country: optional(fc.constantFrom('US', 'GB', 'AU', 'AQ')), day: optional(fc.constant('2020-05-05')) })
  .map(({ country, day }) => ({
    ...(country === undefined ? {} : { country }),
    ...(day === undefined ? {} : { day }),
  }));

/** Everything that is promised of one resource, whatever it is. */
function check(resource: FhirResource, context: Parameters<typeof cleanse>[1]): void {
  const before = JSON.stringify(resource);
  const once = cleanse(resource, context);
  assert.equal(JSON.stringify(resource), before, 'what came is not touched');
  const twice = cleanse(once.resource, context);
  assert.equal(JSON.stringify(twice.resource), JSON.stringify(once.resource));
  assert.deepEqual(twice.changes, []);
  // Told exactly when something is changed.
  assert.equal(once.changes.length > 0, JSON.stringify(once.resource) !== before, 'told when changed');
  for (const change of once.changes) {
    assert.ok(RULES.some(({ name, version }) => name === change.rule && version === change.version));
    assert.match(change.path, /^[A-Z][A-Za-z]+(\.[A-Za-z_]+(\[\d+\])?)*$/);
  }
}

describe('cleansing', () => {
  it('of a patient gives the same bytes twice, tells what it changed and no values, and touches nothing else', () => {
    fc.assert(fc.property(patients, contexts, check), { numRuns: 3000 });
  });

  it('of an observation does so too', () => {
    fc.assert(fc.property(observations, contexts, check), { numRuns: 1000 });
  });

  it(`of every resource of Synthea and US Core does so too${absent}`, function () {
    if (absent !== '') this.skip();
    const resources = resourcesIn('synthea-r4', 'us-core');
    assert.ok(resources.length > 400);
    for (const resource of resources) for (const context of [{}, { country: 'US' }]) check(resource, context);
  });

  it('of what is not as FHIR has it leaves that alone, and never fails', () => {
    const odd = fc.oneof(
      fc.anything({ values: [fc.string(), fc.integer(), fc.constant(null)] }),
      text,
      names,
      addresses,
      telecoms,
      identifiers,
    );
    const part = fc.dictionary(
      fc.constantFrom(
        'family',
        'given',
        'value',
        'system',
        'type',
        'coding',
        'line',
        'country',
        'unit',
        'code',
        'period',
      ),
      fc.oneof(fc.jsonValue(), text, texts),
    );
    const resources = fc
      .dictionary(
        fc.constantFrom(
          'identifier',
          'name',
          'address',
          'telecom',
          'contact',
          'gender',
          'birthDate',
          'deceasedDateTime',
          'x',
        ),
        fc.oneof(odd, part, fc.array(part)),
      )
      // As it comes from a file.
      .map((values) => JSON.parse(JSON.stringify({ ...values, resourceType: 'Patient' })) as Patient);
    fc.assert(fc.property(resources, contexts, check), { numRuns: 3000 });
  });

  it('names each rule once, with its version', () => {
    assert.equal(new Set(RULES.map(({ name }) => name)).size, RULES.length);
    for (const { version } of RULES) assert.ok(version >= 1);
  });

  it('tells the path in the resource as it came', () => {
    const { resource, changes } = cleanse<Patient>({
      resourceType: 'Patient',
      name: [{ use: 'old' }, { family: 'DUCK' }, { family: 'Duck' }],
      contact: [{ name: { family: 'DUCK' }, telecom: [{ system: 'phone', value: '' }] }],
    });
    assert.deepEqual(resource, {
      resourceType: 'Patient',
      name: [{ family: 'Duck' }],
      contact: [{ name: { family: 'Duck' } }],
    });
    assert.deepEqual(
      changes.map(({ rule, path }) => `${rule} ${path}`),
      [
        'name.text Patient.name[0]',
        'name.case Patient.name[1].family',
        'list.distinct Patient.name[2]',
        'name.case Patient.contact[0].name.family',
        'telecom.text Patient.contact[0].telecom[0]',
      ],
    );
  });
});
