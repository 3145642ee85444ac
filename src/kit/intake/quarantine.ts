import { createHash } from 'node:crypto';
import type { Tx } from '../effects/database.ts';

/** Input that cannot be used, whole, with the reason. */
export interface Unusable {
  /** Where in its source: a line number, a sequence number, a message id. */
  readonly position: string;
  /** A code, never a value. */
  readonly reason: string;
  readonly body: Uint8Array | string;
}

/** Rows an insert, so that a large file is a few hundred statements. */
const CHUNK = 500;

/** Keeps what cannot be used. The same thing from the same place again is the same row: gives how many were new. */
export async function quarantine(
  database: Tx,
  pipeline: string,
  source: string,
  found: readonly Unusable[],
  at: Date,
): Promise<number> {
  let added = 0;
  for (let from = 0; from < found.length; from += CHUNK) {
    const chunk = found.slice(from, from + CHUNK);
    const bodies = chunk.map(({ body }) => Buffer.from(body));
    const rows = await database.query(
      `insert into kit.quarantine (pipeline, source, position, reason, fingerprint, body, received_at)
       select $1, $2, position, reason, fingerprint, body, $7
       from unnest($3::text[], $4::text[], $5::text[], $6::bytea[]) as t (position, reason, fingerprint, body)
       on conflict (pipeline, source, position, fingerprint) do nothing returning id`,
      [
        pipeline,
        source,
        chunk.map(({ position }) => position),
        chunk.map(({ reason }) => reason),
        bodies.map((body) => createHash('sha256').update(body).digest('hex')),
        bodies,
        at,
      ],
    );
    added += rows.length;
  }
  return added;
}
