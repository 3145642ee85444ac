import assert from 'node:assert/strict';
import type { Patient } from 'fhir/r4.js';
import { cleanse } from '../../../src/domain/cleansing/cleanse.ts';
import { featuresOf } from '../../../src/domain/fhir/features.ts';
import { absent, resourcesIn } from '../samples.ts';

const patient = (values: Omit<Patient, 'resourceType'>): Patient => ({ resourceType: 'Patient', ...values });

describe('the features of a patient', () => {
  it('are of the names, addresses and numbers that are in use', () => {
    assert.deepEqual(
      featuresOf(
        patient({
          name: [
            { use: 'maiden', family: 'Rowe' },
            { use: 'official', family: 'Shaw', given: ['Amy'], period: { end: '2020-07-22' } },
            { use: 'usual', family: 'Baxter', given: ['Amy', 'V.'] },
          ],
          gender: 'female',
          birthDate: '1987-02',
          address: [
            { use: 'work', line: ['1 Office Park'] },
            { line: ['49 Meadow St'], period: { start: '2016' } },
            {
              line: ['183 Mountain View St', 'Apt 2'],
              city: 'Mounds',
              state: 'OK',
              postalCode: '74048',
              period: { start: '2020' },
            },
          ],
          telecom: [
            { system: 'email', value: 'a@b.c' },
            { system: 'phone', value: '+1', use: 'work' },
            { system: 'phone', value: '+2', use: 'home' },
          ],
        }),
      ),
      {
        family: 'Baxter',
        given: 'Amy V.',
        birthDate: '1987-02',
        sex: 'female',
        street: '183 Mountain View St',
        city: 'Mounds',
        postcode: '74048',
        state: 'OK',
        phone: '+2',
      },
    );
  });

  it('hold numbers of the person, and none of a visit, an account or of nobody', () => {
    const typed = (code: string): { coding: { code: string }[] } => ({ coding: [{ code }] });
    const { identifiers } = featuresOf(
      patient({
        identifier: [
          { type: typed('MR'), system: 'urn:a', value: '1' },
          { type: typed('VN'), system: 'urn:a', value: '2' },
          { system: 'urn:b', value: '3' },
          { value: '4' },
          { system: 'urn:c', value: '5', period: { end: '2020' } },
        ],
      }),
    );
    assert.deepEqual(identifiers, [
      { system: 'urn:a', value: '1' },
      { system: 'urn:b', value: '3' },
    ]);
  });

  it('are none of what a source does not say', () => {
    assert.deepEqual(featuresOf(patient({ name: [{ text: 'X' }], telecom: [{ use: 'home' }], identifier: [] })), {});
  });

  it(`are there for every patient of Synthea and US Core${absent}`, function () {
    if (absent !== '') this.skip();
    const patients = resourcesIn('synthea-r4', 'us-core').filter(
      (one): one is Patient => one.resourceType === 'Patient',
    );
    assert.equal(patients.length, 6);
    for (const one of patients) {
      const { family, given, birthDate, identifiers, postcode } = featuresOf(cleanse(one).resource);
      assert.ok(family && given && birthDate && postcode && identifiers?.length);
    }
  });
});
