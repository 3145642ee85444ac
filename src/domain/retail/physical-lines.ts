import type { Limits } from './limits.ts';
import { RetailFileRefused } from './refused.ts';

/** One line of the file, without its line end. */
export interface PhysicalLine {
  /** Counted from 1, the header included: what an editor or `sed -n` shows. */
  number: number;
  /** Bytes that are no UTF-8 stand here as U+FFFD. Of a line over the limit, its head. */
  text: string;
  /** The length before anything was cut off. */
  bytes: number;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a byte stream at its line feeds; a carriage return before one goes with it. The cut is made in bytes, before
 * decoding, so that a character split between two chunks is whole again. Holds one line, and of that no more than the limit.
 */
export async function* physicalLines(
  chunks: AsyncIterable<Uint8Array | string>,
  limits: Limits,
): AsyncGenerator<PhysicalLine> {
  let number = 0;
  let fileBytes = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let lineBytes = 0;
  let last = 0;

  const hold = (part: Buffer) => {
    if (part.length === 0) return;
    lineBytes += part.length;
    last = part[part.length - 1] ?? 0;
    // One byte more than the limit: a line of exactly the limit may still be followed by its carriage return.
    const room = limits.lineBytes + 1 - heldBytes;
    if (room <= 0) return;
    // A copy: the source may reuse its buffer, and a view of 20 bytes would keep 64 KB alive.
    held.push(Buffer.from(part.subarray(0, room)));
    heldBytes += Math.min(room, part.length);
  };
  const release = (): PhysicalLine => {
    const bytes = last === CR ? lineBytes - 1 : lineBytes;
    const text = Buffer.concat(held).toString('utf8', 0, Math.min(bytes, limits.lineBytes));
    held = [];
    heldBytes = lineBytes = last = 0;
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
