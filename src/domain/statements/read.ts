import { bai2Events } from './bai2.ts';
import { camtEvents } from './camt.ts';
import { checked } from './check.ts';
import { csvEvents } from './csv.ts';
import type { CsvMapping } from './csv-mapping.ts';
import { type Limits, LIMITS } from './limits.ts';
import type { PlacedEvent } from './placed.ts';
import { StatementRefused } from './refused.ts';
import type { StatementEvent } from './statement.ts';
import { textOf } from './text.ts';

export interface ReadStatementsOptions {
  /** Else by how the file begins; a file with a mapping is CSV. */
  format?: 'camt' | 'bai2' | undefined;
  mapping?: CsvMapping | undefined;
  limits?: Partial<Limits> | undefined;
  /** Told how much of the file has been read, after each piece of it. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * Reads the statements of one file (camt.052, 053, 054; BAI2; CSV with a mapping) as they stream by, in memory that does not grow with the
 * file. Every statement is one `opened`, its entries, one `closed`. What was handed on before a refusal is to be forgotten: a file is taken whole
 * or not at all.
 *
 * @throws StatementRefused when the file is malformed, over a limit, or does not add up
 */
export async function* readStatements(
  chunks: AsyncIterable<Uint8Array>,
  { format, mapping, limits: changed, onProgress }: ReadStatementsOptions = {},
): AsyncGenerator<StatementEvent> {
  const limits: Limits = { ...LIMITS, ...changed };
  const texts = textOf(chunks, limits, (bytes) => onProgress?.(bytes));
  yield* checked(mapping ? csvEvents(texts, mapping, limits) : sniffed(texts, limits, format));
}

/** XML begins with `<`, BAI2 with the two digits of a record. */
async function* sniffed(
  texts: AsyncGenerator<string>,
  limits: Limits,
  format: 'camt' | 'bai2' | undefined,
): AsyncGenerator<PlacedEvent> {
  let begin = '';
  while (begin.trimStart().length < 3 && begin.length <= limits.textChars) {
    const next = await texts.next();
    if (next.done === true) break;
    begin += next.value;
  }
  const start = begin.trimStart();
  const told = format ?? (start.startsWith('<') ? 'camt' : /^\d\d,/.test(start) ? 'bai2' : undefined);
  if (told === undefined) await texts.return(undefined); // nobody reads it to its end
  const whole = prepended(begin, texts);
  if (told === 'camt') yield* camtEvents(whole, limits);
  else if (told === 'bai2') yield* bai2Events(whole, limits);
  else throw new StatementRefused('format-unknown', 'byte 1');
}

async function* prepended(begin: string, texts: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield begin;
    yield* texts;
  } finally {
    await texts.return(undefined); // closes the source, also when nobody asked for more than the begin
  }
}
