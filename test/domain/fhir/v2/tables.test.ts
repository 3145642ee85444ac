import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { IDENTIFIER_TYPES, MARITAL, MARITAL_UNSAID, SEX } from '../../../../src/domain/fhir/v2/codes.ts';
import { v3 } from '../../../../src/domain/fhir/v2/systems.ts';
import { STATUS } from '../../../../src/domain/hl7/results.ts';
import { absent, filesOf, textOf } from '../../samples.ts';
import { COMPONENT, OBSERVATION, PATIENT, REPORT, REQUEST, SPECIMEN, type Example, type Rows } from './rows.ts';
import { at, map, only, PID, segment } from './support.ts';

const table = (name: string): string[][] => {
  const file = filesOf('v2-to-fhir', '.csv').find((each) => each.includes(name));
  assert.ok(file, name);
  return parse(textOf(`v2-to-fhir/${file}`), { relax_column_count: true }).slice(2);
};

/** Field and attribute of a row; nothing where the row maps nothing. Columns: identifier, …, attribute, extension, …, assignment. */
const keyOf = (row: readonly string[]): string =>
  row[9] || row[10] ? `${row[1]} ${row[9] || row[10]}`.replaceAll(/[^\x21-\x7e]+/g, ' ').trim() : '';

type Target = (example: Example) => unknown;
const ordered =
  (type: 'DiagnosticReport' | 'ServiceRequest' | 'Specimen'): Target =>
  ({ fields, orc }) =>
    only(map([PID, ...(orc ? [segment('ORC', orc)] : []), segment('OBR', fields)]), type);
const observed: Target = ({ fields }) => only(map([PID, 'OBR|||f', segment('OBX', fields)]), 'Observation');

const TABLES: readonly (readonly [name: string, rows: Rows, made: Target])[] = [
  [
    'PID[Patient]',
    PATIENT,
    ({ fields, country }) => map([segment('PID', fields)], country === undefined ? {} : { country }).patient,
  ],
  ['OBX[Observation] ', OBSERVATION, observed],
  ['OBX[Observation-Component]', COMPONENT, observed],
  ['OBR[DiagnosticReport]', REPORT, ordered('DiagnosticReport')],
  ['OBR[ServiceRequest]', REQUEST, ordered('ServiceRequest')],
  ['OBR[Specimen]', SPECIMEN, ordered('Specimen')],
];

for (const [name, rows, made] of TABLES)
  describe(`HL7's own table ${name.trim()}`, () => {
    it(`is mapped row by row, or says why not${absent}`, function () {
      if (absent !== '') this.skip();
      const official = table(name).filter((row) => keyOf(row) !== '');
      const keys = [...new Set(official.map(keyOf))];
      assert.deepEqual(
        keys.filter((key) => !Object.hasOwn(rows, key)),
        [],
        'rows that we neither map nor leave out',
      );
      assert.deepEqual(
        Object.keys(rows).filter((key) => !keys.includes(key)),
        [],
        'rows that the table has not',
      );
      for (const key of keys) {
        const here = official.filter((row) => keyOf(row) === key);
        const examples = rows[key] ?? '';
        if (typeof examples === 'string') continue;
        assert.equal(examples.length, here.length, `${key}: an example for each row`);
        for (const [n, row] of here.entries()) {
          const example: Example | undefined = examples[n];
          const assigned = /^"([^"]*)"$/.exec(row[16]?.trim() ?? '')?.[1];
          if (example === undefined || assigned === undefined) continue;
          assert.equal(example.is === assigned, example.differs === undefined, `${key}: what the row assigns`);
        }
      }
    });

    for (const [key, examples] of Object.entries(rows))
      if (typeof examples !== 'string')
        it(`maps ${key}`, () => {
          for (const example of examples)
            assert.deepEqual(at(made(example), example.path), example.is, JSON.stringify(example));
        });
  });

describe("HL7's own concept maps", () => {
  /** Code → code and system, of rows that map one. */
  const official = (name: string): Map<string, readonly [string, string]> =>
    new Map(
      table(name)
        .filter((row) => row[0] && row[6])
        .map((row) => [row[0] ?? '', [row[6] ?? '', row[9] ?? '']] as const),
    );
  const same = (name: string, ours: ReadonlyMap<string, readonly [string, string]>): void => {
    assert.deepEqual(ours, official(name));
  };
  const within = (system: string, codes: Iterable<readonly [string, string]>): [string, [string, string]][] =>
    Array.from(codes, ([from, to]) => [from, [to, system]]);

  it(`of sexes is ours${absent}`, function () {
    if (absent !== '') this.skip();
    same('AdministrativeSex', new Map(within('http://hl7.org/fhir/administrative-gender', SEX)));
  });

  it(`of marital statuses is ours${absent}`, function () {
    if (absent !== '') this.skip();
    same(
      'MaritalStatus',
      new Map([...within(v3('MaritalStatus'), MARITAL), ...within(v3('NullFlavor'), MARITAL_UNSAID)]),
    );
  });

  it(`of types of identifiers is ours${absent}`, function () {
    if (absent !== '') this.skip();
    const codes = [...IDENTIFIER_TYPES, 'NNxxx'].map((code) => [code, code] as const);
    same('IdentifierType', new Map(within('http://terminology.hl7.org/CodeSystem/v2-0203', codes)));
  });

  it(`of a result's status is in ours, which also says what it leaves open${absent}`, function () {
    if (absent !== '') this.skip();
    const rows = table('ObservationResultStatus').filter((row) => row[0]);
    assert.deepEqual(new Set(Object.keys(STATUS).filter(Boolean)), new Set(rows.map((row) => row[0])));
    for (const row of rows) if (row[6]) assert.equal(STATUS[row[0] ?? ''], row[6], row[0]);
  });
});
