import assert from 'node:assert/strict';
import type { FhirResource, Observation } from 'fhir/r4.js';
import { cleanse } from '../../../../src/domain/cleansing/cleanse.ts';
import { LOINC_MAP } from '../../../../src/domain/fhir/loinc.ts';
import { mapMessage, type Mapped } from '../../../../src/domain/fhir/v2/map.ts';
import { facilityOf } from '../../../../src/domain/fhir/v2/source.ts';
import { first, segment as segmentNamed } from '../../../../src/domain/hl7/message.ts';
import { parseMessage } from '../../../../src/domain/hl7/parse.ts';
import { messageOf } from '../../../../src/domain/hl7/told.ts';
import { zoneNamed } from '../../../../src/domain/instants.ts';
import { absent, filesOf, textOf } from '../../samples.ts';
import { at, map, only, PID, sender } from './support.ts';

const adt = (trigger: string): string => `MSH|^~\\&|A|F|||20200101||ADT^${trigger}|1|P|2.5.1`;

describe('mapping a message to FHIR', () => {
  it('knows the patient by the facility’s own number, and another facility’s as somebody else', () => {
    const id = (pid: string, facility = 'F'): unknown => map([pid], { facility }).patient?.id;
    assert.equal(id('PID|||1^^^A^MR||Family'), id('PID|9|0^^^B^SS|1^^^A^MR~2^^^B^SS||Other||19610615'));
    assert.notEqual(id('PID|||1^^^A^MR'), id('PID|||2^^^A^MR'));
    assert.notEqual(id('PID|||1^^^A^MR'), id('PID|||1^^^A^MR', 'G'));
  });

  it('takes the name of an authority for the facility’s, unless it is declared or universal', () => {
    const system = (pid: string): unknown =>
      map([pid], { systems: new Map([['MPI', 'https://mpi']]) }).patient?.identifier?.[0]?.system;
    assert.deepEqual(
      ['PID|||1^^^A B', 'PID|||1', 'PID|||1^^^MPI', 'PID|||1^^^X&1.2.3&ISO', 'PID|||1^^^&urn:x&URI'].map(system),
      ['urn:hl7v2:F:A%20B', 'urn:hl7v2:F', 'https://mpi', 'urn:oid:1.2.3', 'urn:x'],
    );
  });

  it('tells what a message empties from what it does not mention', () => {
    assert.deepEqual(map(['PID|||1||Family||""|||||||""||||||||||""']).cleared, [
      'birthDate',
      'telecom',
      'multipleBirth',
    ]);
    assert.deepEqual(map(['PID|||1||Family||||||""||""|""']).cleared, ['address', 'telecom']);
    assert.equal(map(['PID|||1||Family^""||""']).patient?.name?.[0]?.given, undefined);
  });

  it('reads a time without a zone in the source’s, and drops what is no time', () => {
    const zone = zoneNamed('Europe/Berlin');
    assert.ok(zone);
    const birth = (text: string): unknown =>
      at(map([`PID|||1||||${text}`], { zone }).patient, '_birthDate.extension[0].valueDateTime');
    assert.equal(birth('196107010800'), '1961-07-01T08:00:00+01:00');
    assert.equal(birth('196107010800-0500'), '1961-07-01T08:00:00-05:00');
    assert.equal(map(['PID|||1||||19610230']).patient?.birthDate, undefined);
  });

  it('says of a visit what the event says', () => {
    const status = (trigger: string, pv1 = 'PV1||I|||||||||||||||||7^^^V^VN'): unknown =>
      only(map([adt(trigger), PID, pv1]), 'Encounter')?.status;
    assert.deepEqual(
      ['A01', 'A03', 'A11', 'A08'].map((trigger) => status(trigger)),
      ['in-progress', 'finished', 'cancelled', 'unknown'],
    );
    const one = only(map([adt('A01'), PID, 'PV1||E|||||||||||||||||7^^^V^VN']), 'Encounter');
    const other = only(map([adt('A03'), PID, 'PV1||I|||||||||||||||||7^^^V^VN']), 'Encounter');
    assert.equal(one?.id, other?.id);
    assert.deepEqual([one?.class.code, other?.class.code], ['EMER', 'IMP']);
  });

  it('links a merged record to the one that replaces it', () => {
    const { patient } = map([adt('A40'), PID, 'MRG|2^^^A^MR']);
    assert.deepEqual(at(patient, 'link[0]'), {
      other: {
        type: 'Patient',
        identifier: {
          type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
          system: 'urn:hl7v2:F:A',
          value: '2',
        },
      },
      type: 'replaces',
    });
  });

  it('keeps contacts, allergies and diagnoses, a withdrawn one as an error', () => {
    const mapped = map([
      adt('A01'),
      PID,
      'NK1|1|Mother^Ann|MTH',
      'AL1|1|DA|P^Penicillin^L|SV|Rash',
      'DG1|1||K63.3^Ulcer^I10|||F',
      'DG1|2||K63.4^Ulcer^I10|||W|||||||||||||||D',
    ]);
    assert.equal(at(mapped.patient, 'contact[0].name.family'), 'Mother');
    const allergy = only(mapped, 'AllergyIntolerance');
    assert.deepEqual(
      [allergy?.category, allergy?.criticality, at(allergy, 'reaction[0].manifestation[0].text')],
      [['medication'], 'high', 'Rash'],
    );
    assert.deepEqual(
      mapped.resources
        .filter(({ resourceType }) => resourceType === 'Condition')
        .map((one) => at(one, 'verificationStatus.coding[0].code')),
      ['confirmed', 'entered-in-error'],
    );
  });
});

describe('mapping results', () => {
  const results = (mapped: Mapped): Observation[] =>
    mapped.resources.filter((one): one is Observation => one.resourceType === 'Observation');
  const report = (status: string, ...obx: string[]): Mapped =>
    map([PID, `OBR||p^A|f^A|1-1^X^LN|||||||||||||||||||||${status}`, ...obx]);

  it('knows a result again: preliminary, final, corrected are one observation', () => {
    // Each told later than the one before, also by the time of its observation.
    const [p, f, c] = ['P', 'F', 'C'].map((status, n) =>
      report(status, `OBX||NM|2-2^Y^LN||${n}||||||${status}|||2020010${n + 1}`),
    );
    assert.ok(p && f && c);
    assert.deepEqual(new Set([p, f, c].map((one) => results(one)[0]?.id)).size, 1);
    assert.deepEqual(
      [p, f, c].map((one) => [only(one, 'DiagnosticReport')?.status, results(one)[0]?.status]),
      [
        ['preliminary', 'preliminary'],
        ['final', 'final'],
        ['corrected', 'corrected'],
      ],
    );
    assert.equal(new Set([p, f, c].map((one) => only(one, 'DiagnosticReport')?.id)).size, 1);
  });

  it('tells apart what has another code, sub-id or place among its like', () => {
    const ids = results(
      report('F', 'OBX||NM|2-2||1||||||F', 'OBX||NM|2-2|a|1||||||F', 'OBX||NM|2-3||1||||||F', 'OBX||NM|2-2||9||||||F'),
    ).map(({ id }) => id);
    assert.equal(new Set(ids).size, 4);
  });

  it('keeps notes with what they stand behind, and a specimen’s observations out of the report', () => {
    const mapped = map([
      PID,
      'OBX||ST|9-9||of the patient||||||F',
      'OBR||p|f|1-1',
      'NTE|||of the order',
      'OBX||NM|2-2||1||||||F',
      'NTE|||of the result',
      'SPM|1|s^t||BLD',
      'OBX||NM|3-3||5||||||F',
    ]);
    const [first, second, third] = results(mapped);
    assert.deepEqual(
      [first?.valueString, second?.note, third?.note],
      ['of the patient', [{ text: 'of the result' }], undefined],
    );
    assert.deepEqual(at(only(mapped, 'ServiceRequest'), 'note'), [{ text: 'of the order' }]);
    const made = only(mapped, 'DiagnosticReport');
    assert.deepEqual(made?.result, [{ reference: `Observation/${second?.id}` }]);
    assert.deepEqual(made?.specimen, [{ reference: `Specimen/${only(mapped, 'Specimen')?.id}` }]);
  });

  it('loses no value that it cannot read: it is a text', () => {
    const values = [
      ['NM', '<5'],
      ['DT', 'soon'],
      ['TM', 'noon'],
      ['NR', 'a^b'],
      ['NA', '1^2~3^4'],
      ['XY', 'a^b'],
      ['ED', '^AP^^Hex^FF'],
    ];
    for (const [type, value] of values) {
      const [one] = results(report('F', `OBX||${type}|2-2||${value}||||||F`));
      assert.equal(typeof one?.valueString, 'string', type);
    }
  });

  it('gives a local code LOINC’s when the map has it for that facility, and lists it when not', () => {
    const own = {
      version: 7,
      entries: [{ facility: 'F', system: 'L', code: 'GLU', loinc: '1-8', display: 'D', source: 'test' }],
    };
    const mapped = mapMessage(
      parseMessage(
        Buffer.from(
          [
            `MSH|^~\\&|A|F|||20200101||ORU^R01|1|P|2.5.1`,
            PID,
            'OBR|||f|PANEL^P^L',
            'OBX||NM|GLU^Glucose^L||1||||||F',
            'OBX||NM|9-9^X^LN||1||||||F',
          ].join('\r'),
        ),
      ),
      sender,
      own,
    );
    assert.deepEqual(results(mapped)[0]?.code.coding, [
      { system: 'http://loinc.org', code: '1-8', display: 'D' },
      { system: 'urn:hl7v2:F:L', code: 'GLU', display: 'Glucose' },
    ]);
    assert.deepEqual([mapped.loincVersion, mapped.unmapped], [7, [{ facility: 'F', system: 'L', code: 'PANEL' }]]);
  });
});

describe('mapping the sample messages', () => {
  const read = (absent === '' ? filesOf('hl7v2', '.hl7') : []).map((file) => ({
    file,
    message: parseMessage(Buffer.from(textOf(`hl7v2/${file}`)), { charset: 'UNICODE UTF-8' }),
  }));
  /** Whether a message is integrated or not, it can be mapped; those without an identity are left out. */
  const all = (): { file: string; mapped: Mapped; integrated: boolean }[] =>
    read
      .filter(({ message }) => first(segmentNamed(message, 'MSH'), 4) !== '')
      .map(({ file, message }) => {
        const { integrated, sender: facility } = messageOf(message, sender);
        return { file, integrated, mapped: mapMessage(message, { ...sender, facility: facilityOf(facility) }) };
      });
  const resourcesOf = ({ patient, resources }: Mapped): FhirResource[] => [...(patient ? [patient] : []), ...resources];

  it(`makes the same bytes twice, ids that are unique, and references that lead somewhere${absent}`, function () {
    if (absent !== '') this.skip();
    const once = all();
    assert.equal(JSON.stringify(once), JSON.stringify(all()));
    assert.ok(once.filter(({ integrated }) => integrated).length >= 13);
    for (const { file, mapped } of once) {
      const known = resourcesOf(mapped).map(({ resourceType, id }) => `${resourceType}/${id}`);
      assert.equal(new Set(known).size, known.length, file);
      const text = JSON.stringify(resourcesOf(mapped));
      for (const [, reference] of text.matchAll(/"reference":"([^"]+)"/g))
        assert.ok(known.includes(reference ?? ''), `${file}: ${reference}`);
      assert.ok(!text.includes('""'), `${file}: nothing is empty`);
    }
  });

  it(`cleanses what it has made, and the same bytes twice${absent}`, function () {
    if (absent !== '') this.skip();
    for (const { file, mapped } of all())
      for (const resource of resourcesOf(mapped)) {
        const once = cleanse(resource, { country: 'US' });
        assert.deepEqual(cleanse(once.resource, { country: 'US' }), { resource: once.resource, changes: [] }, file);
      }
  });

  it(`lists the local codes that no map knows${absent}`, function () {
    if (absent !== '') this.skip();
    const integrated = all().filter((one) => one.integrated);
    const unmapped = integrated.flatMap(({ mapped }) => mapped.unmapped);
    // Its words ("Serum or Plasma") are not those of LOINC's 1063-7.
    assert.deepEqual(unmapped, [
      { facility: '2.16.840.1.122848.1.30', system: '', code: '5555' },
      { facility: '2.16.840.1.114222.4.1.10411', system: 'XYZ', code: '1063-7' },
    ]);
    const codes = new Set(
      all().flatMap(({ mapped }) => JSON.stringify(mapped.resources).match(/"code":"[^"]+"/g) ?? []),
    );
    for (const { code, loinc } of LOINC_MAP.entries)
      assert.ok(codes.has(`"code":"${code}"`) && codes.has(`"code":"${loinc}"`), code);
  });
});
