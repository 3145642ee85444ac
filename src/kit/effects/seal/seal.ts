import { PATIENTLY, type Database, type Session } from '../database.ts';
import { create, everWritten, found, newestHeardOf, requireBucket, type Seals } from './bucket.ts';
import {
  HEADS_LIMIT,
  LAST_NUMBER,
  sealNumberAt,
  sealPath,
  summaryOf,
  type Head,
  type Opened,
  type Seal,
  type SealSummary,
} from './document.ts';
import { SealError } from './error.ts';

/** Whoever seals: nothing of it is kept between two runs. */
export interface Sealer extends Seals {
  readonly database: Database;
  /** For so long nobody can delete a seal, not even who wrote it. */
  readonly retentionDays: number;
}

export interface Sealing {
  /** The seals that this run wrote; none when nothing was new, or when another sealer was quicker. */
  readonly made: readonly SealSummary[];
  /** The newest there is; undefined when nothing was ever sealed. */
  readonly newest: SealSummary | undefined;
}

const DAY_MS = 86_400_000;
/** Overtaken so often in a row, something else is wrong. */
const TRIES = 20;

/**
 * Seals what is new in the audit: every chain that has grown since it was sealed, as all of them are at one moment of the
 * database. Many chains make several seals. A number has one winner (`If-None-Match: *`); who loses looks what is left.
 */
export async function sealAudit(
  sealer: Sealer,
  onProgress: (heads: number, of: number) => void = () => undefined,
): Promise<Sealing> {
  await requireBucket(sealer, true);
  const made: SealSummary[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    const newest = await catchUp(sealer);
    const done = await sealer.database.connection((session) => sealNew(sealer, session, newest, made, onProgress));
    if (done) return { made, newest: made.at(-1) ?? (newest && summaryOf(newest)) };
  }
  throw new SealError('Busy', `${sealer.bucket}: others were quicker ${TRIES} times`);
}

/** Notes in the database what is sealed and not noted there: a sealer died in between, or the database is an older copy. */
async function catchUp(sealer: Sealer): Promise<Opened | undefined> {
  const { database } = sealer;
  const heardOf = await newestHeardOf(database);
  let newest: Opened | undefined;
  for await (const history of everWritten(sealer, heardOf)) {
    const number = sealNumberAt(history.path);
    if (number === undefined) continue;
    const next = newest ? newest.seal.number + 1 : Math.max(heardOf, 1);
    const seal = await found(sealer, history);
    if (typeof seal === 'string') {
      // In the way of the next seal; further on it is none of the sealer's business. Deleted, the path is free.
      if (number === next && !(seal === 'no-seal' && history.deleted))
        throw new SealError('Damaged', `${history.path}: ${seal}`);
      continue;
    }
    if (number !== next) throw new SealError('Missing', `${sealPath(next)}: is missing, and there is a newer one`);
    if ((newest || number === 1) && seal.seal.previous !== (newest?.sha256 ?? null))
      throw new SealError('Damaged', `${history.path}: unchained`);
    if (number > heardOf) await note(database, seal.seal);
    newest = seal;
  }
  if (heardOf > 0 && !newest)
    throw new SealError('Missing', `${sealPath(heardOf)}: is missing, and the database has heard of it`);
  return newest;
}

/** False when another sealer was quicker. What was made until then stays. */
async function sealNew(
  sealer: Sealer,
  session: Session,
  newest: Opened | undefined,
  made: SealSummary[],
  onProgress: (heads: number, of: number) => void,
): Promise<boolean> {
  await session.run(`begin isolation level repeatable read read only; ${PATIENTLY}`);
  const [count] = await session.query<{ subjects: string; entries: string; fresh: string }>(
    `select count(*) as subjects, coalesce(sum(h.n), 0) as entries, count(*) filter (where (h.n, h.hash) is distinct from (s.n, s.hash)) as fresh
     from kit.audit_heads h left join kit.audit_sealed s using (subject) where h.n > 0`,
  );
  const [subjects, entries, fresh] = [Number(count!.subjects), Number(count!.entries), Number(count!.fresh)];
  let last = newest;
  for (let [heads, after, sealed] = [await newHeads(session, ''), '', 0]; heads.length > 0;) {
    const at = sealer.clock();
    const number = (last?.seal.number ?? 0) + 1;
    if (number > LAST_NUMBER) throw new SealError('Damaged', `${sealPath(LAST_NUMBER)}: is the last number there is`);
    last = await create(
      sealer,
      { number, at: at.toISOString(), previous: last?.sha256 ?? null, subjects, entries, heads },
      new Date(at.getTime() + sealer.retentionDays * DAY_MS),
    );
    if (!last) {
      await session.run('rollback');
      return false;
    }
    made.push(summaryOf(last));
    await note(sealer.database, last.seal);
    onProgress((sealed += heads.length), fresh);
    after = heads.at(-1)![0];
    heads = await newHeads(session, after);
  }
  await session.run('commit');
  return true;
}

/** A page of the chains that are not as they were sealed: longer, shorter, or of another hash, as after the database was put back. */
async function newHeads(session: Session, after: string): Promise<Head[]> {
  const rows = await session.query<{ subject: string; n: string; hash: string }>(
    `select h.subject, h.n, h.hash from kit.audit_heads h left join kit.audit_sealed s using (subject)
     where h.subject > $1 and h.n > 0 and (h.n, h.hash) is distinct from (s.n, s.hash) order by h.subject limit ${HEADS_LIMIT}`,
    [after],
  );
  return rows.map(({ subject, n, hash }) => [subject, Number(n), hash]);
}

const note = (database: Database, { number, heads }: Seal): Promise<unknown> =>
  database.query(
    `insert into kit.audit_sealed (subject, n, hash, seal)
     select subject, n, hash, $4::int from unnest($1::text[], $2::bigint[], $3::text[]) as s (subject, n, hash) order by subject
     on conflict (subject) do update set n = excluded.n, hash = excluded.hash, seal = excluded.seal
       where kit.audit_sealed.seal < excluded.seal`,
    [heads.map(([subject]) => subject), heads.map(([, n]) => n), heads.map(([, , hash]) => hash), number],
  );
