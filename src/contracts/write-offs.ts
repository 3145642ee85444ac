import { z } from 'zod';
import { activity, undo } from '../kit/contract/activity.ts';
import { MINOR_UNITS } from '../kit/contract/money.ts';
import { BUSINESS_ID } from '../kit/contract/pipeline.ts';
import { Currency } from './ids.ts';

const DecisionId = z.string().regex(BUSINESS_ID);

/** An amount that is given up: out of one account of ours, into another. Positive. */
export const WriteOff = z.object({
  decisionId: DecisionId,
  debtor: z.string(),
  creditor: z.string(),
  amountMinor: z.string().regex(MINOR_UNITS),
  currency: Currency,
});
export type WriteOff = z.infer<typeof WriteOff>;

const bounds = { attempt: '15s', within: '30 days' } as const;

export const reverseWriteOff = undo('reverseWriteOff', {
  input: WriteOff,
  key: ({ decisionId }) => `decisions/${decisionId}/write-off/reverse`,
  errors: { Overdrawn: 'refused' }, // stuck, for a person
  ...bounds,
});

/** Books what a person gave up, within the bounds of both accounts. */
export const bookWriteOff = activity('bookWriteOff', {
  input: WriteOff,
  output: z.object({ transactionId: z.string() }),
  key: ({ decisionId }) => `decisions/${decisionId}/write-off`,
  errors: {
    UnknownAccount: 'refused',
    SameAccount: 'refused',
    AccountClosed: 'refused',
    WrongCurrency: 'refused',
    Overdrawn: 'refused',
    AboveMaximum: 'refused',
  },
  ...bounds,
  undo: reverseWriteOff,
});

/** Books back what a write-off that was withdrawn had booked, by a linked transaction. */
export const takeBackWriteOff = activity('takeBackWriteOff', {
  input: z.object({ decisionId: DecisionId, withdraws: DecisionId }),
  output: z.object({ transactionId: z.string() }),
  key: ({ decisionId }) => `decisions/${decisionId}/take-back`,
  errors: { Overdrawn: 'refused' }, // it was withdrawn all the same: a person makes room
  ...bounds,
  undo: { none: 'the withdrawal is recorded; a further write-off books it again' },
});
