import { isDay } from './days.ts';
import { impliedMinorOf } from './minor.ts';
import { StatementRefused, type StatementRefusal } from './refused.ts';

/** A logical record: what stands in its physical record and in the continuations (88) behind it. */
export interface Bai2Record {
  /** The line of the physical record. */
  line: number;
  code: string;
  /** Physical records: this one and its continuations. */
  physical: number;
  parts: string[];
  /** Characters of all parts. */
  length: number;
}

/**
 * Takes the fields of a logical record, one after the other. Each physical record ends at a field's end, so a continuation goes on with the next
 * field; a slash ends a physical record, which a text may do without (it then ends with its line).
 */
export class Fields {
  readonly #line: number;
  readonly #parts: readonly string[];
  #part = 0;
  /** Where the next field of the part begins; behind its end where there is none. */
  #at = 0;

  constructor({ line, code, parts }: Bai2Record) {
    this.#line = line;
    // Only a text may end without a slash or hold one, and only entries have texts.
    this.#parts = parts.map((part) => {
      const ended = part.endsWith('/');
      const fields = ended ? part.slice(0, -1) : part;
      if (code !== '16' && (!ended || fields.includes('/'))) throw this.refused('record-malformed');
      return fields;
    });
  }

  get ended(): boolean {
    this.#turn();
    return this.#part >= this.#parts.length;
  }

  /** Trimmed; empty where it stands empty, and where the record has ended. */
  next(): string {
    this.#turn();
    const part = this.#parts[this.#part];
    if (part === undefined) return '';
    const end = part.indexOf(',', this.#at);
    const field = part.slice(this.#at, end === -1 ? undefined : end);
    this.#at = end === -1 ? part.length + 1 : end + 1;
    return field.trim();
  }

  /** Nothing is left but empty fields: one that is left over was read as its neighbour. */
  end(): void {
    while (!this.ended) if (this.next() !== '') throw this.refused('record-malformed');
  }

  required(): string {
    const field = this.next();
    if (field === '') throw this.refused('field-missing');
    return field;
  }

  /** All that is left, commas among it: a text, a line a physical record. */
  text(): string {
    this.#turn();
    const lines = this.#parts.slice(this.#part);
    if (lines[0] !== undefined) lines[0] = lines[0].slice(this.#at);
    this.#part = this.#parts.length;
    return lines.map((line) => line.trim()).filter(Boolean).join('\n'); // prettier-ignore
  }

  amount(): bigint {
    return this.#amountOf(this.required());
  }

  amountOrNone(): bigint | undefined {
    const field = this.next();
    return field === '' ? undefined : this.#amountOf(field);
  }

  /** The sum of amounts, which may have more digits than an amount. */
  total(): bigint {
    const field = this.required();
    if (!/^[+-]?\d{1,30}$/.test(field)) throw this.refused('amount-malformed');
    return BigInt(field.replace('+', ''));
  }

  count(): number {
    const field = this.required();
    if (!/^\d{1,15}$/.test(field)) throw this.refused('number-malformed');
    return Number(field);
  }

  /** `YYMMDD`; the format is of 1987, so years from 80 on are of the last century. */
  day(): string {
    const field = this.required();
    const day = `${Number(field.slice(0, 2)) < 80 ? '20' : '19'}${field.slice(0, 2)}-${field.slice(2, 4)}-${field.slice(4)}`;
    if (!/^\d{6}$/.test(field) || !isDay(day)) throw this.refused('date-malformed');
    return day;
  }

  /** `HHMM`, 0000 to 2400; 9999 is some processors' end of the day. As ISO, without a zone: it is the sender's. */
  time(): string | null {
    const field = this.next();
    if (field === '') return null;
    if (field === '2400' || field === '9999') return '24:00';
    if (!/^([01]\d|2[0-3])[0-5]\d$/.test(field)) throw this.refused('date-malformed');
    return `${field.slice(0, 2)}:${field.slice(2)}`;
  }

  /**
   * When the money is there. `0` at once, `1` and `2` after so many days, `V` on a day, `S` in three parts (now, 1 day, more), `D` in parts
   * by days, `Z` or nothing unknown. Only `V` names a day; the parts are read past, and not kept.
   */
  valueDate(): string | null {
    const type = this.next();
    if (type === 'V') {
      const day = this.day();
      this.time();
      return day;
    }
    let parts = type === 'S' ? 3 : 0;
    if (type === 'D') {
      for (parts = this.count(); parts > 0; parts -= 1) {
        if (this.ended) throw this.refused('field-missing');
        this.count();
        this.amountOrNone();
      }
    } else if (!['', '0', '1', '2', 'S', 'Z'].includes(type)) {
      throw this.refused('code-unknown');
    }
    for (; parts > 0; parts -= 1) this.amountOrNone();
    return null;
  }

  refused(code: StatementRefusal): StatementRefused {
    return new StatementRefused(code, `line ${this.#line}`);
  }

  #amountOf(field: string): bigint {
    const amount = impliedMinorOf(field);
    if (typeof amount === 'string') throw this.refused(amount);
    return amount;
  }

  #turn(): void {
    while (this.#part < this.#parts.length && this.#at > (this.#parts[this.#part]?.length ?? 0)) {
      this.#part += 1;
      this.#at = 0;
    }
  }
}
