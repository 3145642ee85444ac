import type { Balance, Entry, Statement } from './statement.ts';

/** What a format's reader finds, before it is checked, and where it stands in the file. */
export type PlacedEvent =
  | { event: 'opened'; statement: Statement; at: string }
  | { event: 'entry'; entry: Entry }
  | {
      event: 'closed';
      /** Those that only the end tells. */
      balances: Balance[];
      /** Movements that the format sums up and does not list (BAI2 105 and 406). */
      unlistedMinor?: bigint;
      at: string;
    };
