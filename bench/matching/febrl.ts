import { parse } from 'csv-parse/sync';
import type { SourceRecord } from '../../src/domain/persons/features.ts';
import type { MadeRecords } from '../../src/domain/persons/made.ts';

/** What is read of a row; `address_2` and `state` are not compared. */
const COLUMNS = ['rec_id', 'given_name', 'surname', 'street_number', 'address_1', 'suburb', 'postcode', 'state', 'date_of_birth', 'soc_sec_id'] as const; // prettier-ignore
type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** Why a file is not of the form; the line, never a value. */
export class NotFebrl extends Error {
  override readonly name = 'NotFebrl';
}

/**
 * Records of a file of the Freely Extensible Biomedical Record Linkage (Christen, 2008), which were made from real
 * frequencies of Australian names and places. Whose a record is stands in its `rec_id` (`rec-122-org`, `rec-122-dup-0`) and goes
 * into `truth` alone: the record's id is the number of its row.
 */
export function readFebrl(text: string): MadeRecords {
  const rows = parse(text, { columns: (names: string[]) => names.map((name) => name.trim()), trim: true }) as Row[];
  const missing = COLUMNS.filter((column) => !(column in (rows[0] ?? {})));
  if (missing.length > 0) throw new NotFebrl(`not of febrl's form: no ${missing.join(', ')}`);
  const truth = new Map<string, string>();
  const records = rows.map((row, i): SourceRecord => {
    const person = /^rec-(\d+)-(?:org|dup-\d+)$/.exec(row.rec_id)?.[1];
    if (person === undefined) throw new NotFebrl(`not of febrl's form: rec_id of row ${i + 1}`);
    const id = `row-${i + 1}`;
    truth.set(id, person);
    return { id, features: featuresOf(row) };
  });
  return { records, truth };
}

const featuresOf = (row: Row): SourceRecord['features'] => ({
  family: row.surname,
  given: row.given_name,
  birthDate: row.date_of_birth.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
  street: row.address_1,
  houseNumber: row.street_number,
  city: row.suburb,
  postcode: row.postcode,
  state: row.state,
  identifiers: [{ system: 'soc_sec_id', value: row.soc_sec_id }],
});
