import type { ActivityOptions, Duration } from '@temporalio/common';
import { z } from 'zod';
import { FAILURE, type Undone } from './outcome.ts';

/** The fate of a declared error. `refused`: the other side said no and nothing happened. `retry`: unknown or transient. */
export type Fate = 'refused' | 'retry';
export type Errors = Readonly<Record<string, Fate>>;

/**
 * How a lost answer of a remote call is settled (absent for effects in our own Postgres).
 * - `keyed`: the provider honours our key; we ask again under it, for as long as it `remembers`.
 * - `probeable`: we commit a known id, look it up, and can fence it at the provider.
 * - `neither`: one attempt; in doubt goes to a person.
 */
export type Remote = 'keyed' | 'probeable' | 'neither';

/** What a workflow may know about an activity: everything except how it is done. */
export interface Activity<
  I = unknown,
  O = unknown,
  E extends Errors = Errors,
  R extends Remote | undefined = Remote | undefined,
> {
  readonly name: string;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  /** The idempotency key of the effect: business ids only, at most `KEY_LIMIT` characters. */
  key(input: I): string;
  readonly errors: E;
  readonly options: ActivityOptions;
  readonly undo: Undo<I> | NoUndo;
  readonly remote: R;
  readonly remembers?: Duration;
  readonly volatile: readonly string[];
  readonly local: boolean;
  readonly reads: boolean;
  actor?(input: I): string;
}

/** An activity that compensates another, whose input it takes. */
export interface Undo<
  I = unknown,
  E extends Errors = Errors,
  R extends Remote | undefined = Remote | undefined,
> extends Activity<I, Undone, E, R> {
  readonly undoes: true;
}

/** "No undo" is a sentence. */
export interface NoUndo {
  readonly none: string;
}

export type InputOf<A> = A extends { readonly input: z.ZodType<infer I> } ? I : never;
export type OutputOf<A> = A extends { readonly output: z.ZodType<infer O> } ? O : never;
/** The declared errors of an activity; with `F`, those of one fate. */
export type ErrorOf<A, F extends Fate = Fate> = A extends { readonly errors: infer E }
  ? { [K in keyof E]: E[K] extends F ? K : never }[keyof E] & string
  : never;

interface Common<I, E extends Errors, R extends Remote | undefined> {
  /**
   * Schemas carry no transforms and no defaults: in the workflow sandbox they are inert, so what is sent must be what
   * is meant. Contracts evolve by optional fields only; absent stays absent in the fingerprint.
   */
  input: z.ZodType<I, I>;
  key: (input: NoInfer<I>) => string;
  errors: E;
  /** Upper bound of one attempt. Longer than the client's own time-out and than the store's. */
  attempt: Duration;
  /** Upper bound of all attempts, time in the queue included. Longer than any outage of ours; patience is a timer in the story. */
  within: Duration;
  /** First and longest pause between attempts. Default 100 ms to 30 s: a dead worker is replaced in seconds. */
  backoff?: { from: Duration; upTo: Duration };
  /** How long without a sign of life until the attempt is given up. The kit sends the signs. Default 2 s. */
  heartbeat?: Duration;
  remote?: R;
  /** `keyed` only: how long the provider remembers a key. Absent: for ever. */
  remembers?: Duration;
  /** Top-level input fields that may differ between attempts of the same effect, left out of the fingerprint. */
  volatile?: readonly (keyof I & string)[];
  /** A local activity: only for Postgres effects under a second that nobody looks for in the UI. */
  local?: boolean;
  /** It only looks: nothing is recorded under its key, and every attempt looks anew. */
  reads?: boolean;
  /** Who acts, for the audit, when it is a person; else the pipeline. */
  actor?: (input: NoInfer<I>) => string;
}

export interface Declaration<I, O, E extends Errors, R extends Remote | undefined, U> extends Common<I, E, R> {
  output: z.ZodType<O, O>;
  undo: U;
}

/**
 * What a key is made of: segments with slashes between them. Everything else is percent-encoded (`segment`), so that a
 * key is plain to read, safe in tables and urls, and can never be taken for a generation (`#2`) or an undo of one (`@2`).
 */
export const KEY = /^[A-Za-z0-9._%-]+(\/[A-Za-z0-9._%-]+)*$/;

/** Any text as one segment of a key. */
export const segment = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** A path as it stands in a key, each of its segments by itself. */
export const segments = (path: string): string => path.split('/').map(segment).join('/');

/** Longest key, in characters: it is an activity summary in the Web UI (limit there: 200 bytes) and a primary key. */
export const KEY_LIMIT = 200;

/** Largest input or result, in bytes of JSON. Temporal fails an activity *after* its effect beyond 2 MB; pass more by reference. */
export const PAYLOAD_LIMIT_BYTES = 256 * 1024;

/** Declares an activity: one side effect, with everything a workflow needs to know of it. */
export function activity<
  I,
  O,
  const E extends Errors,
  U extends Undo<NoInfer<I>> | NoUndo,
  const R extends Remote | undefined = undefined,
>(name: string, declared: Declaration<I, O, E, R, U>): Activity<I, O, E, R> & { readonly undo: U } {
  return { ...declare(name, declared, declared.output, declared.undo), undo: declared.undo };
}

/**
 * Declares the undo of an activity. It takes the *forward* input (after a time-out there is no output to hand over),
 * has a key of its own, and always answers `{ undone }`.
 */
export function undo<const N extends string, I, const E extends Errors, const R extends Remote | undefined = undefined>(
  name: N,
  declared: Common<I, E, R>,
): Undo<I, E, R> & { readonly name: N } {
  const none = { none: 'an undo is itself the way back' };
  return { ...declare(name, declared, z.object({ undone: z.boolean() }), none), name, undoes: true };
}

function declare<I, O, E extends Errors, R extends Remote | undefined>(
  name: string,
  declared: Common<I, E, R>,
  output: z.ZodType<O>,
  undo: Undo<I> | NoUndo,
): Activity<I, O, E, R> {
  const { attempt, within, backoff = { from: '100ms', upTo: '30s' }, heartbeat = '2s', local = false } = declared;
  const refusals = Object.keys(declared.errors).filter((type) => declared.errors[type] === 'refused');
  const retry = {
    initialInterval: backoff.from,
    maximumInterval: backoff.upTo,
    nonRetryableErrorTypes: [FAILURE.conflict, FAILURE.burned, FAILURE.inDoubt, FAILURE.skipped, ...refusals],
  };
  return {
    name,
    input: declared.input,
    output,
    key: declared.key,
    errors: declared.errors,
    options: {
      startToCloseTimeout: attempt,
      scheduleToCloseTimeout: within,
      ...(local ? {} : { heartbeatTimeout: heartbeat }),
      retry,
    },
    undo,
    remote: declared.remote as R,
    ...(declared.remembers === undefined ? {} : { remembers: declared.remembers }),
    volatile: declared.volatile ?? [],
    local,
    reads: declared.reads ?? false,
    ...(declared.actor === undefined ? {} : { actor: declared.actor }),
  };
}

/** The activity that compensates `forward`, if it has one. */
export const undoOf = (forward: Activity): Undo | undefined => ('none' in forward.undo ? undefined : forward.undo);

/** The activity among these that `undo` compensates. */
export const forwardOf = (contracts: readonly Activity[], undo: string): Activity | undefined =>
  contracts.find((each) => undoOf(each)?.name === undo);
