import type { Tx } from '../../kit/effects/database.ts';

/** Writes down what was looked at before a transfer was held, and what was found. */
export async function recordControl(
  tx: Tx,
  transferId: string,
  control: 'validation' | 'screening',
  found: object,
  at: Date,
): Promise<void> {
  await tx.query('insert into ledger.controls values ($1, $2, $3, $4)', [
    transferId,
    control,
    JSON.stringify(found),
    at,
  ]);
}
