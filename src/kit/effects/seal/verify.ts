import type { Database, Tx } from '../database.ts';
import type { History } from '../dataset/histories.ts';
import { everWritten, found, isLocked, newestHeardOf, requireBucket, type Found, type Seals } from './bucket.ts';
import { sealNumberAt, summaryOf, type Seal, type SealSummary } from './document.ts';

/**
 * One thing that is not as it was sealed. Of a seal:
 * - `missing`: it is not there. `no-seal`: its path never held what a known key has signed under its number.
 * - `unknown-key`: it is signed by a key that is not listed, so nothing of it is believed.
 * - `unchained`: it does not name the seal before it, which somebody else has signed since.
 * - `deleted`, `overwritten`: so it looks; the locked version was read.
 * Of a chain that it names:
 * - `cut`: its entry is no longer there. `removed`: nor is any other. `rewritten`: there is another in its place.
 * - `not-sealed`: the database says that the chain is sealed so far by this seal, which says otherwise: it would never be sealed.
 */
export interface SealFault {
  /** The seal's number. */
  readonly seal: number;
  readonly subject: string | null;
  /** The number of the chain's entry. */
  readonly n: number | null;
  readonly fault:
    | 'missing'
    | 'no-seal'
    | 'unknown-key'
    | 'unchained'
    | 'deleted'
    | 'overwritten'
    | 'cut'
    | 'removed'
    | 'rewritten'
    | 'not-sealed';
}

export interface SealReport {
  readonly seals: number;
  readonly newest: SealSummary | null;
  /** Entries that stand under a seal. The others came later, and nothing vouches for them yet. */
  readonly entries: number;
  /** Seals that can be deleted: they have no lock (any more). */
  readonly unlocked: number;
  readonly faults: readonly SealFault[];
}

/** What was there before the moment of the database that is looked at: what is sealed later may be of later entries. */
export interface Listed {
  /** The newest seal that the database has heard of. */
  readonly heardOf: number;
  readonly histories: readonly History[];
}

/** Some hundred bytes a seal in memory, and no seal. The database is asked first: who seals writes to the bucket before. */
export async function listSeals(seals: Seals, database: Pick<Database, 'query'>): Promise<Listed> {
  await requireBucket(seals, false);
  const heardOf = await newestHeardOf(database);
  const listed: History[] = [];
  for await (const history of everWritten(seals)) listed.push(history);
  return { heardOf, histories: listed };
}

/**
 * Checks every seal, and that every head which it names stands in its chain: one look-up a head. That the chains hold
 * together is checked by who recomputes them, in the same transaction.
 */
export async function verifySeals(
  tx: Tx,
  seals: Seals,
  { heardOf, histories }: Listed,
  { subject, onSeals = () => undefined }: { subject?: string; onSeals?: (seals: number, of: number) => void },
): Promise<SealReport> {
  const faults: SealFault[] = [];
  const fault = (seal: number, kind: SealFault['fault']): number =>
    faults.push({ seal, subject: null, n: null, fault: kind });
  let [count, entries, unlocked] = [0, 0, 0];
  /** The newest that is a seal, and the number that has been come to: they differ where one cannot be read. */
  let newest: Found | undefined;
  let come = 0;
  for (const history of histories) {
    const number = sealNumberAt(history.path);
    if (number === undefined) continue; // nobody takes it for a seal
    const seal = await found(seals, history);
    if (typeof seal === 'string') {
      // Beyond the next number anybody could have put it; and what is deleted and was no seal is gone.
      if (number > come + 1 || (seal === 'no-seal' && history.deleted && number > heardOf)) continue;
      fault(number, seal);
      come = number;
      continue;
    }
    for (let missing = come + 1; missing < number; missing++) fault(missing, 'missing');
    if ((number === 1 || newest?.seal.number === number - 1) && seal.seal.previous !== (newest?.sha256 ?? null))
      fault(number, 'unchained');
    if (seal.since) fault(number, seal.since);
    if (!(await isLocked(seals, seal))) unlocked++;
    const heads = await verifyHeads(tx, seal.seal, subject);
    entries += heads.entries;
    faults.push(...heads.faults);
    newest = seal;
    come = number;
    onSeals(++count, histories.length);
  }
  if (heardOf > come) fault(heardOf, 'missing');
  faults.push(...(await saidWrongly(tx, 'seal < 1', subject)));
  return {
    seals: count,
    newest: newest ? summaryOf(newest) : null,
    entries,
    unlocked,
    faults,
  };
}

/** The heads of one seal; entries count where the database says rightly that this seal is the last of their chain. */
async function verifyHeads(
  tx: Tx,
  { number: seal, heads: all }: Seal,
  only: string | undefined,
): Promise<Pick<SealReport, 'entries' | 'faults'>> {
  const heads = only === undefined ? all : all.filter(([subject]) => subject === only);
  const chains = [heads.map(([subject]) => subject), heads.map(([, n]) => n)];
  const stand = await tx.query<{ hash: string | null; others: boolean; noted: boolean }>(
    `select a.hash, m.subject is not null as noted,
            a.hash is null and exists (select from kit.audit o where o.subject = s.subject) as others
     from unnest($1::text[], $2::bigint[]) with ordinality as s (subject, n, i)
     left join kit.audit a on a.subject = s.subject and a.n = s.n
     left join kit.audit_sealed m on m.subject = s.subject and m.n = s.n and m.seal = $3
     order by s.i`,
    [...chains, seal],
  );
  let entries = 0;
  const faults = heads.flatMap(([subject, n, hash], i): SealFault[] => {
    const there = stand[i]!;
    if (there.hash === hash) {
      if (there.noted) entries += n;
      return [];
    }
    return [{ seal, subject, n, fault: there.hash !== null ? 'rewritten' : there.others ? 'cut' : 'removed' }];
  });
  const said = await saidWrongly(
    tx,
    `seal = $2 and not exists (
       select from unnest($3::text[], $4::bigint[]) as s (subject, n) where s.subject = m.subject and s.n = m.n)`,
    only,
    [seal, ...chains],
  );
  return { entries, faults: [...faults, ...said] };
}

/** What the database says is sealed, and no seal says. */
async function saidWrongly(
  tx: Tx,
  where: string,
  only: string | undefined,
  values: readonly unknown[] = [],
): Promise<SealFault[]> {
  const rows = await tx.query<{ seal: number; subject: string; n: string }>(
    `select seal, subject, n from kit.audit_sealed m where ($1::text is null or subject = $1) and ${where} order by subject`,
    [only ?? null, ...values],
  );
  return rows.map(({ seal, subject, n }) => ({ seal, subject, n: Number(n), fault: 'not-sealed' }));
}
