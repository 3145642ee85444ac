import { type Limits, LIMITS } from '../sources/limits.ts';
import { type Line, linesOf } from '../sources/lines.ts';
import { SourceRefused } from '../sources/refused.ts';
import type { Message } from './message.ts';
import { parseMessage, type ParseOptions } from './parse.ts';

/** What frames a message by MLLP: a vertical tab before it, a file separator after it. */
const [START, END] = [0x0b, 0x1c];
/** With CR, which ends a segment, and LF, which ends one on its way through a Unix. CRLF makes an empty line. */
const ENDS = [0x0a, START, 0x0d, END];

/** A piece of a file: a message, or what is none and is to be kept whole. Pieces do not overlap, and between them are empty lines and framing only. */
export type Piece = {
  /** Where it stands in the file, in bytes from 0. */
  readonly from: number;
  readonly to: number;
  /** As it stands, without what frames it: what `parseMessage` takes. `null` for one that is over the limit; it is in the file all the same. */
  readonly bytes: Uint8Array | null;
} & (
  | { readonly message: Message; readonly refused?: never }
  | { readonly message?: never; readonly refused: SourceRefused }
);

export interface ReadOptions extends ParseOptions {
  /** Told the number of bytes read so far, after each piece. */
  onProgress?: (bytes: number) => void;
}

/**
 * The messages of a file, one at a time: one or many, with or without MLLP framing, alone or in batches (FHS, BHS, BTS, FTS), whose counts are
 * checked. A message that is refused costs nobody else anything. A batch that is not whole costs its own frame: what came of it is good, and that
 * something is missing is a piece of its own.
 */
export async function* readMessages(
  chunks: AsyncIterable<Uint8Array>,
  { onProgress, ...options }: ReadOptions = {},
): AsyncGenerator<Piece> {
  const limits = options.limits ?? LIMITS;
  const batches = new Batches();
  let open: Open | undefined;
  let framed = false;
  const close = (whole: boolean): Piece[] => {
    const piece = open?.ended(whole, options);
    open = undefined;
    return piece ? [piece] : [];
  };
  for await (const line of linesOf(chunks, ENDS, limits.messageBytes)) {
    const kind = kindOf(line);
    // A frame that begins with a message holds that one only: what looks like another's begin is in the midst of it.
    if ((kind === 'message' || kind === 'batch') && !(framed && open?.isMessage)) {
      yield* close(true);
      if (kind === 'batch') {
        yield* batches.line(line);
        framed = false;
      } else {
        open = new Open(line, true, limits);
        batches.message();
      }
    } else if (kind !== 'empty' && !open) open = new Open(line, false, limits);
    else open?.add(line, kind === 'empty');
    if (line.end === START || line.end === END) {
      if (open?.isMessage) yield* close(line.end === END || !framed);
      framed = line.end === START;
    }
    onProgress?.(line.to);
  }
  yield* close(!framed);
  yield* batches.ended();
}

const HEADERS = { MSH: 'message', FHS: 'batch', BHS: 'batch', BTS: 'batch', FTS: 'batch' } as const;

function kindOf({ bytes, head }: Line): 'empty' | 'message' | 'batch' | 'other' {
  if (bytes?.length === 0) return 'empty';
  return HEADERS[textOf(head).slice(0, 3) as keyof typeof HEADERS] ?? 'other';
}

/** A header as text, without a byte order mark. */
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replace(/^\u00EF\u00BB\u00BF/, ''); // prettier-ignore

/** A piece of which lines still come. */
class Open {
  readonly #from: number;
  /** Or what stands before one. */
  readonly isMessage: boolean;
  readonly #limits: Limits;
  #to: number;
  #held: Uint8Array[] | null = [];
  #heldBytes = 0;
  /** Up to the last line that is not empty. */
  #solid = 0;

  constructor(line: Line, isMessage: boolean, limits: Limits) {
    this.#from = this.#to = line.from;
    this.isMessage = isMessage;
    this.#limits = limits;
    this.add(line, false);
  }

  add({ bytes, end, to }: Line, empty: boolean): void {
    if (!empty) this.#to = to;
    if (bytes === null || this.#held === null) {
      this.#held = null;
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (!empty) this.#solid = this.#heldBytes;
    if (end !== null && !(this.isMessage && (end === START || end === END))) {
      this.#held.push(Uint8Array.of(end));
      this.#heldBytes += 1;
      if (!empty) this.#solid = this.#heldBytes;
    }
    if (this.#solid > this.#limits.messageBytes) this.#held = null;
  }

  ended(whole: boolean, options: ParseOptions): Piece {
    const bytes = this.#held && Buffer.concat(this.#held).subarray(0, this.#solid);
    const place = { from: this.#from, to: this.#to, bytes };
    const refused = (code: SourceRefused['code']) => ({
      ...place,
      refused: new SourceRefused(code, `byte ${this.#from + 1}`),
    });
    if (!this.isMessage) return refused('outside-a-message');
    if (bytes === null) return refused('message-too-large');
    if (!whole) return refused('frame-open');
    try {
      return { ...place, message: parseMessage(bytes, options) };
    } catch (error) {
      if (error instanceof SourceRefused) return { ...place, refused: error };
      throw error;
    }
  }
}

/** What a header opened, with what was counted since. */
interface Counted {
  line: Line;
  /** Messages of a batch, batches of a file. */
  count: number;
}

/** FHS … FTS around BHS … BTS around messages (v2.5.1 ch. 2.10.3). Either pair may be absent, but not half of one. */
class Batches {
  #file: Counted | undefined;
  #batch: Counted | undefined;

  message(): void {
    if (this.#batch) this.#batch.count += 1;
  }

  *line(line: Line): Generator<Piece> {
    const text = textOf(line.bytes ?? line.head);
    const name = text.slice(0, 3);
    if (name === 'FHS') {
      yield* this.ended();
      this.#file = { line, count: 0 };
      return;
    }
    if (name === 'BHS') {
      if (this.#batch) yield refusedAt(this.#batch.line, 'batch-open');
      if (this.#file) this.#file.count += 1;
      this.#batch = { line, count: 0 };
      return;
    }
    if (name === 'FTS' && this.#batch) {
      yield refusedAt(this.#batch.line, 'batch-open');
      this.#batch = undefined;
    }
    const opened = name === 'BTS' ? this.#batch : this.#file;
    if (name === 'BTS') this.#batch = undefined;
    else this.#file = undefined;
    const stated = (text.slice(4).split(text.charAt(3), 1)[0] ?? '').trim();
    if (!opened) yield refusedAt(line, 'batch-out-of-order');
    else if (stated !== '' && stated !== String(opened.count)) yield refusedAt(line, 'batch-count');
  }

  *ended(): Generator<Piece> {
    for (const open of [this.#batch, this.#file]) if (open) yield refusedAt(open.line, 'batch-open');
    this.#batch = this.#file = undefined;
  }
}

const refusedAt = ({ from, to, bytes }: Line, code: SourceRefused['code']): Piece => ({
  from,
  to,
  bytes,
  refused: new SourceRefused(code, `byte ${from + 1}`),
});
