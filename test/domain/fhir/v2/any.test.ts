import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cleanse } from '../../../../src/domain/cleansing/cleanse.ts';
import { featuresOf } from '../../../../src/domain/fhir/features.ts';
import { mapMessage } from '../../../../src/domain/fhir/v2/map.ts';
import type { Message, Segment } from '../../../../src/domain/hl7/message.ts';
import { SourceRefused } from '../../../../src/domain/sources/refused.ts';
import { sender } from './support.ts';

const words = fc.oneof(
  fc.constantFrom(
    '',
    '""',
    'A',
    'MR',
    'F',
    'Y',
    'X',
    '20200101',
    '202001011200',
    '1',
    '-1.5',
    '<',
    '>=',
    ':',
    '-',
    'LN',
    'HL70203',
    'Base64',
  ),
  fc.constantFrom(
    'NM',
    'SN',
    'CWE',
    'DT',
    'TM',
    'DR',
    'NR',
    'NA',
    'ED',
    'RP',
    'XX',
    'PH',
    'Internet',
    '1.2.3',
    'ISO',
    'UUID',
  ),
  fc.constantFrom('constructor', '__proto__', 'toString', '\ud800', '\u0000', ' ', 'NaN', '1e999', '99999999'),
  fc.string({ maxLength: 5 }),
);
const field = fc.array(fc.array(fc.array(words, { maxLength: 3 }), { maxLength: 7 }), { maxLength: 3 });
const segments = fc
  .constantFrom('PID', 'PD1', 'NK1', 'MRG', 'PV1', 'AL1', 'DG1', 'ORC', 'OBR', 'OBX', 'OBX', 'SPM', 'NTE', 'ZZZ')
  .chain((name) =>
    fc.array(field, { maxLength: 55 }).map((fields): Segment => ({ name, fields: [[[[name]]], ...fields] })),
  );
const messages = fc
  .tuple(fc.constantFrom('ADT', 'ORU'), fc.array(segments, { maxLength: 12 }))
  .map(([type, rest]): Message => ({
    segments: [
      { name: 'MSH', fields: [[[['MSH']]], ...Array<[]>(8).fill([]), [[[type], ['A01']]]] },
      { name: 'PID', fields: [[[['PID']]], [], [], [[['1']]]] },
      ...rest,
    ],
  }));

describe('mapping whatever a message holds', () => {
  it('makes resources with an id each, which can be cleansed once and for all, or refuses with a code', () => {
    fc.assert(
      fc.property(messages, (message) => {
        let mapped;
        try {
          mapped = mapMessage(message, sender);
        } catch (error) {
          assert.ok(error instanceof SourceRefused, String(error));
          return;
        }
        assert.ok(mapped.patient);
        const all = [mapped.patient, ...mapped.resources];
        assert.equal(new Set(all.map(({ resourceType, id }) => `${resourceType}/${id}`)).size, all.length);
        for (const resource of all) {
          // What is not JSON (a function, not a number) would be lost on the way.
          assert.deepEqual(JSON.parse(JSON.stringify(resource)), resource);
          const { resource: clean } = cleanse(resource, { country: 'US', day: '2020-01-01' });
          assert.deepEqual(cleanse(clean, { country: 'US', day: '2020-01-01' }).changes, []);
        }
        for (const [, value] of Object.entries(featuresOf(mapped.patient))) assert.ok(value);
      }),
      { numRuns: 1000 },
    );
  });
});
