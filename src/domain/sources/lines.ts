/** A line of a file, and the byte that ended it; `null` at the file's end. */
export interface Line {
  /** Where it begins in the file, in bytes from 0, and where what comes after its end does. */
  from: number;
  to: number;
  /** `null` for one that is over the limit. */
  bytes: Uint8Array | null;
  /** Its first bytes, also then. */
  head: Uint8Array;
  end: number | null;
}

/** A byte order mark and a segment's name. */
const HEAD_BYTES = 6;

/** The lines of a file, each up to one of the bytes that end it. Holds one line. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  ends: readonly number[],
  limitBytes: number,
): AsyncGenerator<Line> {
  const isEnd = new Uint8Array(256);
  for (const end of ends) isEnd[end] = 1;
  let from = 0;
  let at = 0;
  let held: Uint8Array[] = [];
  let head: Uint8Array = new Uint8Array();
  const hold = (part: Uint8Array) => {
    at += part.length;
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, part]).subarray(0, HEAD_BYTES);
    // A copy: the source may use its buffer again.
    if (at - from <= limitBytes) held.push(Uint8Array.from(part));
    else held = [];
  };
  const release = (end: number | null): Line => {
    const bytes = at - from > limitBytes ? null : Buffer.concat(held);
    if (end !== null) at += 1;
    const line = { from, to: at, bytes, head, end };
    from = at;
    held = [];
    head = new Uint8Array();
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let n = 0; n < chunk.length; n += 1) {
      const byte = chunk[n] ?? 0;
      if (!isEnd[byte]) continue;
      hold(chunk.subarray(start, n));
      yield release(byte);
      start = n + 1;
    }
    hold(chunk.subarray(start));
  }
  if (at > from) yield release(null);
}
