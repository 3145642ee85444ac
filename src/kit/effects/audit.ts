import { createHash } from 'node:crypto';
import type { Outcome } from '../contract/outcome.ts';
import { PATIENTLY, type Database, type Tx } from './database.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { Seals } from './seal/bucket.ts';
import { listSeals, verifySeals, type SealReport } from './seal/verify.ts';
import type { AuditEvent } from './store.ts';

/** One thing that is not as it was written. */
export interface AuditFault {
  readonly subject: string;
  /** The entry's number in its chain; null when the fault is the chain's end or an effect without entry. */
  readonly n: number | null;
  readonly key: string | null;
  readonly fault: 'hash' | 'gap' | 'head' | 'outcome' | 'no-entry';
}

export interface AuditReport {
  readonly subjects: number;
  readonly entries: number;
  readonly faults: readonly AuditFault[];
  /** What the seals say; absent when none were given. */
  readonly sealed?: SealReport;
}

interface Entry {
  subject: string;
  n: string;
  key: string;
  entry: string;
  hash: string;
  state: string;
  outcome: Outcome | null;
  fingerprint: string | null;
  latest: boolean;
}

const PAGE = 5_000;

/**
 * Recomputes every chain: finds an edited, inserted or removed entry, a chain that is longer or shorter than its head
 * says, an effect whose stored outcome is not the one that was audited, and a settled effect without an entry. A tail
 * cut off together with its head, a chain rewritten whole and one that is gone with all that it tells of are found
 * against `seals` only.
 */
export async function verifyAudit(
  database: Database,
  fingerprints: readonly Fingerprint[],
  {
    seals,
    ...options
  }: {
    subject?: string;
    seals?: Seals;
    onProgress?: (entries: number) => void;
    onSeals?: (seals: number, of: number) => void;
  } = {},
): Promise<AuditReport> {
  const listed = seals && (await listSeals(seals, database));
  return database.connection(async (session) => {
    // One moment of the database: between two pages, chains would grow and keys be burned.
    await session.run(`begin isolation level repeatable read read only; ${PATIENTLY}`);
    const report = await verify(session, fingerprints, options);
    const sealed = listed && (await verifySeals(session, seals, listed, options));
    await session.run('commit');
    return { ...report, ...(sealed ? { sealed } : {}) };
  });
}

async function verify(
  database: Tx,
  fingerprints: readonly Fingerprint[],
  { subject, onProgress = () => undefined }: { subject?: string; onProgress?: (entries: number) => void },
): Promise<AuditReport> {
  const faults: AuditFault[] = [];
  let at = { subject: '', n: '0' };
  let chain = { subject: '', n: 0, hash: '' };
  let subjects = 0;
  let entries = 0;
  const heads = async (finished: typeof chain): Promise<void> => {
    const [head] = await database.query<{ n: string; hash: string }>(
      'select n, hash from kit.audit_heads where subject = $1',
      [finished.subject],
    );
    if (!head || Number(head.n) !== finished.n || head.hash !== finished.hash)
      faults.push({ subject: finished.subject, n: null, key: null, fault: 'head' });
  };
  for (;;) {
    const page = await database.query<Entry>(
      // A key's last entry: in its chain the newest; when another workflow undid it, that one's.
      `select a.subject, a.n, a.key, a.entry, a.hash, e.state, e.outcome, e.fingerprint,
              not exists (select from kit.audit l where l.key = a.key
                and (l.subject = a.subject and l.n > a.n
                  or l.subject <> a.subject and l.entry like '%"event":"burned"%'
                    and a.entry not like '%"event":"burned"%')) as latest
       from kit.audit a join kit.effects e using (key)
       where (a.subject, a.n) > ($1, $2) and ($3::text is null or a.subject = $3)
       order by a.subject, a.n limit ${PAGE}`,
      [at.subject, at.n, subject ?? null],
    );
    for (const row of page) {
      if (row.subject !== chain.subject) {
        if (chain.subject !== '') await heads(chain);
        chain = { subject: row.subject, n: 0, hash: '' };
        subjects++;
      }
      const n = Number(row.n);
      const fault = (kind: AuditFault['fault']): number =>
        faults.push({ subject: row.subject, n, key: row.key, fault: kind });
      if (n !== chain.n + 1) fault('gap');
      if (hashOf(chain.hash, row) !== row.hash) fault('hash');
      if (row.latest && !outcomeIsAudited(row, fingerprints)) fault('outcome');
      chain = { subject: row.subject, n, hash: row.hash };
    }
    entries += page.length;
    onProgress(entries);
    const last = page.at(-1);
    if (!last) break;
    at = { subject: last.subject, n: last.n };
  }
  if (chain.subject !== '') await heads(chain);
  if (subject === undefined) {
    const lost = await database.query<{ subject: string }>(
      'select subject from kit.audit_heads h where n > 0 and not exists (select from kit.audit a where a.subject = h.subject)',
    );
    for (const { subject: name } of lost) faults.push({ subject: name, n: null, key: null, fault: 'head' });
    const silent = await database.query<{ key: string }>(
      "select key from kit.effects e where state <> 'intended' and not exists (select from kit.audit a where a.key = e.key)",
    );
    for (const { key } of silent) faults.push({ subject: '', n: null, key, fault: 'no-entry' });
  }
  return { subjects, entries, faults };
}

const hashOf = (previous: string, { subject, n, entry }: Entry): string =>
  createHash('sha256').update([previous, subject, n, entry].join('\n')).digest('hex');

/** What is stored under the key is what its last entry says; sealed pipelines have keyed fingerprints, so any may match. */
function outcomeIsAudited(row: Entry, fingerprints: readonly Fingerprint[]): boolean {
  const { outcome, state } = row;
  const said = saidBy(row);
  if (said?.key !== row.key || said.fingerprint !== row.fingerprint) return false;
  if (said.event === 'resolved' ? state === 'burned' : said.event !== state) return false;
  return outcome === null
    ? said.outcome === null
    : fingerprints.some((fingerprint) => fingerprint(outcome) === said.outcome);
}

interface Said {
  readonly event: AuditEvent;
  readonly key: string;
  readonly fingerprint: string | null;
  readonly outcome: string | null;
}

/** An entry that somebody edited need not be JSON any more. */
function saidBy({ entry }: Entry): Said | undefined {
  try {
    return JSON.parse(entry) as Said;
  } catch {
    return undefined;
  }
}
