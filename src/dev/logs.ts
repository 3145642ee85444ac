import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { lastLine } from './tool.ts';

const KEPT_BYTES = 20_000_000;

/** Sets a log aside that has grown long (one earlier is kept); gives the length from which new lines will follow. */
export function freshLog(log: string): number {
  if (!existsSync(log)) return 0;
  const { size } = statSync(log);
  if (size < KEPT_BYTES) return size;
  renameSync(log, `${log}.1`);
  return 0;
}

/** Why a program ended, as far as one line of its log says: the first that names an error, else the last. */
export function complaintIn(log: string, from: number): string {
  const text = readFileSync(log).subarray(from).toString('utf8');
  return (
    text
      .split('\n')
      .find((line) => /\b(fatal|panic|\w*error)\b/i.test(line))
      ?.trim() ?? lastLine(text)
  );
}
