import { z } from 'zod';
import { activity, undo } from '../kit/contract/activity.ts';
import { StoredObject } from '../kit/contract/object.ts';
import { MINOR_UNITS } from '../kit/contract/money.ts';
import { BUSINESS_ID, type Pipeline } from '../kit/contract/pipeline.ts';
import { Currency } from './ids.ts';

const AccountId = z.string().regex(BUSINESS_ID);
const Amount = z.string().regex(MINOR_UNITS);

/** Somebody at another bank: ISO 20022's creditor with its account. */
export const Beneficiary = z.object({
  name: z.string().min(1).max(140),
  /** IBAN or another bank's account number. */
  account: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,33}$/),
});

/**
 * Moves money out of one account: to another of ours of the same currency (`creditor`), or by the rail of the currency
 * to somebody at another bank (`beneficiary`).
 */
export const Transfer = z.object({
  transferId: z.string().regex(BUSINESS_ID),
  debtor: AccountId,
  creditor: AccountId.optional(),
  beneficiary: Beneficiary.optional(),
  /** Integer minor units as digits: exact beyond what a JSON number holds. Whether it is positive is the ledger's question. */
  amountMinor: Amount,
  currency: Currency,
  /** Who entered it: it is not they who approve. */
  maker: z.string().min(1).max(200).optional(),
});
export type Transfer = z.infer<typeof Transfer>;

export interface Transferred {
  readonly transferId: string;
  readonly transactionId: string;
  readonly advice: string;
  /** Of one that left by a rail. A rejected one was booked back. */
  readonly payment?: 'settled' | 'rejected';
}

const oneWay = ({ creditor, beneficiary }: Transfer): boolean =>
  (creditor === undefined) !== (beneficiary === undefined);

export const transfers: Pipeline<Transfer> = {
  name: 'ledger',
  prefix: 'ledger',
  workflow: 'transferFunds',
  payload: Transfer.refine(oneWay, 'either a creditor or a beneficiary'),
  businessId: ({ transferId }) => transferId,
  summary: ({ transferId, currency }) => `transfer ${transferId}, ${currency}`,
  sealed: false,
};

/** A two-phase transfer: held now, and posted, whole or in part, when somebody says so; else it expires. */
export const Reservation = Transfer.omit({ beneficiary: true }).extend({
  creditor: AccountId,
  /** How long it is held when nobody posts or voids it. */
  expiresAfterSeconds: z.int().min(1).max(31_536_000),
});
export type Reservation = z.infer<typeof Reservation>;

export interface Reserved {
  readonly transferId: string;
  readonly transactionId: string;
  readonly postedMinor: string;
}

/** Its question, to which a person or a system answers. */
export const SETTLE_HOLD = { question: 'settle', choices: ['post', 'void'] } as const;

/** Ids of reservations and transfers are one namespace: both move money under `ledger/<id>/…`. */
export const reservations: Pipeline<Reservation> = {
  name: 'ledger',
  prefix: 'reservations',
  workflow: 'reserveFunds',
  payload: Reservation,
  businessId: ({ transferId }) => transferId,
  summary: ({ transferId, currency }) => `reservation ${transferId}, ${currency}`,
  sealed: false,
};

const bounds = { attempt: '15s', within: '30 days' } as const;

/** What is wrong with a transfer, or with its accounts. */
const NOT_MOVABLE = {
  AmountNotPositive: 'refused',
  SameAccount: 'refused',
  UnknownAccount: 'refused',
  AccountClosed: 'refused',
  WrongCurrency: 'refused',
  NoRail: 'refused',
  AboveMaximum: 'refused',
  AboveTransferLimit: 'refused',
  AboveDayLimit: 'refused',
  Overdrawn: 'refused',
} as const;

/** Looks whether it could be done now, before anybody is asked about it. Holding it looks again. */
export const validateTransfer = activity('validateTransfer', {
  input: Transfer,
  output: z.object({ approval: z.boolean() }),
  key: ({ transferId }) => `ledger/${transferId}/validate`,
  errors: NOT_MOVABLE,
  ...bounds,
  undo: { none: 'a look changes nothing' },
});

/** Writes down that somebody has to be reminded of a question. */
export const remindOf = activity('remindOf', {
  input: z.object({ transferId: z.string(), question: z.string(), n: z.int().positive() }),
  output: z.object({}),
  key: ({ transferId, question, n }) => `ledger/${transferId}/reminders/${question}/${n}`,
  errors: {},
  ...bounds,
  undo: { none: 'who was reminded was reminded' },
});

/** Gives the held amount back to what the debtor may spend, today and at all. */
export const voidHold = undo('voidHold', {
  input: Transfer,
  key: ({ transferId }) => `ledger/${transferId}/hold/void`,
  errors: {},
  ...bounds,
});

/** Takes the amount out of what the debtor may spend: available = balance − held. Nothing is booked yet. */
export const holdFunds = activity('holdFunds', {
  input: Transfer,
  output: z.object({
    availableMinor: Amount,
    /** Whether it is above what one person may do alone. */
    approval: z.boolean().optional(),
  }),
  key: ({ transferId }) => `ledger/${transferId}/hold`,
  errors: NOT_MOVABLE,
  ...bounds,
  undo: voidHold,
});

/** Books the opposite of what was posted, as a transaction of its own that is linked to it. Entries are never changed. */
export const reverseTransfer = undo('reverseTransfer', {
  input: Transfer.extend({ postMinor: Amount.optional() }),
  key: ({ transferId }) => `ledger/${transferId}/reverse`,
  errors: { CreditorOverdrawn: 'refused' }, // they have spent it: stuck, for a person
  ...bounds,
});

/** Books what was held, or `postMinor` of it: one transaction, an entry an account, sum zero. The rest is free again. */
export const postTransfer = activity('postTransfer', {
  input: Transfer.extend({ postMinor: Amount.optional() }),
  output: z.object({ transactionId: z.string() }),
  key: ({ transferId }) => `ledger/${transferId}/post`,
  errors: { AboveMaximum: 'refused' },
  ...bounds,
  undo: reverseTransfer,
});

/** Tells both sides: an advice, written once. */
export const storeAdvice = activity('storeAdvice', {
  input: Transfer.extend({ transactionId: z.string(), payment: z.enum(['settled', 'rejected']).optional() }),
  output: StoredObject,
  key: ({ transferId }) => `ledger/${transferId}/advice`,
  errors: {},
  attempt: '30s',
  within: '30 days',
  remote: 'keyed', // the path is the key, and a conditional write honours it for ever
  undo: { none: 'who has been told relies on it: taking the money back is another transfer' },
});
