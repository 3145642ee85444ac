import { type ResultStatus, statusOf } from '../hl7/results.ts';
import { type Time, timeOf } from '../hl7/time.ts';
import type { Zone } from '../instants.ts';
import { fieldsOf } from '../retail/fields.ts';
import { type LabColumn, type LabForm, REQUIRED } from './lab-form.ts';
import { type Limits, LIMITS } from './limits.ts';
import { linesOf } from './lines.ts';
import { SourceRefused } from './refused.ts';

/** What a row says, as it says it but for blanks around; `''` where it says nothing. */
export interface LabResult {
  /** As an HL7 report's results are: order, code, system. A row has no sub-id. */
  readonly identity: readonly [order: string, code: string, system: string];
  readonly patient: Readonly<Record<'value' | 'authority' | 'family' | 'given' | 'birthDate' | 'sex', string>>;
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly range: string;
  readonly flag: string;
  readonly status: ResultStatus;
  readonly observed: Time | null;
  /** When it was said: what the order of rows about one result is decided by. */
  readonly reported: Time;
}

/** A row of a file, or what is none and is to be kept whole. */
export type LabRow = {
  /** As an editor counts: the header is line 1. */
  readonly line: number;
  /** As it stands, without its line end; `null` for one that is over the limit. */
  readonly bytes: Uint8Array | null;
} & (
  | { readonly result: LabResult; readonly refused?: never }
  | { readonly result?: never; readonly refused: SourceRefused }
);

const LF = 0x0a;

/**
 * The rows of a laboratory CSV, one at a time. A row is a line, always: where one may go on behind a line end, a stray quote swallows the rows after it.
 *
 * @throws SourceRefused where the header is not the form's
 */
export async function* readLabCsv(
  chunks: AsyncIterable<Uint8Array>,
  form: LabForm,
  { limits = LIMITS }: { limits?: Limits } = {},
): AsyncGenerator<LabRow> {
  let header: Header | undefined;
  let number = 0;
  for await (const line of linesOf(chunks, [LF], limits.lineBytes)) {
    number += 1;
    const bytes = line.bytes?.at(-1) === 0x0d ? line.bytes.subarray(0, -1) : line.bytes;
    const place = `line ${number}`;
    if (!header) header = headerIn(cellsIn(bytes, form, place), form);
    else if (bytes === null || bytes.length > 0)
      try {
        yield { line: number, bytes, result: resultIn(cellsIn(bytes, form, place), header, form, place) };
      } catch (error) {
        if (!(error instanceof SourceRefused)) throw error;
        yield { line: number, bytes, refused: error };
      }
  }
  if (!header) throw new SourceRefused('column-missing', `${REQUIRED[0]}, line 1`);
}

function cellsIn(bytes: Uint8Array | null, { decode, delimiter }: LabForm, place: string): string[] {
  if (bytes === null) throw new SourceRefused('line-too-long', place);
  const text = decode(bytes);
  if (text === undefined) throw new SourceRefused('charset-mismatch', place);
  if (/[^\P{Cc}\t]/u.test(text)) throw new SourceRefused('control-character', place);
  const cells = fieldsOf(text.replace(/^\uFEFF/, ''), delimiter);
  if (!cells) throw new SourceRefused('row-malformed', place);
  return cells.map((cell) => cell.trim());
}

interface Header {
  width: number;
  at: ReadonlyMap<LabColumn, number>;
}

function headerIn(cells: string[], { columns }: LabForm): Header {
  const at = new Map<LabColumn, number>();
  for (const [column, name] of Object.entries(columns) as [LabColumn, string][]) {
    // Named by the form's field: the header's text is the file's.
    if (cells.indexOf(name) !== cells.lastIndexOf(name))
      throw new SourceRefused('column-repeated', `${column}, line 1`);
    if (cells.includes(name)) at.set(column, cells.indexOf(name));
    else if (REQUIRED.includes(column)) throw new SourceRefused('column-missing', `${column}, line 1`);
  }
  return { width: cells.length, at };
}

function resultIn(cells: string[], { width, at }: Header, form: LabForm, place: string): LabResult {
  if (cells.length !== width) throw new SourceRefused('row-malformed', place);
  const cell = (column: LabColumn): string => cells[at.get(column) ?? -1] ?? '';
  for (const column of REQUIRED)
    if (cell(column) === '') throw new SourceRefused('field-missing', `${place}, ${column}`);
  const time = (column: LabColumn): Time => {
    const read = timeIn(cell(column), form.zone);
    if (!read) throw new SourceRefused('time-malformed', `${place}, ${column}`);
    return read;
  };
  const status = form.statuses.get(cell('status')) ?? statusOf(cell('status'));
  if (status === undefined) throw new SourceRefused('status-unknown', `${place}, status`);
  return {
    identity: [cell('order'), cell('code'), cell('system')],
    patient: {
      value: cell('patient'),
      authority: cell('authority'),
      family: cell('family'),
      given: cell('given'),
      birthDate: cell('birthDate'),
      sex: cell('sex'),
    },
    name: cell('name'),
    value: cell('value'),
    unit: cell('unit'),
    range: cell('range'),
    flag: cell('flag'),
    status,
    observed: cell('observed') === '' ? null : time('observed'),
    reported: time('reported'),
  };
}

/** HL7's form, or ISO 8601's: `2024-03-01 08:30`, `2024-03-01T08:30:00Z`. */
function timeIn(text: string, zone: Zone): Time | undefined {
  const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(?:(Z)|([+-]\d\d):?(\d\d))?)?$/.exec(
    text,
  );
  if (!iso) return timeOf(text, zone);
  const [, ...parts] = iso;
  return timeOf(parts.map((part) => (part === 'Z' ? '+0000' : (part ?? ''))).join(''), zone);
}
