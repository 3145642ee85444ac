import type { Json, Outcome } from '../contract/outcome.ts';
import { literal, type Tx } from './database.ts';
import { Refusal } from './errors.ts';
import type { Claim, Effect, Witness } from './store.ts';

/** A row of `kit.effects`. */
export interface Row {
  key: string;
  base_key: string;
  activity: string;
  fingerprint: string | null;
  state: Effect['state'];
  outcome: Outcome | null;
  request: Json;
  sends: number;
  intended_at: Date;
}

/** Runs the work; a refusal is an outcome, everything else is thrown: it is unknown, and rolls back. */
export async function attempt(work: () => Promise<Json>): Promise<Outcome> {
  try {
    return { applied: await work() };
  } catch (error) {
    if (error instanceof Refusal) return { refused: { type: error.type, detail: error.detail } };
    throw error;
  }
}

export const claiming = (
  { base, activity, fingerprint }: Claim,
  state: Effect['state'],
  { now, subject }: Witness,
  request?: Json,
): string => {
  const sent = request === undefined ? null : JSON.stringify(request);
  return `select fresh, (effect).* from kit.claim(${[base, activity, fingerprint, state, sent, now().toISOString(), subject].map(literal).join(', ')})`;
};

export async function settle(tx: Tx, effect: Effect, outcome: Outcome, witness: Witness): Promise<Effect> {
  const state = 'applied' in outcome ? 'applied' : 'refused';
  const entry = witness.entry(state, { ...effect, outcome });
  const [row] = await tx.query<Row>('select won, (effect).* from kit.settle($1, $2, $3, $4, $5, $6)', [
    effect.key,
    state,
    JSON.stringify(outcome),
    witness.now(),
    witness.subject,
    entry,
  ]);
  return effectOf(row!);
}

export async function burn(tx: Tx, effect: Effect, witness: Witness): Promise<void> {
  await tx.query('select kit.burn($1, $2)', [effect.key, witness.now()]);
  await audit(tx, 'burned', effect, witness);
}

export async function audit(tx: Tx, event: 'burned' | 'resolved', effect: Effect, witness: Witness): Promise<void> {
  await tx.query('select kit.append_audit($1, $2, $3)', [witness.subject, effect.key, witness.entry(event, effect)]);
}

export function effectOf<R extends Row>(
  row: R,
): Effect & { fresh: R extends { fresh: boolean } ? boolean : undefined } {
  return {
    key: row.key,
    base: row.base_key,
    activity: row.activity,
    fingerprint: row.fingerprint,
    state: row.state,
    outcome: row.outcome,
    request: row.request,
    sends: row.sends,
    intendedAt: row.intended_at,
    fresh: (row as { fresh?: boolean }).fresh as never,
  };
}
