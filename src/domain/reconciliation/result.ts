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
  /** Statement less ledger. */
  readonly differenceMinor: string;
  readonly statement: readonly ShownItem[];
  readonly ledger: readonly ShownItem[];
}

export interface OpenBreak {
  readonly side: Side;
  readonly kind: BreakKind;
  /** To the last day of which the bank has told. */
  readonly ageDays: number;
  readonly item: ShownItem;
  readonly candidates: readonly ShownItem[];
}

/** A break that waits for a person. */
export const isOpen = ({ kind }: OpenBreak): boolean => kind !== 'explained' && kind !== 'written-off';
