import { readFile } from 'node:fs/promises';
import type { Json } from '../kit/contract/outcome.ts';
import { InputError } from './errors.ts';

/** Larger than any payload that can be started, smaller than what would hurt. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/** For a `catch`: an error that names the file, and the system's code. */
export const cannotBeRead =
  (file: string) =>
  (cause: NodeJS.ErrnoException): never => {
    throw new InputError(`${file} cannot be read (${cause.code ?? cause.name})`, { cause });
  };

/** Reads a file, or standard input for `-`. An error names the file and what is wrong with it, never what is in it. */
export async function readText(file: string, stdin: AsyncIterable<Buffer | string>): Promise<string> {
  if (file !== '-') return readFile(file, 'utf8').catch(cannotBeRead(file));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    if ((size += chunk.length) > LIMIT_BYTES) throw new InputError('standard input is larger than 64 MB');
  }
  return Buffer.concat(chunks).toString('utf8');
}

export async function readJson(file: string, stdin: AsyncIterable<Buffer | string>): Promise<Json> {
  const text = await readText(file, stdin);
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The parser's own message quotes the text.
    throw new InputError(`${file === '-' ? 'standard input' : file} is not JSON`);
  }
}
