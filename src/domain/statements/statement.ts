import type { MinorUnits } from './minor.ts';

/** A statement is what was booked, a report what is known so far (camt.052, BAI2 current day), a notification single entries (camt.054). */
export type StatementKind = 'statement' | 'report' | 'notification';

export interface Balance {
  /** ISO 20022 ExternalBalanceType1Code (`OPBD`, `CLBD`, `PRCD`, `OPAV`, `CLAV`, `ITBD`, `ITAV`, …), else the format's own code. */
  type: string;
  /** In credit is positive. */
  amountMinor: MinorUnits;
  currency: string;
  /** `YYYY-MM-DD`. */
  date: string | null;
}

export interface Statement {
  /** `camt.053.001.08`, `bai2`, `csv`. */
  source: string;
  kind: StatementKind;
  /** The servicer's own; for BAI2 and CSV made of what identifies it there. */
  id: string;
  /** IBAN or other id, as given. */
  account: string;
  /** BIC or name; BAI2: the originator. */
  servicer: string | null;
  /** Of the account: as given, else the one that all its balances have. */
  currency: string | null;
  electronicSequence: string | null;
  legalSequence: string | null;
  page: number | null;
  lastPage: boolean | null;
  /** ISO 8601, as given. */
  created: string | null;
  from: string | null;
  to: string | null;
  /** Those that stand before the entries. CSV knows some only at the end: see `closed`. */
  balances: Balance[];
}

export type EntryStatus = 'booked' | 'pending' | 'information' | 'future';

export type ReferenceKind =
  | 'end-to-end'
  | 'instruction'
  | 'transaction'
  | 'uetr'
  | 'mandate'
  | 'cheque'
  | 'clearing'
  | 'message'
  | 'payment-information'
  | 'creditor'
  | 'document'
  | 'entry'
  | 'servicer'
  | 'customer'
  | 'proprietary';

/** None of them is unique: an end-to-end id may stand on any number of entries. */
export interface Reference {
  kind: ReferenceKind;
  value: string;
}

export interface TransactionCode {
  /** `PMNT/RCDT/ESCT`: domain, family, subfamily of ISO 20022. */
  iso: string | null;
  /** The servicer's own; of BAI2 the type code. */
  proprietary: string | null;
}

/** One transaction of an entry. Details say what an entry is made of and never add to a balance. */
export interface Detail {
  /** Signed as an entry's; absent where only the entry has an amount. */
  amountMinor: MinorUnits | null;
  currency: string | null;
  references: Reference[];
  /** The other side. Personal data, as is the remittance text. */
  counterparty: { name: string | null; account: string | null };
  remittance: string | null;
  code: TransactionCode;
}

export interface Batch {
  transactions: number | null;
  amountMinor: MinorUnits | null;
  currency: string | null;
}

export interface Entry {
  /** In its statement, from 1. */
  position: number;
  /** A credit to the account is positive. A reversal is signed as the account moves: see `reversal`. */
  amountMinor: MinorUnits;
  currency: string;
  /** It takes back an earlier entry. A reversal that is positive takes back a debit. */
  reversal: boolean;
  status: EntryStatus;
  /** `YYYY-MM-DD`, as is the value date; a time is left off. */
  bookingDate: string | null;
  valueDate: string | null;
  servicerReference: string | null;
  references: Reference[];
  code: TransactionCode;
  remittance: string | null;
  batches: Batch[];
  details: Detail[];
}

/**
 * What came of adding up opening + booked entries = closing. What does not add up is no outcome but a refusal; what could not be added up
 * is one of the others, and a break for whoever takes the statement in:
 * - `not-stated`: no opening, no closing, a report, a notification, or balances without any entry (BAI2)
 * - `other-currency`: an opening and a closing booked balance, but in no common currency
 * - `paged`: one page of several, whose balances may be the page's or the statement's
 */
export type AddingUp = 'adds-up' | 'not-stated' | 'other-currency' | 'paged';

export interface Closed {
  addingUp: AddingUp;
  /** All balances, those that only the end tells among them. */
  balances: Balance[];
  entries: number;
  /** The sum of the booked entries by currency. */
  booked: Record<string, MinorUnits>;
}

/** A file is for each of its statements: one `opened`, its entries, one `closed`. */
export type StatementEvent =
  { event: 'opened'; statement: Statement } | { event: 'entry'; entry: Entry } | { event: 'closed'; closed: Closed };
