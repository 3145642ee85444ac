import type { Limits } from './limits.ts';
import { StatementRefused } from './refused.ts';

/** However large the chunks, so much is decoded and read before what was found in it is handed on. */
const PIECE_BYTES = 64 * 1024;

/** The file as text, in pieces, without a byte order mark. What stands before a byte that is no UTF-8 is handed on first. */
export async function* textOf(
  chunks: AsyncIterable<Uint8Array>,
  limits: Limits,
  onBytes: (bytes: number) => void,
): AsyncGenerator<string> {
  const decoder = new Decoder();
  let fileBytes = 0;
  for await (const chunk of chunks)
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      const piece = chunk.subarray(start, start + PIECE_BYTES);
      fileBytes += piece.length;
      if (fileBytes > limits.fileBytes) throw new StatementRefused('file-too-large', `byte ${limits.fileBytes + 1}`);
      const { text, sound } = decoder.decode(piece);
      if (text !== '') yield text;
      if (!sound) throw new StatementRefused('not-utf8', `byte ${decoder.decoded + 1}`);
      onBytes(fileBytes);
    }
  if (fileBytes === 0) throw new StatementRefused('file-empty', 'byte 1');
  if (!decoder.ended()) throw new StatementRefused('truncated', `byte ${fileBytes}`);
}

/** UTF-8 that says where it is none, and gives what stands before: the platform's decoder gives all or nothing. */
class Decoder {
  /** Bytes of whole characters. */
  decoded = 0;
  /** The begin of a character that goes on in the next piece. */
  #rest: Uint8Array = new Uint8Array();
  #started = false;

  decode(piece: Uint8Array): { text: string; sound: boolean } {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let sound = bytes.length;
    let text = attempt(bytes);
    if (text === undefined) {
      // The longest sound begin, by halving: it happens once a file.
      let unsound = bytes.length;
      for (sound = 0; unsound - sound > 1;) {
        const middle = (sound + unsound) >> 1;
        if (attempt(bytes.subarray(0, middle)) === undefined) unsound = middle;
        else sound = middle;
      }
      text = attempt(bytes.subarray(0, sound)) ?? '';
    }
    const whole = Buffer.byteLength(text);
    this.decoded += whole;
    this.#rest = Buffer.from(bytes.subarray(whole, sound)); // a copy: the source may use its buffer again
    if (!this.#started && text !== '') {
      this.#started = true;
      text = text.replace(/^\uFEFF/, '');
    }
    return { text, sound: sound === bytes.length };
  }

  ended(): boolean {
    return this.#rest.length === 0;
  }
}

/** The text, without a character that is cut off at the end; nothing when another is none. */
function attempt(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}
