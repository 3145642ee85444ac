import { z } from 'zod';
import { activity, undo } from '../kit/contract/activity.ts';
import { StoredObject } from '../kit/contract/object.ts';
import { MINOR_UNITS } from '../kit/contract/money.ts';
import { BUSINESS_ID, type Pipeline } from '../kit/contract/pipeline.ts';
import { Currency } from './ids.ts';

const AccountId = z.string().regex(BUSINESS_ID);

/** Moves money from one account to another of the same currency. */
export const Transfer = z.object({
  transferId: z.string().regex(BUSINESS_ID),
  debtor: AccountId,
  creditor: AccountId,
  /** Integer minor units as digits: exact beyond what a JSON number holds. Whether it is positive is the ledger's question. */
  amountMinor: z.string().regex(MINOR_UNITS),
  currency: Currency,
});
export type Transfer = z.infer<typeof Transfer>;

export interface Transferred {
  readonly transferId: string;
  readonly transactionId: string;
  readonly advice: string;
}

export const transfers: Pipeline<Transfer> = {
  name: 'ledger',
  prefix: 'ledger',
  workflow: 'transferFunds',
  payload: Transfer,
  businessId: ({ transferId }) => transferId,
  summary: ({ transferId, currency }) => `transfer ${transferId}, ${currency}`,
  sealed: false,
};

const bounds = { attempt: '15s', within: '30 days' } as const;

/** Gives the held amount back to what the debtor may spend. */
export const voidHold = undo('voidHold', {
  input: Transfer,
  key: ({ transferId }) => `ledger/${transferId}/hold/void`,
  errors: {},
  ...bounds,
});

/** Takes the amount out of what the debtor may spend: available = balance − held. Nothing is booked yet. */
export const holdFunds = activity('holdFunds', {
  input: Transfer,
  output: z.object({ availableMinor: z.string().regex(MINOR_UNITS) }),
  key: ({ transferId }) => `ledger/${transferId}/hold`,
  errors: {
    AmountNotPositive: 'refused',
    SameAccount: 'refused',
    UnknownAccount: 'refused',
    AccountClosed: 'refused',
    WrongCurrency: 'refused',
    Overdrawn: 'refused',
  },
  ...bounds,
  undo: voidHold,
});

/** Books the opposite of what was posted, as a transaction of its own that is linked to it. Entries are never changed. */
export const reverseTransfer = undo('reverseTransfer', {
  input: Transfer,
  key: ({ transferId }) => `ledger/${transferId}/reverse`,
  errors: { CreditorOverdrawn: 'refused' }, // they have spent it: stuck, for a person
  ...bounds,
});

/** Books the held amount: one transaction, an entry an account, sum zero. */
export const postTransfer = activity('postTransfer', {
  input: Transfer,
  output: z.object({ transactionId: z.string() }),
  key: ({ transferId }) => `ledger/${transferId}/post`,
  errors: {},
  ...bounds,
  undo: reverseTransfer,
});

/** Tells both sides: an advice, written once. */
export const storeAdvice = activity('storeAdvice', {
  input: Transfer.extend({ transactionId: z.string() }),
  output: StoredObject,
  key: ({ transferId }) => `ledger/${transferId}/advice`,
  errors: {},
  attempt: '30s',
  within: '30 days',
  remote: 'keyed', // the path is the key, and a conditional write honours it for ever
  undo: { none: 'who has been told relies on it: taking the money back is another transfer' },
});
