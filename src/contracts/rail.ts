import { z } from 'zod';
import { activity } from '../kit/contract/activity.ts';
import { MINOR_UNITS } from '../kit/contract/money.ts';
import { StoredObject } from '../kit/contract/object.ts';
import { BUSINESS_ID, type Pipeline } from '../kit/contract/pipeline.ts';
import { Currency } from './ids.ts';
import { Transfer } from './ledger.ts';

/**
 * Payments to other banks. The rail knows a payment by our instruction id, for ever: sent again, it answers what became
 * of the first, but for what it rejected at once, which it forgets. Words and codes are ISO 20022's: an instruction is accepted (ACSP), settled (ACSC) or rejected (RJCT),
 * also late, and money that was settled may be returned days later (pacs.004).
 */
const bounds = { attempt: '20s', within: '30 days' } as const; // the client gives up after 10 s
/** ISO 20022 ExternalStatusReason1Code. */
const ReasonCode = z.string().regex(/^[A-Z0-9]{1,4}$/);

export const submitPayment = activity('submitPayment', {
  input: Transfer,
  output: z.object({ instructionId: z.string() }),
  key: ({ transferId }) => `ledger/${transferId}/submit`,
  errors: { PaymentRejected: 'refused', RailBusy: 'retry' },
  remote: 'keyed',
  ...bounds,
  undo: { none: 'what a rail has accepted can only be asked back from who received it' },
});

/** What became of it by now. */
export const readPayment = activity('readPayment', {
  input: z.object({ transferId: z.string() }),
  output: z.object({ status: z.enum(['pending', 'settled', 'rejected']), reason: ReasonCode.optional() }),
  key: ({ transferId }) => `ledger/${transferId}/status`,
  errors: { RailBusy: 'retry' },
  ...bounds,
  reads: true,
  undo: { none: 'it only looks' },
});

/** Out of the clearing account: the rail has taken it from our account at the correspondent. */
export const settleTransfer = activity('settleTransfer', {
  input: Transfer,
  output: z.object({ transactionId: z.string() }),
  key: ({ transferId }) => `ledger/${transferId}/settle`,
  errors: {},
  ...bounds,
  undo: { none: 'a settlement is final: what comes back is a return' },
});

/** Books back what the rail rejected after it had accepted it, by a linked transaction. It no longer counts towards its day. */
export const rejectTransfer = activity('rejectTransfer', {
  input: Transfer,
  output: z.object({ transactionId: z.string() }),
  key: ({ transferId }) => `ledger/${transferId}/reject`,
  errors: {},
  ...bounds,
  undo: { none: 'the rail has said its last word' },
});

/** Settled money that came back: pacs.004. */
export const Return = z.object({
  /** The rail's own. */
  returnId: z.string().regex(BUSINESS_ID),
  transferId: z.string().regex(BUSINESS_ID),
  amountMinor: z.string().regex(MINOR_UNITS),
  currency: Currency,
  reason: ReasonCode,
});
export type Return = z.infer<typeof Return>;

export interface Returned {
  readonly returnId: string;
  readonly transactionId: string;
  readonly advice: string;
}

export const returns: Pipeline<Return> = {
  name: 'ledger',
  prefix: 'returns',
  workflow: 'returnTransfer',
  payload: Return,
  businessId: ({ returnId }) => returnId,
  summary: ({ returnId, transferId }) => `return ${returnId} of transfer ${transferId}`,
  sealed: false,
  never: { compensated: 'what came back is booked, or it is refused: there is nothing before it' },
};

/** Books a return: settlement and transfer are both reversed, each by a linked transaction. */
export const postReturn = activity('postReturn', {
  input: Return,
  output: z.object({ transactionId: z.string() }),
  key: ({ returnId }) => `returns/${returnId}/post`,
  errors: {
    UnknownTransfer: 'refused',
    AmountDiffers: 'refused',
    AlreadyReturned: 'refused',
    AboveMaximum: 'refused',
    NotSettled: 'retry', // it has overtaken the booking of its payment, or of its settlement
  },
  ...bounds,
  undo: { none: 'the money is here' },
});

export const storeReturnAdvice = activity('storeReturnAdvice', {
  input: Return.extend({ transactionId: z.string() }),
  output: StoredObject,
  key: ({ returnId }) => `returns/${returnId}/advice`,
  errors: {},
  attempt: '30s',
  within: '30 days',
  remote: 'keyed',
  undo: { none: 'who has been told relies on it' },
});
