import type { z } from 'zod';
import type { RunFate } from './updates.ts';

/**
 * What a client may know about a workflow of a pipeline: how to start it, and nothing of how it is done. A pipeline with
 * several workflows has one of these each, with the same `name`.
 */
export interface Pipeline<P = unknown> {
  /** Of the pipeline: its task queue. */
  readonly name: string;
  /** The first part of the workflow ids: of one workflow only. */
  readonly prefix: string;
  /** The name of the workflow function. */
  readonly workflow: string;
  readonly payload: z.ZodType<P, P>;
  /** The business id; with the prefix it makes the workflow id `orders/ord_42`. For patients a keyed HMAC, never a name or number. */
  businessId(payload: P): string;
  /** One line for the Web UI's list. It is not encrypted: business ids only. */
  summary(payload: P): string;
  /** True when payloads are encrypted in histories and at rest, and fingerprints are keyed. */
  readonly sealed: boolean;
  /** Fates that its workflow cannot come to, each with a sentence that says why; of every other one a history is recorded. */
  readonly never?: Readonly<Partial<Record<RunFate, string>>>;
}

/** Characters of an id that a payload brings: they stand in keys, urls and the Web UI. */
export const BUSINESS_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Characters of a business id, which may be made of one and a time. */
export const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

export const workflowIdOf = <P>(pipeline: Pipeline<P>, payload: P): string =>
  `${pipeline.prefix}/${pipeline.businessId(payload)}`;

/** Typed search attributes of every run, all of them plain text in Temporal: no patient datum in any. */
export const SEARCH_ATTRIBUTES = {
  EvenkeelPipeline: 'KEYWORD',
  EvenkeelBusinessId: 'KEYWORD',
  EvenkeelFate: 'KEYWORD',
  EvenkeelStuck: 'BOOL',
} as const;
