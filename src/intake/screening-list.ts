import { createHash } from 'node:crypto';
import type { Listed } from '../domain/screening/names.ts';
import type { Database } from '../kit/effects/database.ts';

/** Characters of a name, and names of a list: what one statement inserts and one worker holds in memory. */
export const LIST_LIMITS = { name: 300, names: 500_000 } as const;

export interface ListLoaded {
  readonly version: number;
  readonly names: number;
  /** False: this very file is the newest list already. */
  readonly loaded: boolean;
}

/** Loads a list whole, as the next version. The same file as the newest version is that version. */
export async function loadScreeningList(
  database: Database,
  text: string,
  listed: readonly Listed[],
  at: Date,
): Promise<ListLoaded> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  return database.transaction(async (tx) => {
    // Two at once would make one version of two lists.
    await tx.query('lock table ledger.screening_lists in exclusive mode');
    const [newest] = await tx.query<{ version: number; sha256: string }>(
      'select version, sha256 from ledger.screening_lists order by version desc limit 1',
    );
    if (newest?.sha256 === sha256) return { version: newest.version, names: listed.length, loaded: false };
    const version = (newest?.version ?? 0) + 1;
    await tx.query('insert into ledger.screening_lists values ($1, $2, $3)', [version, sha256, at]);
    await tx.query(
      `insert into ledger.screening_entries select $1, id, name from unnest($2::text[], $3::text[]) as of (id, name)
       on conflict do nothing`,
      [version, listed.map(({ id }) => id), listed.map(({ name }) => name)],
    );
    return { version, names: listed.length, loaded: true };
  });
}
