import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { CsvMapping } from './csv-mapping.ts';
import type { Limits } from './limits.ts';
import { StatementRefused } from './refused.ts';

export interface Row {
  /** The last line of the row: a quoted text may have several. */
  line: number;
  fields: string[];
}

/** The rows of a CSV, the header first. Every row has as many fields as the first, and a quote that is not closed ends at a row's limit. */
export async function* csvRows(
  texts: AsyncIterable<string>,
  { delimiter, skipLines }: Pick<CsvMapping, 'delimiter' | 'skipLines'>,
  limits: Limits,
): AsyncGenerator<Row> {
  const parser = parse({
    delimiter,
    from_line: skipLines + 1,
    record_delimiter: ['\r\n', '\n'],
    max_record_size: limits.textChars,
    skip_empty_lines: true,
    info: true,
  });
  const rows: AsyncIterable<{ info: { lines: number }; record: string[] }> = pipeline(
    Readable.from(texts, { objectMode: false }),
    parser,
    () => {}, // the loop below is told of every error by the parser
  );
  try {
    for await (const { info, record } of rows) yield { line: info.lines, fields: record };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Its message may quote the file.
    const code = error.code === 'CSV_MAX_RECORD_SIZE' ? 'text-too-long' : 'row-malformed';
    throw new StatementRefused(code, `line ${Number(error['lines'])}`);
  }
}
