import { z } from 'zod';
import { activity, segment } from '../kit/contract/activity.ts';
import { MadeVersion } from '../kit/contract/dataset.ts';
import type { Json } from '../kit/contract/outcome.ts';
import type { Pipeline } from '../kit/contract/pipeline.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A file of statements that lies in the object store, under its hash. */
export const StatementFile = z.object({
  /** The file's hash, and of a CSV that of its mapping behind it: read by another mapping, it is another file. */
  fileRef: z.string().regex(/^[0-9a-f]{64}(-[0-9a-f]{16})?$/),
  sha256: Sha256,
  bytes: z.int().positive(),
  /** A CSV's: which column is what, see docs/statements.md. Absent: camt or BAI2, by how it begins. */
  mapping: (z.json() as unknown as z.ZodType<Json, Json>).optional(),
});
export type StatementFile = z.infer<typeof StatementFile>;

/** A file is put into the object store in one request, and into the quarantine in one row. */
export const FILE_LIMIT_BYTES = 256 * 1024 * 1024;

/** Where the file lies in the bucket. */
export const pathOfFile = (sha256: string): string => `statements/${sha256}`;

/** What a file came to. */
export interface Imported {
  /** `absorbed`: everything in it was known. `review`: something waits for a person. */
  readonly state: 'reconciled' | 'review' | 'absorbed';
  readonly statements: number;
  readonly entries: number;
  /** Of the periods that it touched. */
  readonly breaks: number;
}

export const imports: Pipeline<StatementFile> = {
  name: 'reconciliation',
  prefix: 'statements',
  workflow: 'importStatements',
  payload: StatementFile,
  businessId: ({ fileRef }) => fileRef,
  summary: ({ sha256, bytes }) => `statements ${sha256.slice(0, 12)}, ${bytes} bytes`,
  sealed: false,
  never: { compensated: 'a file that is taken in goes forward only, and before that there is nothing to undo' },
};

const bounds = { attempt: '10 minutes', within: '30 days', heartbeat: '60s' } as const;

/** Reads, checks and takes in a file, whole or not at all. Statements that are known are absorbed; corrected ones are restated. */
export const loadStatements = activity('loadStatements', {
  input: StatementFile,
  output: z.object({
    statements: z.int(),
    entries: z.int(),
    /** Statements that were new, or said something else than before. */
    taken: z.int(),
    /** Accounts about which there is something new. */
    accounts: z.array(z.string()),
    gaps: z.int(),
  }),
  key: ({ fileRef }) => `statements/${fileRef}/load`,
  errors: { FileRefused: 'refused' },
  ...bounds,
  undo: { none: 'what a bank has said stays said: it corrects itself by another statement' },
});

/** Keeps a refused file whole, with the reason and the place. */
export const quarantineFile = activity('quarantineFile', {
  input: StatementFile,
  output: z.object({ reason: z.string(), at: z.string() }),
  key: ({ fileRef }) => `statements/${fileRef}/quarantine`,
  errors: {},
  ...bounds,
  undo: { none: 'what cannot be used is kept' },
});

/** Compares an account's entries with the ledger's, and keeps what came of each period where that is new. */
export const reconcileAccount = activity('reconcileAccount', {
  /** After a file was taken in, or after a decision. */
  input: StatementFile.pick({ fileRef: true })
    .partial()
    .extend({ decisionId: z.string().optional(), account: z.string() }),
  output: z.object({
    results: z.array(z.object({ period: z.string(), n: z.int() })),
    /** What waits for a person: open breaks, differences that are not booked, decisions that lapsed. */
    breaks: z.int(),
  }),
  key: ({ fileRef, decisionId, account }) =>
    decisionId === undefined
      ? `statements/${fileRef}/reconcile/${segment(account)}`
      : `decisions/${decisionId}/reconcile`,
  errors: {},
  ...bounds,
  undo: { none: 'a comparison changes neither side' },
});

const ResultRef = z.object({ account: z.string(), period: z.string().regex(/^\d{4}-\d{2}$/), n: z.int().positive() });
/** Publishes a result as the next version of the dataset of its account and month: JSON, CSV, and a page to print. */
export const publishResult = activity('publishResult', {
  input: ResultRef,
  /** Overtaken: there is a newer result, which its own run publishes. */
  output: z.union([MadeVersion, z.object({ overtaken: z.literal(true) })]),
  key: ({ account, period, n }) => `reconciliation/${segment(account)}/${period}/${n}/publish`,
  errors: { Superseded: 'refused' },
  remote: 'probeable',
  ...bounds,
  undo: { none: 'the next result takes its place; a person may roll the dataset back' },
});
