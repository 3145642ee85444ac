import type { Closed, Entry, Statement } from './statement.ts';

/** Hex digest of a value's canonical JSON: `kit/effects/fingerprint.ts`, or a keyed one. */
type Fingerprint = (value: unknown) => string;

export interface EntryIdentity {
  /** Of the entry, for ever: in a report, in the statement that follows it, and in the statement sent again. */
  identity: string;
  by: 'reference' | 'content';
  /** Of all that the entry says, but where it stands. */
  fingerprint: string;
}

/**
 * Says which statement and which entries these are, in one pass over them.
 *
 * - A statement is its servicer, account, id and page, in whichever version of a format. The same identity with another `content` is a restated
 *   statement, with the same content a repeated one.
 * - An entry is its servicer's reference in its account. Without one it is its content in its statement: an end-to-end id is the payer's, and not unique.
 * - Either may stand several times in a statement (a charge under its payment's reference, two equal withdrawals), so the occurrence counts too.
 *
 * Holds about 0.2 KB an entry, to count occurrences.
 */
export class StatementIdentity {
  readonly identity: string;
  readonly #statement: Statement;
  readonly #fingerprint: Fingerprint;
  readonly #occurrences = new Map<string, number>();
  #content: string;

  constructor(statement: Statement, fingerprint: Fingerprint) {
    const { source, kind, id, account, servicer, page, currency, electronicSequence, legalSequence, from, to } =
      statement;
    const format = source.replace(/\.001\.\d\d$/, '');
    this.#statement = statement;
    this.#fingerprint = fingerprint;
    this.identity = fingerprint(['statement', format, servicer, account, id, page]);
    // Neither when it was made nor its id: BAI2's id is new in a file sent again, and a copy is made at another time.
    this.#content = fingerprint([kind, servicer, account, currency, electronicSequence, legalSequence, from, to]);
  }

  /** To be called for every entry, in their order. */
  entry(entry: Entry): EntryIdentity {
    const fingerprint = this.#fingerprint({ ...entry, position: 0 });
    this.#content = this.#fingerprint([this.#content, fingerprint]);
    const { servicer, account } = this.#statement;
    const { servicerReference } = entry;
    const by = servicerReference === null ? 'content' : 'reference';
    const base = by === 'reference' ? [servicer, account, servicerReference] : [this.identity, fingerprint];
    const key = this.#fingerprint(['entry', by, ...base]);
    const occurrence = (this.#occurrences.get(key) ?? 0) + 1;
    this.#occurrences.set(key, occurrence);
    return { identity: occurrence === 1 ? key : this.#fingerprint([key, occurrence]), by, fingerprint };
  }

  /** The fingerprint of all that the statement says. */
  content({ balances }: Closed): string {
    return this.#fingerprint([this.#content, balances]);
  }
}
