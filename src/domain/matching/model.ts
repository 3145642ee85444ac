/** The bank's side, and ours. */
export const SIDES = ['statement', 'ledger'] as const;
export type Side = (typeof SIDES)[number];
export const otherSide = (side: Side): Side => (side === 'statement' ? 'ledger' : 'statement');

/** An entry of either side, as far as matching looks at it. */
export interface Item {
  /** Unique on its side. */
  readonly id: string;
  /** In minor units (ISO 4217); a credit to the account is positive. */
  readonly amountMinor: bigint;
  readonly currency: string;
  /** ISO 8601, `yyyy-mm-dd`: value date or booking date, the same choice on both sides. */
  readonly date: string;
  /**
   * As they were received (see `normaliseReference`). Only what both sides can know: the other's invoice number, an
   * end-to-end id. The bank's own number on every entry would speak against every partner.
   */
  readonly references: readonly string[];
  /** On a statement: what the bank says that it has taken out of this entry; not negative. */
  readonly chargesMinor?: bigint;
}

/** From the strongest evidence to the weakest; what no rung has matched is a break, for a person. */
export const RUNGS = ['decided', 'exact-reference', 'amount-and-date', 'group', 'tolerance', 'fees', 'person'] as const;
export type Rung = (typeof RUNGS)[number];

export interface Match {
  readonly rung: Exclude<Rung, 'person'>;
  /** Ids, in canonical order. */
  readonly statement: readonly string[];
  readonly ledger: readonly string[];
  /** Statement less ledger: what remains to be booked. */
  readonly differenceMinor: bigint;
}

/**
 * What a person does differently:
 * - `not-in-ledger`, `not-on-statement`: book it, or wait for it;
 * - `amount-differs`, `date-differs`, `reference-differs`: the candidates agree in the rest; correct one side, or match them;
 * - `ambiguous`: several candidates are as good, choose;
 * - `duplicate`: alike in everything to one that is matched, and this side has more of them; have it taken back;
 * - `explained`: decided, nothing to do.
 */
export type BreakKind =
  | 'not-in-ledger'
  | 'not-on-statement'
  | 'amount-differs'
  | 'date-differs'
  | 'reference-differs'
  | 'ambiguous'
  | 'duplicate'
  | 'explained';

export interface Break {
  readonly side: Side;
  readonly id: string;
  readonly kind: BreakKind;
  /** Ids of the other side, in canonical order; at most `maxCandidates` are named. */
  readonly candidates: readonly string[];
}

/** What a rung has taken, in one currency. Over all rungs these add up to what was given. */
export interface RungSum {
  readonly rung: Rung;
  readonly currency: string;
  /** Of the rung `person`: none. */
  readonly matches: number;
  readonly statementItems: number;
  readonly statementMinor: bigint;
  readonly ledgerItems: number;
  readonly ledgerMinor: bigint;
}

export interface Reconciliation {
  /** By date, amount and id of their first items, as breaks are by those of theirs: the canonical order. */
  readonly matches: readonly Match[];
  readonly breaks: readonly Break[];
  /** By currency, and down the ladder; a rung that took nothing is left out. */
  readonly rungs: readonly RungSum[];
}
