import { charset, type Decode } from '../hl7/charset.ts';
import { type ResultStatus, statusOf } from '../hl7/results.ts';
import { type Zone, zoneNamed } from '../instants.ts';
import { SourceRefused } from './refused.ts';

/** What a column of a laboratory CSV may be. */
export const LAB_COLUMNS = [
  'patient', // the laboratory's or the requester's identifier of the patient
  'authority', // who assigned it
  'family',
  'given',
  'birthDate',
  'sex',
  'order', // the laboratory's number of the order
  'code', // what was observed
  'system', // whose code that is
  'name',
  'value',
  'unit',
  'range',
  'flag',
  'status',
  'observed', // when the specimen was taken
  'reported', // when the laboratory said so
] as const;
export type LabColumn = (typeof LAB_COLUMNS)[number];

/** Without these a row is no result of a patient. */
export const REQUIRED: readonly LabColumn[] = ['patient', 'order', 'code', 'status', 'reported'];

/** The form of a laboratory's CSV: one row a result, a header, and a line a row. */
export interface LabForm {
  delimiter: ',' | ';' | '\t' | '|';
  decode: Decode;
  zone: Zone;
  /** The header's text by what the column is. A column that is not named is not read. */
  columns: Readonly<Partial<Record<LabColumn, string>>>;
  /** What stands in the status column, by what it means. HL7's letters (table 0085) and FHIR's words are known anyway. */
  statuses: ReadonlyMap<string, ResultStatus>;
}

const DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * A form from JSON: `{ "zone": "Europe/Berlin", "delimiter": ";", "charset": "8859/1", "columns": { "patient": "Patient No", … }, "statuses":
 * { "vorläufig": "preliminary" } }`. Absent are `delimiter` for a comma, `charset` for UTF-8 and `columns` for the names of `LAB_COLUMNS`.
 *
 * @throws SourceRefused `form-malformed`, at the field
 */
export function parseLabForm(value: unknown): LabForm {
  const given = objectAt(value, 'form');
  onlyFields(given, ['zone', 'delimiter', 'charset', 'columns', 'statuses'], 'form');
  const { zone: zoneName, delimiter: separator = ',', charset: charsetName = 'UTF-8' } = given;
  const zone = typeof zoneName === 'string' ? zoneNamed(zoneName) : undefined;
  if (!zone) throw malformed('zone');
  const delimiter = DELIMITERS.find((known) => known === separator);
  if (delimiter === undefined) throw malformed('delimiter');
  const decode = typeof charsetName === 'string' ? charset(charsetName) : undefined;
  if (!decode) throw malformed('charset');
  const columns = columnsIn(given['columns']);
  const missing = REQUIRED.find((column) => columns[column] === undefined);
  if (missing !== undefined) throw malformed(`columns.${missing}`);
  const statuses = new Map<string, ResultStatus>();
  for (const [told, meaning] of Object.entries(objectAt(given['statuses'] ?? {}, 'statuses'))) {
    const status = typeof meaning === 'string' ? statusOf(meaning) : undefined;
    if (status === undefined) throw malformed('statuses');
    statuses.set(told, status);
  }
  return { delimiter, decode, zone, columns, statuses };
}

function columnsIn(value: unknown): LabForm['columns'] {
  if (value === undefined) return Object.fromEntries(LAB_COLUMNS.map((column) => [column, column]));
  const given = objectAt(value, 'columns');
  onlyFields(given, LAB_COLUMNS, 'columns');
  const columns = LAB_COLUMNS.flatMap((column): [LabColumn, string][] => {
    const name = given[column];
    if (name === undefined) return [];
    if (typeof name !== 'string' || name.trim() === '') throw malformed(`columns.${column}`);
    return [[column, name.trim()]];
  });
  return Object.fromEntries(columns);
}

const malformed = (field: string) => new SourceRefused('form-malformed', field);

function objectAt(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(field);
  return value as Readonly<Record<string, unknown>>;
}

/** A misspelt field must not be passed over. */
function onlyFields(given: object, known: readonly string[], within: string): void {
  const unknown = Object.keys(given).findIndex((field) => !known.includes(field));
  if (unknown !== -1) throw malformed(`${within}, field ${unknown + 1}`);
}
