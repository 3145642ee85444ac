import { boundsOf, continuity, type Bounds, type Continuity } from '../../domain/statements/continuity.ts';
import { StatementIdentity } from '../../domain/statements/identity.ts';
import type { Closed, Entry, ReferenceKind, Statement } from '../../domain/statements/statement.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { sha256 } from '../../kit/effects/fingerprint.ts';

/** Rows an insert: a statement of a million entries is a thousand of them. */
const CHUNK = 1_000;

/** References that both sides can know. The bank's own numbers would only speak against every partner. */
const SHARED: readonly ReferenceKind[] = [
  'end-to-end',
  'instruction',
  'uetr',
  'cheque',
  'creditor',
  'document',
  'customer',
  'payment-information',
];

/** What one statement came to. */
export interface Taken {
  readonly account: string;
  readonly entries: number;
  /** `absorbed`: it says what it said before. `restated`: something else. */
  readonly as: 'new' | 'restated' | 'absorbed';
  readonly continuity: Continuity['verdict'];
}

/** Takes in one statement, entry by entry, within the transaction of its file. */
export class Taking {
  readonly #tx: Tx;
  readonly #statement: Statement;
  readonly #identity: StatementIdentity;
  #rows: Row[] = [];
  #entries = 0;

  private constructor(tx: Tx, statement: Statement) {
    this.#tx = tx;
    this.#statement = statement;
    this.#identity = new StatementIdentity(statement, sha256);
  }

  static async of(tx: Tx, statement: Statement): Promise<Taking> {
    // What it says is known only when it ends, so its entries wait aside.
    await tx.query(
      `create temp table if not exists incoming (
         entry_ref text primary key, fingerprint text, status text, amount_minor bigint, currency text,
         booking_date date, value_date date, reversal boolean, refs text[], entry jsonb
       ) on commit drop`,
    );
    await tx.query('truncate incoming');
    return new Taking(tx, statement);
  }

  async entry(entry: Entry): Promise<void> {
    const { identity, fingerprint } = this.#identity.entry(entry);
    this.#rows.push({ identity, fingerprint, entry });
    this.#entries++;
    if (this.#rows.length >= CHUNK) await this.#flush();
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    await this.#tx.query(
      `insert into incoming
       select ref, fingerprint, e ->> 'status', (e ->> 'amountMinor')::bigint, e ->> 'currency',
              (e ->> 'bookingDate')::date, (e ->> 'valueDate')::date, (e ->> 'reversal')::boolean,
              array(select distinct r ->> 'value' from jsonb_array_elements(
                e -> 'references' || coalesce((select jsonb_agg(x) from jsonb_array_elements(e -> 'details') d,
                                               jsonb_array_elements(d -> 'references') x), '[]')) r
                    where r ->> 'kind' = any ($4) order by 1), e
       from unnest($1::text[], $2::text[], $3::jsonb[]) as of (ref, fingerprint, e)`,
      [
        rows.map(({ identity }) => identity),
        rows.map(({ fingerprint }) => fingerprint),
        rows.map(({ entry }) => JSON.stringify(entry)),
        SHARED,
      ],
    );
  }

  /** … whole: compares it with what was known, and keeps what is new. */
  async close(closed: Closed, file: string, at: Date): Promise<Taken> {
    await this.#flush();
    const tx = this.#tx;
    const statement = this.#statement;
    const { account, kind } = statement;
    const ref = this.#identity.identity;
    const content = this.#identity.content(closed);
    await openAccount(tx, account);
    const [known] = await tx.query<{ edition: number; content: string }>(
      'select edition, content from reconciliation.statements where statement_ref = $1 order by edition desc limit 1',
      [ref],
    );
    const bounds = boundsOf(statement, closed.balances);
    const { verdict } = continuity(kind === 'statement' ? await before(tx, account, ref, bounds) : null, bounds);
    const taken = { account, entries: this.#entries, continuity: verdict } as const;
    if (known?.content === content) return { ...taken, as: 'absorbed' };
    const edition = (known?.edition ?? 0) + 1;
    await tx.query(
      `insert into reconciliation.statements
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
      [
        ref,
        edition,
        account,
        kind,
        statement.source,
        statement.id,
        content,
        file,
        statement.currency,
        bounds.electronicSequence,
        bounds.legalSequence,
        bounds.page,
        bounds.openingMinor,
        bounds.closingMinor,
        bounds.day,
        closed.addingUp,
        verdict,
        at,
      ],
    );
    await this.#replace(ref, edition);
    await tx.query('update reconciliation.accounts set compared = false where account = $1', [account]);
    return { ...taken, as: known ? 'restated' : 'new' };
  }

  /** Drops what it says no more or says otherwise, and adds what is new. What a statement has told, no report tells again. */
  async #replace(ref: string, edition: number): Promise<void> {
    const { account, kind } = this.#statement;
    await this.#tx.query(
      `update reconciliation.entries e set dropped_by = $1, dropped_in = $2
       where e.dropped_by is null and e.account = $3 and (
         (e.statement_ref = $1 and not exists (select from incoming i where i.entry_ref = e.entry_ref))
         or ((e.kind <> 'statement' or $4 = 'statement') and exists (
           select from incoming i where i.entry_ref = e.entry_ref and (i.fingerprint, $4) <> (e.fingerprint, e.kind)))
       )`,
      [ref, edition, account, kind],
    );
    await this.#tx.query(
      `insert into reconciliation.entries
       select i.entry_ref, i.fingerprint, $3, $1, $2, $4, i.status, i.amount_minor, i.currency, i.booking_date,
              i.value_date, i.reversal, i.refs, i.entry
       from incoming i where not exists (
         select from reconciliation.entries e where e.entry_ref = i.entry_ref and e.dropped_by is null)`,
      [ref, edition, account, kind],
    );
  }
}

interface Row {
  readonly identity: string;
  readonly fingerprint: string;
  readonly entry: Entry;
}

/** An account that is heard of for the first time mirrors the one of ours that has its name; else it is statement-only. */
async function openAccount(tx: Tx, account: string): Promise<void> {
  await tx.query(
    `insert into reconciliation.accounts values ($1, (select account_id from ledger.accounts where account_id = $1))
     on conflict (account) do nothing`,
    [account],
  );
  // Files about one account are taken in one after the other.
  await tx.query('select from reconciliation.accounts where account = $1 for update', [account]);
}

/** The statement of this account that comes before: of the days up to this one's, the last. */
async function before(tx: Tx, account: string, ref: string, { day }: Bounds): Promise<Bounds | null> {
  const [found] = await tx.query<Bounds>(
    `select electronic_sequence as "electronicSequence", legal_sequence as "legalSequence", page, currency,
            opening_minor as "openingMinor", closing_minor as "closingMinor", day::text as day
     from reconciliation.statements s
     where account = $1 and kind = 'statement' and statement_ref <> $2 and (day is null or $3::date is null or day <= $3)
       and not exists (select from reconciliation.statements o where o.statement_ref = s.statement_ref and o.edition > s.edition)
     order by day desc nulls last, loaded_at desc, page desc nulls last limit 1`,
    [account, ref, day],
  );
  return found ?? null;
}
