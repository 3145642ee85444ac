import type { BreakKind, Rung, Side } from '../matching/model.ts';

/** What a comparison of an account with the ledger came to in one month. Amounts are minor units, as digits. */
export interface Result {
  readonly account: string;
  /** Null: no account of ours mirrors it. */
  readonly ledgerAccount: string | null;
  /** `YYYY-MM`. */
  readonly period: string;
  readonly statements: readonly ToldStatement[];
  readonly matches: readonly MatchedItems[];
  readonly breaks: readonly OpenBreak[];
  /**
   * Decisions about entries that the bank or the ledger has no more, or otherwise. They count no more, but for a lock, which
   * holds what it has; and all of them wait for a person.
   */
  readonly lapsed: readonly ShownDecision[];
}

/** What a person has decided. */
export interface ShownDecision {
  readonly id: string;
  readonly kind: 'match' | 'unmatch' | 'write-off' | 'explain' | 'lock';
  readonly actor: string;
  /** The second person, where one was asked. */
  readonly approver: string | null;
  readonly reason: string;
}

export interface ToldStatement {
  readonly id: string;
  readonly edition: number;
  readonly source: string;
  readonly day: string | null;
  readonly currency: string | null;
  readonly openingMinor: string | null;
  readonly closingMinor: string | null;
  readonly addingUp: string;
  readonly continuity: string;
}

export interface ShownItem {
  readonly id: string;
  /** As the bank has it: a credit to the account is positive. */
  readonly amountMinor: string;
  readonly currency: string;
  readonly date: string;
  readonly references: readonly string[];
}

export interface MatchedItems {
  readonly rung: Rung;
  /** Statement less ledger: what is still to be booked. */
  readonly differenceMinor: string;
  readonly statement: readonly ShownItem[];
  readonly ledger: readonly ShownItem[];
  /** By which it was made. */
  readonly decision?: ShownDecision;
}

export interface OpenBreak {
  readonly side: Side;
  readonly kind: BreakKind;
  /** To the last day of which the bank has told. */
  readonly ageDays: number;
  readonly item: ShownItem;
  readonly candidates: readonly ShownItem[];
  /** By which it is explained. */
  readonly decision?: ShownDecision;
}

/** A break that waits for a person. */
export const isOpen = ({ kind }: OpenBreak): boolean => kind !== 'explained';

/** A match of amounts that are not the same: the rest is to be written off, or a side corrected. */
export const isDifferent = ({ differenceMinor }: MatchedItems): boolean => differenceMinor !== '0';

/** How much in a month waits for a person: open breaks, differences that are not booked, decisions that lapsed. */
export const waitingIn = ({ breaks, matches, lapsed }: Result): number =>
  breaks.filter(isOpen).length + matches.filter(isDifferent).length + lapsed.length;
