import type { Limits } from './limits.ts';
import { StatementRefused } from './refused.ts';

/** A physical record: `88,EREF: 1111`. */
export interface Line {
  /** From 1; without line ends, the number of the physical record. */
  number: number;
  code: string;
  /** What stands behind the code and its comma, without the blanks that fill a record up. */
  rest: string;
}

/**
 * Cuts a BAI2 file into physical records: at its line ends (LF or CRLF), or, where it has none, at the physical record length that its
 * header declares. In a file with line ends a declared length is not held against longer lines: many banks declare 80 and do not mean it.
 */
export async function* bai2Lines(texts: AsyncIterable<string>, limits: Limits): AsyncGenerator<Line> {
  let held = '';
  let number = 0;
  /** Nothing while it is not known. */
  let width: number | 'lines' | undefined;
  // Each line is handed on before the next is looked at, so that a refusal comes behind the same lines whatever the chunks.
  function* line(text: string): Generator<Line> {
    number += 1;
    if (text.length > limits.textChars) throw new StatementRefused('text-too-long', `line ${number}`);
    const whole = text.trimEnd();
    if (whole === '') return; // filling between blocks, or a last line end
    if (whole.length > 2 && whole.charAt(2) !== ',') throw new StatementRefused('record-malformed', `line ${number}`);
    yield { number, code: whole.slice(0, 2), rest: whole.slice(3) };
  }
  function* cut(ended: boolean): Generator<Line> {
    width ??= widthOf(held, ended);
    let start = 0;
    if (typeof width === 'number') {
      for (; held.length - start >= width; start += width) yield* line(held.slice(start, start + width));
    } else if (width === 'lines') {
      for (let end = held.indexOf('\n'); end !== -1; end = held.indexOf('\n', start)) {
        yield* line(held.slice(start, end));
        start = end + 1;
      }
    }
    held = held.slice(start);
    if (held.length > limits.textChars + 1) throw new StatementRefused('text-too-long', `line ${number + 1}`);
  }
  for await (const text of texts) {
    held += text;
    yield* cut(false);
  }
  yield* cut(true);
  if (held !== '') yield* line(held);
}

/** The record length of a file without line ends. The header says it in its seventh field. A line end within that length, or just behind it, says that lines are meant. */
function widthOf(begin: string, ended: boolean): number | 'lines' | undefined {
  const header = begin.split('/', 1)[0] ?? '';
  if (header.includes('\n')) return 'lines';
  if (header.length === begin.length && !ended) return undefined; // not whole yet
  const declared = header.split(',')[6] ?? '';
  if (!/^[1-9]\d{0,4}$/.test(declared)) return 'lines';
  const width = Number(declared);
  if (/\n/.test(begin.slice(0, width + 2))) return 'lines';
  if (begin.length < width + 2 && !ended) return undefined;
  return width;
}
