import type { Decode } from './charset.ts';
import type { Delimiters } from './delimiters.ts';

/** Why a text cannot be told; see `SourceRefusal`. */
export type Unreadable = 'charset-mismatch' | 'control-character' | 'escape-unsupported';

/**
 * A text with its escapes undone (v2.5.1 ch. 2.7). Delimiters and hexadecimal bytes become what they stand for; formatting commands the line ends and
 * blanks that they make, and nothing otherwise; highlighting is dropped. What is no escape sequence of the standard stands as it stood: a path of
 * Windows, a lone escape character, a local `\Z…\`.
 */
export function unescaped(
  text: string,
  delimiters: Delimiters,
  decode: Decode,
  refuse: (code: Unreadable) => Error,
): string {
  const { escape } = delimiters;
  if (escape === '' || !text.includes(escape)) return text;
  let plain = '';
  let from = 0;
  for (let at = text.indexOf(escape); at !== -1; at = text.indexOf(escape, from)) {
    const end = text.indexOf(escape, at + 1);
    if (end === -1) break;
    plain += text.slice(from, at);
    const sequence = text.slice(at + 1, end);
    const hexadecimal = bytesOf(sequence);
    if (hexadecimal) {
      // A character of several bytes may be written as several sequences.
      const bytes = [hexadecimal];
      from = end + 1;
      for (;;) {
        const next = text.startsWith(escape, from) ? text.indexOf(escape, from + 1) : -1;
        const more = next === -1 ? undefined : bytesOf(text.slice(from + 1, next));
        if (!more) break;
        bytes.push(more);
        from = next + 1;
      }
      const decoded = decode(Buffer.concat(bytes));
      if (decoded === undefined) throw refuse('charset-mismatch');
      if (/[^\P{Cc}\t\r\n]/u.test(decoded)) throw refuse('control-character');
      plain += decoded;
      continue;
    }
    // Switches to a character set in the midst of a text, which only sets have that are not read here.
    if (/^(C[0-9A-F]{4}|M[0-9A-F]{4}([0-9A-F]{2})?)$/i.test(sequence)) throw refuse('escape-unsupported');
    const meant = meaning(sequence, delimiters);
    plain += meant ?? escape;
    from = meant === undefined ? at + 1 : end + 1;
  }
  return plain + text.slice(from);
}

/** Of `X…`, any number of pairs of hexadecimal digits. */
const bytesOf = (sequence: string): Buffer | undefined =>
  /^X([0-9A-F]{2})+$/i.test(sequence) ? Buffer.from(sequence.slice(1), 'hex') : undefined;

function meaning(sequence: string, delimiters: Delimiters): string | undefined {
  switch (sequence) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'T':
      return delimiters.subcomponent;
    case 'R':
      return delimiters.repetition;
    case 'E':
      return delimiters.escape;
    case 'P':
      return delimiters.truncation === '' ? undefined : delimiters.truncation;
    case 'H':
    case 'N':
      return '';
    default:
      return formatting(sequence);
  }
}

/** Formatting commands of FT and TX (v2.5.1 ch. 2.7.6). */
function formatting(sequence: string): string | undefined {
  const [, command, number] = /^\.(br|sp|fi|nf|in|ti|sk|ce)([+-]?\d{1,3})?$/.exec(sequence) ?? [];
  const times = Math.abs(Number(number ?? 1));
  switch (command) {
    case 'br':
    case 'ce':
      return '\n';
    case 'sp':
      return '\n'.repeat(Math.max(times, 1));
    case 'sk':
      return ' '.repeat(times);
    case undefined:
      return undefined;
    default:
      return ''; // word wrap and indentation
  }
}
