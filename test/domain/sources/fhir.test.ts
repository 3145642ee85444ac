import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { type FhirOptions, readFhir } from '../../../src/domain/sources/fhir.ts';
import { type Limits, LIMITS } from '../../../src/domain/sources/limits.ts';
import { SourceRefused } from '../../../src/domain/sources/refused.ts';

const read = (json: unknown, options?: FhirOptions) => readFhir(Buffer.from(JSON.stringify(json)), options);
/** Entries in short: key, patient, or why there is none. */
const inShort = (json: unknown, options?: FhirOptions) =>
  read(json, options).map((entry) => {
    if (entry.refused) return entry.refused.message;
    const { key, patient } = entry;
    return `${key} of ${patient.key === null ? `${patient.identifier.system}|${patient.identifier.value}` : `${patient.key}${patient.resource ? ' here' : ''}`}`;
  });
const bundle = (...entries: unknown[]) => ({ resourceType: 'Bundle', type: 'transaction', entry: entries });
const observation = (subject: unknown, id = 'o1') => ({ resourceType: 'Observation', id, subject });
const to = (reference: string) => ({ reference });
const ottilie = { resourceType: 'Patient', id: 'p1', name: [{ family: 'Quastenflosser' }] };
const URN = 'urn:uuid:5f0e3f5c-0000-4000-8000-000000000001';
const BASE = 'https://nordklinik.example/fhir';

describe('a FHIR file', () => {
  it('is a resource or a bundle, in UTF-8, with a byte order mark or without', () => {
    deepStrictEqual(inShort(ottilie), ['Patient/p1 of Patient/p1 here']);
    deepStrictEqual(inShort(bundle({ resource: ottilie }, { resource: observation(to('Patient/p1')) })), [
      'Patient/p1 of Patient/p1 here',
      'Observation/o1 of Patient/p1 here',
    ]);
    deepStrictEqual(inShort({ resourceType: 'Bundle', type: 'searchset' }), []);
    strictEqual(readFhir(Buffer.from(`\uFEFF${JSON.stringify(ottilie)}`)).length, 1);
  });

  it('that is none is refused, and its text is not told', () => {
    const refuses = (message: string, text: string | Uint8Array) =>
      throws(() => readFhir(Buffer.from(text)), { name: 'SourceRefused', message });
    for (const text of [
      '',
      '{',
      '{"resourceType":"Patient"}}',
      '{"resourceType":"Patient","name":Quastenflosser}',
      '"\t"',
    ])
      refuses('json-malformed: file', text);
    for (const json of [
      null,
      'Patient',
      7,
      [],
      {},
      { resourceType: 'patient' },
      { resourceType: 7 },
      { resourceType: 'Patient', id: 7 },
      { resourceType: 'Patient', id: '../1' },
      { resourceType: 'Patient', meta: 'x' },
      { resourceType: 'Patient', identifier: 'x' },
    ])
      // prettier-ignore
      refuses('not-fhir: resourceType', JSON.stringify(json));
    refuses('not-fhir: entry', JSON.stringify({ resourceType: 'Bundle', entry: {} }));
    refuses('not-utf8: file', Buffer.from([0x22, 0xe4, 0x22]));
    refuses('control-character: file', JSON.stringify({ ...ottilie, name: 'a\0b' }));
    refuses('control-character: file', JSON.stringify({ ...ottilie, name: ['\ud800'] }));
    refuses('control-character: file', JSON.stringify({ ...ottilie, '\udfff': 1 }));
    refuses('time-malformed: timestamp', JSON.stringify({ ...bundle(), timestamp: '2024-03-01' }));
    deepStrictEqual(inShort({ ...ottilie, name: 'C:\\u0000 💉' }), ['Patient/p1 of Patient/p1 here']);
  });

  it('keeps to its limits', () => {
    const within = (limits: Partial<Limits>, json: unknown) => read(json, { limits: { ...LIMITS, ...limits } });
    const refuses = (message: string, limits: object, json: unknown) =>
      throws(() => within(limits, json), { name: 'SourceRefused', message });
    const nested = (depth: number): object => ({
      ...ottilie,
      x: JSON.parse('['.repeat(depth - 1) + ']'.repeat(depth - 1)) as unknown,
    });
    strictEqual(within({}, nested(LIMITS.depth)).length, 1);
    refuses('too-deep: file', {}, nested(LIMITS.depth + 1));
    throws(() => readFhir(Buffer.from('['.repeat(1_000_000))), { message: 'too-deep: file' });
    const three = { ...ottilie, name: 'a,{[b\\",' }; // one object, two commas: three members
    strictEqual(within({ values: 3 }, three).length, 1);
    refuses('too-many-values: file', { values: 2 }, three);
    refuses('too-many-entries: entry 2', { entries: 1 }, bundle({ resource: ottilie }, { resource: ottilie }));
    const size = JSON.stringify(ottilie).length;
    strictEqual(within({ fhirBytes: size }, ottilie).length, 1);
    refuses(`file-too-large: byte ${size}`, { fhirBytes: size - 1 }, ottilie);
  });
});

describe('an entry', () => {
  it('is of the patient that it refers to: by fullUrl, by its name at the server, by an address', () => {
    deepStrictEqual(
      inShort(bundle({ fullUrl: URN, resource: { ...ottilie, id: undefined } }, { resource: observation(to(URN)) })),
      [`${URN} of ${URN} here`, `Observation/o1 of ${URN} here`],
    );
    deepStrictEqual(inShort(bundle({ fullUrl: URN, resource: ottilie }, { resource: observation(to(URN)) })), [
      'Patient/p1 of Patient/p1 here',
      'Observation/o1 of Patient/p1 here',
    ]);
    deepStrictEqual(inShort(observation(to('Patient/p1/_history/3'))), ['Observation/o1 of Patient/p1']);
    deepStrictEqual(inShort(observation(to(`${BASE}/Patient/p1`))), [`Observation/o1 of ${BASE}/Patient/p1`]);
    // relative to where the entry itself is
    const apart = bundle(
      { fullUrl: `${BASE}/Patient/p1`, resource: ottilie },
      { fullUrl: `${BASE}/Observation/o1`, resource: observation(to('Patient/p1')) },
      { fullUrl: 'https://elsewhere.example/Observation/o1', resource: observation(to('Patient/p1')) },
    );
    deepStrictEqual(inShort(apart), [
      `${BASE}/Patient/p1 of ${BASE}/Patient/p1 here`,
      `${BASE}/Observation/o1 of ${BASE}/Patient/p1 here`,
      'https://elsewhere.example/Observation/o1 of https://elsewhere.example/Patient/p1',
    ]);
    // and told as the source tells it, by its own address
    deepStrictEqual(inShort(apart, { base: `${BASE}/` }).slice(0, 2), [
      'Patient/p1 of Patient/p1 here',
      'Observation/o1 of Patient/p1 here',
    ]);
    deepStrictEqual(inShort(observation(to(`${BASE}/Patient/p1`)), { base: BASE }), ['Observation/o1 of Patient/p1']);
  });

  it('says whom it is about in the element of its kind', () => {
    for (const [resourceType, element] of [
      ['Immunization', 'patient'],
      ['Condition', 'subject'],
      ['Coverage', 'beneficiary'],
      ['ResearchSubject', 'individual'],
      ['Task', 'for'],
    ] as const)
      deepStrictEqual(inShort({ resourceType, id: '1', [element]: to('Patient/p1') }), [
        `${resourceType}/1 of Patient/p1`,
      ]);
    deepStrictEqual(inShort({ resourceType: 'Account', id: '1', subject: [to('Device/d'), to('Patient/p1'), to('Patient/p1')] }), ['Account/1 of Patient/p1']); // prettier-ignore
    const twice = { resourceType: 'Account', id: '1', subject: [to('Patient/p1'), to('Patient/p2')] };
    deepStrictEqual(inShort(twice), ['several-patients: resource']);
  });

  it('may be about somebody by an identifier alone', () => {
    const identifier = { system: 'urn:oid:1.2.3', value: '4711' };
    deepStrictEqual(inShort(observation({ identifier })), ['Observation/o1 of urn:oid:1.2.3|4711']);
    deepStrictEqual(inShort(observation({ identifier, type: 'Group' })), ['no-patient: resource']);
    deepStrictEqual(inShort(observation(to('Patient?identifier=urn:oid:1.2.3%7C4711'))), [
      'Observation/o1 of urn:oid:1.2.3|4711',
    ]);
    deepStrictEqual(inShort({ ...ottilie, id: undefined, identifier: [{ value: '1' }, identifier] }), [
      'null of urn:oid:1.2.3|4711',
    ]);
    for (const query of ['name=x', 'identifier=4711', 'identifier=a|b&name=x', 'identifier=%zz', ''])
      deepStrictEqual(inShort(observation(to(`Patient?${query}`))), ['patient-unresolved: resource']);
    deepStrictEqual(inShort(observation({ identifier: { value: '4711' } })), ['patient-unresolved: resource']);
  });

  it('of nobody, or of nobody who can be told, is kept with the reason', () => {
    for (const json of [
      { resourceType: 'Organization', id: '1' },
      observation(undefined),
      observation(to('Group/g')),
      observation(to(`${BASE}/Device/d`)),
      observation('Patient/p1'),
    ])
      // prettier-ignore
      deepStrictEqual(inShort(json), ['no-patient: resource']);
    for (const reference of ['#p', URN, 'urn:oid:1.2.3', 'p1', 'patient/p1', '', 'Patient/', 'Patient/p 1'])
      deepStrictEqual(inShort(observation(to(reference))), ['patient-unresolved: resource'], reference);
    deepStrictEqual(inShort(observation({ display: 'Ottilie' })), ['patient-unresolved: resource']);
    deepStrictEqual(inShort({ ...ottilie, id: undefined }), ['patient-unresolved: resource']);
    const group = { fullUrl: URN, resource: { resourceType: 'Group', id: 'g' } };
    deepStrictEqual(inShort(bundle(group, { resource: observation(to(URN)) }))[1], 'no-patient: entry 2');
    const [kept] = read(bundle({ fullUrl: 'x', resource: { resourceType: 'Organization', id: '1' } }));
    deepStrictEqual(kept?.refused && kept.json, { fullUrl: 'x', resource: { resourceType: 'Organization', id: '1' } });
  });

  it('of a history is of the patient as he was last', () => {
    const version = (family: string) => ({
      fullUrl: `${BASE}/Patient/p1`,
      resource: { ...ottilie, name: [{ family }] },
    });
    const about = { fullUrl: `${BASE}/Observation/o1`, resource: observation(to('Patient/p1')) };
    const [entry] = read(bundle(about, version('Quastenflosser'), version('Lungenfisch')));
    deepStrictEqual(!entry?.refused && entry?.patient.key !== null && entry?.patient.resource?.name, [
      { family: 'Quastenflosser' },
    ]);
  });

  it('that tells where others are from is of their patient', () => {
    const provenance = (...target: string[]) => ({
      resource: { resourceType: 'Provenance', id: 'v', target: target.map(to) },
    });
    const others = [{ resource: ottilie }, { resource: observation(to('Patient/p1')) }, { resource: observation(to('Patient/p2'), 'o2') }, { resource: { resourceType: 'Organization', id: 'x' } }]; // prettier-ignore
    const of = (...target: string[]) => inShort(bundle(...others, provenance(...target))).at(-1);
    strictEqual(of('Observation/o1/_history/1', 'Patient/p1'), 'Provenance/v of Patient/p1 here');
    strictEqual(of('Observation/o1', 'Observation/o2'), 'several-patients: entry 5');
    strictEqual(of('Observation/o1', 'Organization/x'), 'Provenance/v of Patient/p1 here');
    strictEqual(of('Observation/elsewhere'), 'patient-unresolved: entry 5');
    strictEqual(of('Patient/elsewhere'), 'patient-unresolved: entry 5');
    strictEqual(of('Provenance/v'), 'no-patient: entry 5');
    strictEqual(of('Organization/x'), 'no-patient: entry 5');
  });

  it('that is no resource costs the others nothing', () => {
    const entries = [
      null,
      {},
      { request: { method: 'DELETE', url: 'Patient/p1' } },
      { resource: null },
      { resource: { resourceType: 'Bundle' } },
      { fullUrl: 7, resource: ottilie },
    ];
    deepStrictEqual(inShort(bundle(...entries)), [
      'not-fhir: entry 1',
      'entry-empty: entry 2',
      'entry-empty: entry 3',
      'not-fhir: entry 4',
      'bundle-nested: entry 5',
      'Patient/p1 of Patient/p1 here',
    ]);
  });

  it('was said when its source says, else when the bundle was made, else before all that is told', () => {
    const times = (json: unknown) =>
      read(json).map((entry) => (entry.refused ? entry.refused.message : [entry.version, entry.updated]));
    const at = (meta: object) => ({ resource: { ...ottilie, meta } });
    const lastUpdated = '2024-03-01T08:30:00.5+01:00';
    deepStrictEqual(
      times(bundle(at({ lastUpdated, versionId: '3' }), at({ lastUpdated }), at({ versionId: '4' }), at({}))),
      [
        ['3', '2024-03-01T07:30:00.500000Z'],
        [lastUpdated, '2024-03-01T07:30:00.500000Z'],
        ['4', null],
        [null, null],
      ],
    );
    const made = { meta: { lastUpdated: '2024-01-01T00:00:00Z' } };
    deepStrictEqual(times({ ...bundle(at({})), ...made }), [[null, '2024-01-01T00:00:00.000000Z']]);
    deepStrictEqual(times({ ...bundle(at({ lastUpdated }), at({})), ...made, timestamp: '2024-02-01T00:00:00Z' }), [
      [lastUpdated, '2024-03-01T07:30:00.500000Z'],
      [null, '2024-02-01T00:00:00.000000Z'],
    ]);
    for (const malformed of ['2024-03-01', '2024-02-30T00:00:00Z', '2024-03-01T08:30:00', '', 7, null])
      deepStrictEqual(times(bundle(at({ lastUpdated: malformed }))), ['time-malformed: entry 1, meta.lastUpdated']);
  });

  it('of any JSON is read or refused, and by nothing else', () => {
    const name = fc.constantFrom('resourceType', 'id', 'meta', 'lastUpdated', 'versionId', 'identifier', 'system', 'value', 'subject', 'patient', 'target', 'reference', 'type', 'entry', 'resource', 'fullUrl', 'timestamp', '__proto__'); // prettier-ignore
    const text = fc.constantFrom('Patient', 'Observation', 'Provenance', 'Bundle', 'p1', 'Patient/p1', 'Patient?identifier=a|b', URN, `${BASE}/Patient/p1`, '#x', '', '2024-03-01T08:30:00Z'); // prettier-ignore
    const { json } = fc.letrec<{ json: unknown; object: object }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.constantFrom(null, 0, true),
        tie('object'),
        fc.array(tie('json'), { maxLength: 3 }),
      ),
      object: fc.dictionary(name, tie('json'), { maxKeys: 5 }),
    }));
    const often = (plausible: fc.Arbitrary<unknown>) => fc.oneof({ weight: 5, arbitrary: plausible }, json);
    const reference = often(fc.record({ reference: often(text) }));
    const resource = fc.record({
      resourceType: often(fc.constantFrom('Patient', 'Observation', 'Provenance')),
      id: often(fc.constantFrom('p1', 'o1')),
      meta: often(fc.constant({ versionId: '1' })),
      identifier: often(fc.constant([{ system: 'a', value: 'b' }])),
      subject: reference,
      target: fc.oneof(reference, fc.array(reference)),
    });
    let entries = 0;
    fc.assert(
      fc.property(
        fc.array(fc.record({ fullUrl: json, resource: often(resource) }, { requiredKeys: [] }), {
          maxLength: 5,
        }),
        (all) => {
          try {
            entries += read(bundle(...all)).filter(({ refused }) => !refused).length;
          } catch (error) {
            if (!(error instanceof SourceRefused)) throw error;
          }
        },
      ),
      { numRuns: 2_000 },
    );
    ok(entries > 500, String(entries)); // of patients, and not only refused
  });
});
