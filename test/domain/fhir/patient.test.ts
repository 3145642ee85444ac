import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cleanse, lacks, PatientRefused, toIntegration, type Patient } from '../../../src/domain/fhir/patient.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { Integration } from '../../../src/contracts/patients.ts';

const hmac =
  (key: string) =>
  (text: string): string =>
    createHmac('sha256', key).update(text).digest('hex');
const integration = <P extends Patient>(patient: P, key = 'k'): ReturnType<typeof toIntegration<P>> =>
  toIntegration(patient, hmac(key), sha256);

const patient = {
  resourceType: 'Patient' as const,
  meta: { versionId: '3' },
  identifier: [
    { system: 'urn:mrn', value: 'A-1' },
    { system: 'urn:ssn', value: '999-99-9999' },
    { system: 'urn:mrn', value: ' A-1 ' },
  ],
  name: [{ family: '  Mu\u0308ller\n', given: [' Ann  Marie ', ' '] }],
  birthDate: '1950-02-03 ',
  gender: 'Female',
};

describe('a patient to integrate', () => {
  it('is known by its first identifier, in every version', () => {
    const later = integration({ ...patient, meta: { versionId: '4' }, name: [{ family: 'Other' }] });
    assert.equal(later.patientRef, integration(patient).patientRef);
    assert.notEqual(later.versionRef, integration(patient).versionRef);
  });

  it('has a version by its content where the source tells none', () => {
    const { meta: _meta, ...bare } = patient;
    assert.equal(integration(bare).versionRef, integration({ ...bare }).versionRef);
    assert.notEqual(integration(bare).versionRef, integration({ ...bare, gender: 'male' }).versionRef);
  });

  it('names each identifier once, and shows none of them', () => {
    const { patientRef, versionRef, identifiers } = integration(patient);
    assert.equal(identifiers.length, 2);
    const readable = JSON.stringify({ patientRef, versionRef, identifiers });
    for (const secret of ['A-1', '999-99-9999', 'urn:mrn', 'ller']) assert.ok(!readable.includes(secret));
  });

  it('is another under another key', () => {
    assert.notEqual(integration(patient, 'k1').patientRef, integration(patient, 'k2').patientRef);
  });

  it('is refused, with a code, when it has no identifier with system and value', () => {
    for (const identifier of [undefined, [], [{ value: 'A-1' }], [{ system: 'urn:mrn', value: ' ' }]])
      assert.throws(
        () => integration({ ...patient, identifier }),
        (error) => error instanceof PatientRefused && error.code === 'no-identifier',
      );
  });

  it('fits the contract', () => {
    assert.ok(Integration.safeParse(integration(patient)).success);
  });
});

describe('cleansing a patient', () => {
  it('trims and folds white space, composes letters, and writes codes in lower case', () => {
    const clean = cleanse(patient);
    assert.deepEqual(clean.name, [{ family: 'Müller', given: ['Ann Marie'] }]);
    assert.deepEqual([clean.gender, clean.birthDate], ['female', '1950-02-03']);
  });

  it('gives the same bytes twice as once, and leaves what it does not know untouched', () => {
    const clean = cleanse({ ...patient, maritalStatus: { text: ' Married ' } });
    assert.equal(JSON.stringify(cleanse(clean)), JSON.stringify(clean));
    assert.deepEqual(clean.maritalStatus, { text: ' Married ' });
  });

  it('says what a record lacks', () => {
    assert.equal(lacks(cleanse(patient)), undefined);
    assert.equal(lacks({ birthDate: '1950' }), 'NameMissing');
    assert.equal(lacks({ name: [{ family: 'A' }], birthDate: '3 Feb 1950' }), 'BirthDateMissing');
  });
});

const samples = new URL('../../../../shared/data/synthea-r4/', import.meta.url);

describe('real patients', () => {
  it('of Synthea can all be integrated (skipped where ../shared/data is absent)', function () {
    if (!existsSync(samples)) this.skip();
    const patients = readdirSync(samples)
      .filter((name) => name.endsWith('.json'))
      .flatMap(
        (name) =>
          (
            JSON.parse(readFileSync(new URL(name, samples), 'utf8')) as {
              entry?: { resource: Patient & { resourceType: string } }[];
            }
          ).entry ?? [],
      )
      .map(({ resource }) => resource)
      .filter(({ resourceType }) => resourceType === 'Patient');
    assert.ok(patients.length > 0);
    for (const each of patients) {
      assert.equal(lacks(cleanse(each)), undefined);
      assert.ok(Integration.safeParse(integration(each)).success);
    }
    assert.equal(new Set(patients.map((each) => integration(each).patientRef)).size, patients.length);
  });
});
