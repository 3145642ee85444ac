import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Journal<Line> {
  /** What earlier processes wrote, oldest first. */
  readonly past: readonly Line[];
  /** On return the line is with the operating system: a SIGKILL of this process no longer loses it. */
  append(line: Line): void;
  close(): void;
}

/**
 * An append-only file of JSON lines; its directory is made if need be. One line a request, so that an effect and the
 * answer remembered under its key cannot be torn apart. There is no fsync: the journal outlives its process, not a power cut.
 */
export function openJournal<Line extends object>(file: string): Journal<Line> {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a+');
  const { lines, lengthBytes } = readLines(file);
  const past = lines.map((text, index): Line => {
    try {
      // Written by `append` alone.
      const line: Line = JSON.parse(text);
      return line;
    } catch (error) {
      throw new Error(`${file}:${index + 1} is no JSON line`, { cause: error });
    }
  });
  // A torn last line stays torn: the next append would be glued to it.
  ftruncateSync(descriptor, lengthBytes);
  let writtenBytes = lengthBytes;

  return {
    past,
    append(line) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      try {
        for (let sent = 0; sent < bytes.length;) sent += writeSync(descriptor, bytes, sent);
      } catch (error) {
        ftruncateSync(descriptor, writtenBytes);
        throw error;
      }
      writtenBytes += bytes.length;
    },
    close: () => closeSync(descriptor),
  };
}

/** Whole lines only; a line torn by a SIGKILL is left out. */
function readLines(file: string): { lines: string[]; lengthBytes: number } {
  const bytes = readFileSync(file);
  const lengthBytes = bytes.lastIndexOf(0x0a) + 1;
  return { lines: bytes.subarray(0, lengthBytes).toString('utf8').split('\n').slice(0, -1), lengthBytes };
}
