import type { Limits } from './limits.ts';
import { RetailFileRefused } from './refused.ts';

/** One line of the file, without its line end. */
export interface PhysicalLine {
  /** Counted from 1, the header included: what an editor or `sed -n` shows. */
  number: number;
  /** Whole, however long: what is unusable is kept whole. Bytes that are no UTF-8 stand here as U+FFFD. */
  text: string;
  /** The length in the file. */
  bytes: number;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a byte stream at its line feeds; a carriage return before one goes with it. The cut is made in bytes, before
 * decoding, so that a character split between two chunks is whole again. Holds one line.
 */
export async function* physicalLines(
  chunks: AsyncIterable<Uint8Array | string>,
  limits: Limits,
): AsyncGenerator<PhysicalLine> {
  let number = 0;
  let fileBytes = 0;
  let held: Buffer[] = [];
  let lineBytes = 0;
  let last = 0;

  const hold = (part: Buffer) => {
    if (part.length === 0) return;
    lineBytes += part.length;
    last = part[part.length - 1] ?? 0;
    // A copy: the source may reuse its buffer, and a view of 20 bytes would keep 64 KB alive.
    held.push(Buffer.from(part));
  };
  const release = (): PhysicalLine => {
    const bytes = last === CR ? lineBytes - 1 : lineBytes;
    const text = Buffer.concat(held).toString('utf8', 0, bytes);
    held = [];
    lineBytes = last = 0;
    number += 1;
    return { number, text: number === 1 ? text.replace(/^\uFEFF/, '') : text, bytes };
  };

  for await (const chunk of chunks) {
    const buffer =
      typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    fileBytes += buffer.length;
    if (fileBytes > limits.fileBytes) throw new RetailFileRefused('file-too-large', `over ${limits.fileBytes} bytes`);
    let start = 0;
    for (let end = buffer.indexOf(LF); end !== -1; end = buffer.indexOf(LF, start)) {
      hold(buffer.subarray(start, end));
      yield release();
      start = end + 1;
    }
    hold(buffer.subarray(start));
  }
  if (lineBytes > 0) yield release();
}
