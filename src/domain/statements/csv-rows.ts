import { parse } from 'csv-parse/sync';
import type { CsvMapping } from './csv-mapping.ts';
import type { Limits } from './limits.ts';
import { StatementRefused } from './refused.ts';

export interface Row {
  /** Where it begins: a quoted text may have line breaks. */
  line: number;
  fields: string[];
}

/**
 * The rows of a CSV, the header first, all with as many fields. A row ends at the first line end with an even number of quotes before it, for a
 * quote in a quoted field is written twice; csv-parse sees one such row at a time. Its own stream hands on rows in batches that depend on the
 * chunks and drops them when a later row is malformed, so that the same file could be refused for two reasons.
 */
export async function* csvRows(
  texts: AsyncIterable<string>,
  { delimiter, skipLines }: Pick<CsvMapping, 'delimiter' | 'skipLines'>,
  limits: Limits,
): AsyncGenerator<Row> {
  let width: number | undefined;
  for await (const { line, text } of rowTexts(texts, skipLines, limits)) {
    if (text.trim() === '') continue;
    const fields = fieldsOf(text, delimiter);
    width ??= fields?.length;
    if (!fields || fields.length !== width) throw new StatementRefused('row-malformed', `line ${line}`);
    yield { line, fields };
  }
}

async function* rowTexts(
  texts: AsyncIterable<string>,
  skipLines: number,
  limits: Limits,
): AsyncGenerator<{ line: number; text: string }> {
  let held = '';
  let line = 1;
  let lines = 1;
  let from = 0;
  let open = false;
  for await (const text of texts) {
    held += text;
    let begin = 0;
    for (let end = held.indexOf('\n', from); end !== -1; end = held.indexOf('\n', from)) {
      if (line > skipLines && oddQuotes(held.slice(from, end))) open = !open;
      from = end + 1;
      lines += 1;
      if (open) continue;
      if (end - begin > limits.textChars) throw new StatementRefused('text-too-long', `line ${line}`);
      if (line > skipLines) yield { line, text: held.slice(begin, end).replace(/\r$/, '') };
      begin = from;
      line = lines;
    }
    held = held.slice(begin);
    from -= begin;
    if (held.length > limits.textChars + 1) throw new StatementRefused('text-too-long', `line ${line}`);
  }
  if (line > skipLines) yield { line, text: held.replace(/\r$/, '') };
}

function oddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

/** Nothing when the quotes are not where they may be. */
function fieldsOf(text: string, delimiter: string): string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter);
  try {
    const records: string[][] = parse(text, { delimiter, record_delimiter: '\n' });
    return records.length === 1 ? records[0] : undefined;
  } catch {
    return undefined; // its message quotes the row
  }
}
