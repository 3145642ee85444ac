import { strictEqual } from 'node:assert/strict';
import { readStatements, type ReadStatementsOptions } from '../../../src/domain/statements/read.ts';
import { StatementRefused } from '../../../src/domain/statements/refused.ts';
import type { Closed, Entry, Statement, StatementEvent } from '../../../src/domain/statements/statement.ts';

/** In chunks of so many bytes: one of them reused for all, as some sources do. */
export async function* inChunks(text: string | Uint8Array, size = 1 << 20): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    yield chunk;
    chunk.fill(0x21);
  }
}

export interface Found {
  events: StatementEvent[];
  refused: StatementRefused | undefined;
}

/** Everything up to the end or the refusal. */
export async function found(chunks: AsyncIterable<Uint8Array>, options: ReadStatementsOptions = {}): Promise<Found> {
  const events: StatementEvent[] = [];
  try {
    for await (const event of readStatements(chunks, options)) events.push(event);
  } catch (error) {
    if (error instanceof StatementRefused) return { events, refused: error };
    throw error;
  }
  return { events, refused: undefined };
}

export interface Whole {
  statement: Statement;
  entries: Entry[];
  closed: Closed;
}

/** The statements of a file that is not refused. */
export async function whole(text: string | Uint8Array, options: ReadStatementsOptions = {}): Promise<Whole[]> {
  const { events, refused } = await found(inChunks(text), options);
  if (refused) throw refused;
  const statements: Whole[] = [];
  let open: Pick<Whole, 'statement' | 'entries'> | undefined;
  for (const event of events) {
    if (event.event === 'opened') open = { statement: event.statement, entries: [] };
    else if (event.event === 'entry') open?.entries.push(event.entry);
    else if (open) statements.push({ ...open, closed: event.closed });
  }
  return statements;
}

export async function only(text: string, options: ReadStatementsOptions = {}): Promise<Whole> {
  const statements = await whole(text, options);
  const [statement] = statements;
  if (statement === undefined || statements.length !== 1) throw new RangeError(`${statements.length} statements`);
  return statement;
}

/** That the file is refused, with this code at this place, and that the message has nothing else in it. */
export async function refuses(
  text: string | Uint8Array,
  code: string,
  at: string,
  options: ReadStatementsOptions = {},
): Promise<void> {
  const { refused } = await found(inChunks(text), options);
  strictEqual(refused?.message, `${code}: ${at}`);
}
