import type { EffectState, Json, Outcome } from '../contract/outcome.ts';
import { Conflict } from './errors.ts';

/** What an attempt says when it claims a key. */
export interface Claim {
  /** The key without its generation; the store appends that. */
  readonly base: string;
  readonly activity: string;
  readonly fingerprint: string;
}

/** One row a key. */
export interface Effect {
  readonly key: string;
  readonly base: string;
  readonly activity: string;
  readonly fingerprint: string | null;
  readonly state: EffectState;
  readonly outcome: Outcome | null;
  readonly request: Json;
  readonly sends: number;
  readonly intendedAt: Date;
}

/**
 * Where an attempt stands. The first group are the barriers at which a harness may hold or kill it; the second what
 * became of it, which the metrics count, and at which it may be held too: everything is done but the answer.
 */
export type Point =
  /** The input is good; nothing is looked at yet. */
  | 'received'
  /** The key is ours and locked, in an open transaction. */
  | 'claimed'
  /** The work is done, in the open transaction. */
  | 'worked'
  /** The outcome is written, in the open transaction. */
  | 'settled'
  /** The outcome is there to stay. */
  | 'committed'
  /** Remote: the request is made and not yet recorded. */
  | 'prepared'
  /** Remote: the request is recorded and about to be sent. */
  | 'intended'
  /** Remote: the answer is here and not yet recorded. */
  | 'sent'
  /** Remote: the provider can no longer apply it; what it came to is not yet looked at. */
  | 'fenced'
  | 'applied'
  | 'refused'
  | 'replayed'
  | 'conflict'
  | 'inDoubt'
  | 'burned'
  | 'undone'
  | 'looked'
  | 'failed';

export type Observe = (point: Point, at: { readonly activity: string; readonly key: string }) => void | Promise<void>;

export type AuditEvent = 'applied' | 'refused' | 'burned' | 'resolved';

/** Who attempts, for the audit: makes the entry that is hashed into the subject's chain. */
export interface Witness {
  /** The chain: the workflow id. */
  readonly subject: string;
  readonly now: () => Date;
  entry(
    event: AuditEvent,
    at: { key: string; activity: string; fingerprint: string | null; outcome: Outcome | null },
  ): string;
}

/** A person's `resolve`: how the waiting key is settled in the store. */
export interface Resolution {
  readonly key: string;
  readonly activity: string;
  /** When `key` is an undo's: what it undoes. */
  readonly forwardKey: string | null;
  readonly forwardActivity: string | null;
  readonly action: 'retry' | 'skip' | 'complete';
  readonly value: Json;
}

/** How an undo is done: in the same transaction, or by a request, made for the undo's `key`, that is sent after it is recorded. */
export type UndoAct<Tx> =
  | { readonly work: (tx: Tx, outcome: Json, key: string) => Promise<void> }
  | { readonly request: Json; readonly key: string };

/**
 * Where effects are remembered. Every method is one transaction. A store knows nothing of Temporal; `Tx` is what an
 * effect inside the store's own transaction works with.
 */
export interface EffectStore<Tx> {
  /** For activities that only look: no transaction, nothing recorded. */
  readonly reader: Tx;
  /** Does `work` and records its outcome under the key, in one transaction; or gives what is recorded. */
  once(
    claim: Claim,
    witness: Witness,
    work: (tx: Tx, key: string) => Promise<Json>,
  ): Promise<Effect & { fresh: boolean }>;
  /** The key of the current generation, and what is recorded under it. */
  find(base: string): Promise<{ readonly key: string; readonly effect: Effect | undefined }>;
  /**
   * Records that `request`, which was made for `key`, is about to be sent. `fresh`: by this call, so it has not been
   * sent before. `outdated`: the generation went up since the request was made; nothing is recorded.
   */
  intend(
    claim: Claim,
    key: string,
    request: Json,
    witness: Witness,
  ): Promise<(Effect & { fresh: boolean }) | 'outdated'>;
  /** Compare-and-set before each further send; optionally with an amended request. False: a twin was quicker. */
  resend(key: string, sends: number, request?: Json): Promise<boolean>;
  /** Settles an intended key. When it is settled already, changes nothing and gives what is there. */
  settle(key: string, outcome: Outcome, witness: Witness): Promise<Effect>;
  /** Burns an intended key that can no longer take effect, because its provider has been fenced. */
  burn(key: string, witness: Witness): Promise<void>;
  /** Burns an intended key whose request can never take effect any more, and opens its next generation. */
  renew(key: string, witness: Witness): Promise<void>;
  /**
   * Undoes `forward` under its own key. Locks the forward key, then the undo's. Gives the undo's row (`intended` when
   * its request is still to be sent), `forward-in-doubt` when the forward must be settled first, or
   * `forward-applied` when it is applied and `act` was not made for that.
   */
  undo(
    forward: Claim,
    undo: Claim,
    witness: Witness,
    act: UndoAct<Tx> | undefined,
  ): Promise<(Effect & { fresh: boolean }) | 'forward-in-doubt' | 'forward-applied'>;
  /** Settles a remote undo and burns its forward key, together. */
  settleUndo(forwardKey: string, undoKey: string, outcome: Outcome, witness: Witness): Promise<Effect>;
  /** Settles what waits for a person. Runs inside the transaction of the decision that says so. */
  resolve(tx: Tx, resolution: Resolution, witness: Witness): Promise<void>;
}

/** The base key of an undo: one a generation of what it undoes, `…/capture#2` → `…/refund@2`. */
export const undoBase = (undo: string, forward: { key: string; base: string }): string =>
  undo + forward.key.slice(forward.base.length).replace('#', '@');

/** The forward key that an undo's effect is of: `…/refund@2` → `…/capture#2`. */
export const undoneBy = (forward: Claim, undo: Claim, { base }: Effect): string =>
  forward.base + base.slice(undo.base.length).replace('@', '#');

/** Gives an effect that is of this payload, or of any; throws `Conflict` when it is another's. */
export function matching<E extends Effect>(effect: E, { fingerprint }: Claim): E {
  if (effect.fingerprint === null || effect.fingerprint === fingerprint) return effect;
  throw new Conflict(effect.key, effect.fingerprint, fingerprint);
}

/** The result under a key that was applied, also when it is burned by now; else null. */
export const appliedOf = ({ outcome }: Effect): Json =>
  outcome !== null && 'applied' in outcome ? outcome.applied : null;
