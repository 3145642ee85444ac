import { z } from 'zod';
import { activity, segments } from './activity.ts';
import type { Json } from './outcome.ts';
import { FATES } from './updates.ts';

/**
 * The kit's own activities, in every pipeline: a run's end and a person's decisions are effects like any other, so
 * that a reset or a redrive meets them again under the same keys.
 */
const Any = z.json() as unknown as z.ZodType<Json, Json>;
const outage = { attempt: '10s', within: '365 days' } as const; // the run has nothing better to do than wait

const Fate = {
  fate: z.enum(FATES),
  reason: z.string().nullable(),
  result: Any,
};

/** Tells the inbox of a run that Temporal has started by itself; one that it knows is left as it is. */
export const recordStart = activity('recordStart', {
  input: z.object({
    workflowId: z.string(),
    runId: z.string(),
    pipeline: z.string(),
    workflow: z.string(),
    businessId: z.string(),
    summary: z.string(),
    payload: Any,
  }),
  output: z.object({}),
  // The same start in another run of Temporal's; and in a later version, where things may have other names.
  volatile: ['runId', 'pipeline', 'workflow', 'summary'],
  key: ({ workflowId }) => `${segments(workflowId)}/start`,
  errors: {},
  ...outage,
  undo: { none: 'that it was started stays true' },
});

/**
 * Writes the run's fate into the inbox, from where it is answered for ever, also after Temporal forgot the run. A run's
 * first fate stands: a reset that comes to another end is given the recorded one.
 */
export const recordFate = activity('recordFate', {
  input: z.object({
    workflowId: z.string(),
    run: z.int().positive(),
    ...Fate,
  }),
  output: z.object(Fate),
  volatile: ['fate', 'reason', 'result'],
  key: ({ workflowId, run }) => `${segments(workflowId)}/runs/${run}/fate`,
  errors: {},
  ...outage,
  undo: { none: 'a fate is the last word of a run' },
});

const Actor = { workflowId: z.string(), updateId: z.string(), actor: z.string().min(1), reason: z.string() };
const decisionKey = ({ workflowId, updateId }: { workflowId: string; updateId: string }) =>
  `${segments(workflowId)}/decisions/${updateId}`;
const decided = {
  errors: {},
  ...outage,
  actor: ({ actor }: { actor: string }) => actor,
  undo: { none: 'a decision is a fact: another decision may follow it' },
} as const;

/** Records who cancelled, and why. */
export const recordCancel = activity('recordCancel', {
  input: z.object(Actor),
  output: z.object({}),
  key: decisionKey,
  ...decided,
});

/** Records a person's `resolve` and settles the waiting key in the store, before the run goes on. */
export const recordResolve = activity('recordResolve', {
  input: z.object({
    ...Actor,
    key: z.string(),
    activity: z.string(),
    /** The key of the forward effect when `key` is an undo's. */
    forwardKey: z.string().nullable(),
    action: z.enum(['retry', 'skip', 'complete']),
    value: Any,
    /** The key holds another payload's effect: the decision is written down, and that effect is left alone. */
    conflict: z.literal(true).optional(),
  }),
  output: z.object({}),
  key: decisionKey,
  ...decided,
  errors: { ValueNotDeclared: 'refused' }, // a slip of the person who completes, who may try again
});

/** Records a person's answer to a question of the story. */
export const recordAnswer = activity('recordAnswer', {
  input: z.object({
    ...Actor,
    question: z.string(),
    fingerprint: z.string(),
    choice: z.string(),
    value: Any.optional(),
  }),
  output: z.object({}),
  key: decisionKey,
  ...decided,
});

/**
 * Opens a question: gives the fingerprint of what the person is shown (the sandbox has no hash), and the answer that
 * was already given to just this, if any: a reset re-applies answers before their question exists.
 */
export const openQuestion = activity('openQuestion', {
  input: z.object({ workflowId: z.string(), question: z.string(), asked: z.int().positive(), shown: Any }),
  output: z.object({
    fingerprint: z.string(),
    answer: z.object({ choice: z.string(), actor: z.string(), reason: z.string(), value: Any.optional() }).nullable(),
  }),
  key: ({ workflowId, question, asked }) => `${segments(workflowId)}/questions/${question}/${asked}`,
  errors: {},
  ...outage,
  reads: true,
  undo: { none: 'a question changes nothing' },
});

/**
 * Opens a run that may not be the first of its id, redriven or scheduled: gives what the runs before it did, so that it can
 * be told again up to there before anything new happens, or before it walks back.
 */
export const openRun = activity('openRun', {
  input: z.object({ workflowId: z.string(), run: z.int().positive() }),
  output: z.object({
    /** Why it shall walk back: a person had cancelled it, or a run before it was undoing already. Null: it goes on. */
    back: z.enum(['Cancelled', 'Burned']).nullable(),
    /** Keys of its steps, undos not among them: those that have their outcome, and those that may be under way. */
    settled: z.array(z.string()),
    inDoubt: z.array(z.string()),
    /** What the inbox says: the number of the run, and the fate that it has already. Absent: it does not know it. */
    known: z.object({ run: z.int().positive(), ended: z.object(Fate).nullable() }).optional(),
  }),
  key: ({ workflowId, run }) => `${segments(workflowId)}/runs/${run}/open`,
  errors: {},
  ...outage,
  reads: true,
  undo: { none: 'it only looks' },
});
