/** Any JSON value: what payloads, requests and outcomes are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json };

/**
 * What is stored under a key once it is settled. Both are replayed to every later attempt.
 * `refused.type` is an error that the contract declares as `refused`, or `Skipped` when a person decided so.
 */
export type Outcome =
  { readonly applied: Json } | { readonly refused: { readonly type: string; readonly detail: string } };

/**
 * The life of a key. `intended`: a remote call may have been sent, its answer is not known. `applied`, `refused`:
 * settled. `burned`: the undo has run (or came first), so a late attempt can no longer take effect.
 */
export type EffectState = 'intended' | 'applied' | 'refused' | 'burned';

/** What every undo gives back: false when there was nothing to undo. */
export interface Undone {
  readonly undone: boolean;
}

/**
 * Failure types that the kit itself gives, next to those that a contract declares.
 * - `KeyConflict`: this key was used with another payload. Never retried, never compensated: the step parks.
 * - `Burned`: the undo of this key has run. Never retried; the saga walks back.
 * - `InDoubt`: the answer was lost and nothing can settle it. Never retried; the step parks for a person.
 * - `Skipped`: a person decided that this shall not happen. Counts as a declared refusal.
 * - `RunEnded`: the run has a fate; a reset goes through it again and makes nothing new. The saga ends with that fate.
 * - `Overtaken`, `Lapsed`: a twin is sending; what was prepared has expired. Retried.
 * - `ContractViolation`: input, output or size is not what the contract says: a bug, retried until the fix is deployed.
 * - `Unexpected`: anything undeclared. It may have happened; retried.
 */
export const FAILURE = {
  conflict: 'KeyConflict',
  burned: 'Burned',
  inDoubt: 'InDoubt',
  ended: 'RunEnded',
  skipped: 'Skipped',
  violation: 'ContractViolation',
  unexpected: 'Unexpected',
} as const;
