import { z } from 'zod';
import { activity } from '../kit/contract/activity.ts';
import { MINOR_UNITS } from '../kit/contract/money.ts';
import { BUSINESS_ID, type Pipeline } from '../kit/contract/pipeline.ts';
import { WriteOff } from './write-offs.ts';

const DecisionId = z.string().regex(BUSINESS_ID);
/** As the column `id` of a published `items.csv` has them. */
const Ids = z.array(z.string().min(1).max(300)).max(100);

const by = {
  decisionId: DecisionId,
  /** As its bank names it. */
  account: z.string().min(1).max(200),
  actor: z.string().min(1).max(200),
  reason: z.string().min(1).max(1_000),
};
const about = { statement: Ids, ledger: Ids };

/** These belong together, and what they differ by (statement less ledger; as the person saw it) is booked as lost or won. */
const WriteOffDecision = z.object({
  ...by,
  kind: z.literal('write-off'),
  ...about,
  differenceMinor: z.string().regex(MINOR_UNITS),
});
export type WriteOffDecision = z.infer<typeof WriteOffDecision>;

/** What a person decides about the breaks of an account, or about one of its months. */
export const Decision = z.discriminatedUnion('kind', [
  /** These belong together. They agree to the cent: what they differ by is written off. */
  z.object({ ...by, kind: z.literal('match'), ...about }),
  /** No entry of the one side belongs to any of the other. */
  z.object({ ...by, kind: z.literal('unmatch'), ...about }),
  WriteOffDecision,
  /** No partner is looked for: the reason says why. */
  z.object({ ...by, kind: z.literal('explain'), ...about }),
  /** The month keeps the result that it has. */
  z.object({ ...by, kind: z.literal('lock'), period: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/) }),
  /** An earlier decision counts no more. */
  z.object({ ...by, kind: z.literal('withdraw'), withdraws: DecisionId }),
]);
export type Decision = z.infer<typeof Decision>;
/** One that is about entries. */
export type EntryDecision = Extract<Decision, { readonly statement: readonly string[] }>;

export interface Decided {
  /** What still waits for a person on this account. */
  readonly breaks: number;
}

export const decisions: Pipeline<Decision> = {
  name: 'reconciliation',
  prefix: 'decisions',
  workflow: 'decideReconciliation',
  payload: Decision,
  businessId: ({ decisionId }) => decisionId,
  summary: ({ decisionId, kind }) => `${kind} ${decisionId}`,
  sealed: false,
};

const bounds = { attempt: '1 minute', within: '30 days', heartbeat: '10s' } as const;

/** What stands against a decision about entries. */
const NOT_DECIDABLE = {
  UnknownAccount: 'refused',
  /** Not, or no more, among the entries that are compared. */
  UnknownItem: 'refused',
  TooFewItems: 'refused',
  CurrenciesDiffer: 'refused',
  AlreadyDecided: 'refused',
  /** It stands in the result of a month that is locked. */
  PeriodLocked: 'refused',
  /** It is another amount than the person saw, or none. */
  DifferenceDiffers: 'refused',
} as const;

/** Looks whether an amount may be written off, before anybody else is asked and anything is booked. */
export const validateWriteOff = activity('validateWriteOff', {
  input: WriteOffDecision,
  output: z.object({ writeOff: WriteOff, approval: z.boolean() }),
  key: ({ decisionId }) => `decisions/${decisionId}/validate`,
  errors: {
    ...NOT_DECIDABLE,
    StatementOnly: 'refused',
    NoWriteOffAccount: 'refused',
    AboveWriteOffLimit: 'refused',
  },
  ...bounds,
  undo: { none: 'a look changes nothing' },
});

/** Keeps a decision, if it still can be made. From then on it counts. */
export const recordDecision = activity('recordDecision', {
  input: Decision.and(z.object({ approver: z.string().optional() })),
  output: z.object({
    /** Of a withdrawal: the write-off whose booking has to be taken back. */
    withdrawnWriteOff: z.string().optional(),
  }),
  key: ({ decisionId }) => `decisions/${decisionId}/record`,
  actor: ({ actor }) => actor,
  errors: {
    ...NOT_DECIDABLE,
    /** They are not the same amount: nothing says where the rest is to go. */
    DifferenceLeft: 'refused',
    NoResult: 'refused',
    /** Something that was taken in or decided is not in the result yet. */
    NotCompared: 'refused',
    UnknownDecision: 'refused',
    AlreadyWithdrawn: 'refused',
  },
  ...bounds,
  undo: { none: 'it is taken back by a further decision' },
});
