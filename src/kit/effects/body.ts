import type { ErrorOf, InputOf, OutputOf, Remote } from '../contract/activity.ts';
import type { Json } from '../contract/outcome.ts';
import type { Witness } from './store.ts';

/** What every body gets beside its input. An implementation can only throw what its contract declares. */
export interface Attempt<A> {
  /** The effect's key, generation included. */
  readonly key: string;
  readonly now: () => Date;
  /** The other side said no and nothing happened. `detail` is a code, never a value. */
  readonly refuse: (type: ErrorOf<A, 'refused'>, detail?: string) => Error;
  /** Transient, or unknown what happened. */
  readonly retry: (type: ErrorOf<A, 'retry'>, detail?: string) => Error;
}

/** An effect in our own store: one transaction with its key. */
export type Local<A, Tx> = (
  input: InputOf<A>,
  attempt: Attempt<A> & { readonly tx: Tx; readonly witness: Witness },
) => Promise<OutputOf<A>>;

/** An undo in our own store: called only when there is something to undo, with the forward's stored outcome. */
export type LocalUndo<A, F, Tx> = (
  input: InputOf<A>,
  attempt: Attempt<A> & { readonly tx: Tx; readonly outcome: OutputOf<F> },
) => Promise<void>;

/**
 * What a look at the other side tells of a request that may have been sent. `lapsed`: it did not happen and never can
 * (a draft that has expired): the same thing is done anew, under the key's next generation.
 */
export type Probe<O, E extends string> =
  { readonly applied: O } | { readonly refused: E; readonly detail?: string } | 'absent' | 'lapsed';

/**
 * An effect elsewhere. The request is made once, stored under the key, and resent byte for byte.
 * `Q` must be JSON: what is stored is what is sent.
 */
export interface RemoteBody<A, Q extends Json, Context = unknown> {
  /** Makes the exact request. May do what is harmless when repeated (a draft), nothing else. */
  request(input: InputOf<A>, attempt: Attempt<A> & Context): Promise<Q> | Q;
  /** Sends it once. A declared refusal is authoritative; whatever else is thrown leaves it in doubt. */
  send(request: Q, attempt: Attempt<A>): Promise<OutputOf<A>>;
  /** Looks whether an earlier send arrived. Compulsory for `probeable`. */
  probe?(request: Q, attempt: Attempt<A>): Promise<Probe<OutputOf<A>, ErrorOf<A>>>;
  /** Makes it impossible, at the provider, that the request takes effect from now on. Then `probe` tells what it came to. */
  fence?(request: Q, attempt: Attempt<A>): Promise<void>;
  /** After a failure that the provider would replay under the same key: the request to record before the next send. */
  amend?(request: Q, failure: unknown, sends: number): Q | undefined;
}

/** The activity of module `C` that `U` undoes. */
type ForwardOf<C, U> = U extends { readonly name: infer N }
  ? { [K in keyof C]: C[K] extends { readonly undo: { readonly name: N } } ? C[K] : never }[keyof C]
  : never;

/* eslint-disable-next-line typescript/no-explicit-any -- the type of a request is known only to its own body */
type AnyRemote<A, Context = unknown> = RemoteBody<A, any, Context>;

type BodyOf<C, A, Tx> = A extends { readonly undoes: true }
  ? A extends { readonly remote: Remote }
    ? AnyRemote<A, { readonly outcome: OutputOf<ForwardOf<C, A>> }>
    : LocalUndo<A, ForwardOf<C, A>, Tx>
  : ForwardBody<A, Tx>;

/** How an activity that undoes nothing is done. */
export type ForwardBody<A, Tx> = A extends { readonly remote: Remote } ? AnyRemote<A> : Local<A, Tx>;

/** One body for every activity of a contract module. */
export type Implementation<C, Tx> = {
  readonly [K in keyof C as C[K] extends { readonly errors: unknown } ? K : never]: BodyOf<C, C[K], Tx>;
};
