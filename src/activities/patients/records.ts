import type * as contract from '../../contracts/patients.ts';
import type { Json } from '../../kit/contract/outcome.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';

interface Version {
  version: number;
  version_ref: string;
  last_updated: Date | null;
  resource: Json;
}

/** Patients' records in Postgres; `seal` is how a resource is kept at rest. */
export const recordActivities = (seal: (resource: Json) => Json): Implementation<typeof contract, Tx> => ({
  async claimIdentifiers({ patientRef, identifiers }, { tx, refuse }) {
    const claimed = await tx.query<{ identifier: string }>(
      `insert into patients.identifiers (identifier, patient_ref)
       select identifier, $1 from unnest($2::text[]) as i (identifier) order by identifier
       on conflict (identifier) do nothing returning identifier`,
      [patientRef, identifiers],
    );
    const [other] = await tx.query(
      'select from patients.identifiers where identifier = any($2) and patient_ref <> $1 limit 1',
      [patientRef, identifiers],
    );
    if (other) throw refuse('IdentifierTaken');
    return { claimed: claimed.map(({ identifier }) => identifier) };
  },

  async releaseIdentifiers({ patientRef }, { tx, outcome: { claimed } }) {
    await tx.query('delete from patients.identifiers where patient_ref = $1 and identifier = any($2)', [
      patientRef,
      claimed,
    ]);
  },

  async writeRecord({ patientRef, versionRef, lastUpdated, resource }, { tx, now, refuse }) {
    const latest = await latestOf(tx, patientRef);
    const updated = lastUpdated === undefined ? null : new Date(lastUpdated);
    // Versions arrive in any order; the older one must not win because it came late.
    if (latest?.last_updated && updated && latest.last_updated > updated) throw refuse('NewerVersionThere');
    const version = (latest?.version ?? 0) + 1;
    await tx.query(`insert into patients.versions values ($1, $2, $3, 'current', $4, $5, $6)`, [
      patientRef,
      version,
      versionRef,
      updated,
      JSON.stringify(seal(resource as Json)),
      now(),
    ]);
    return { version };
  },

  async withdrawRecord({ patientRef }, { tx, now, outcome: { version } }) {
    const latest = await latestOf(tx, patientRef);
    // A newer version has come on top of it meanwhile, and stays.
    if (latest?.version !== version) return;
    const [before] = await tx.query<Version>(
      'select * from patients.versions where patient_ref = $1 and version = $2',
      [patientRef, version - 1],
    );
    await tx.query('insert into patients.versions values ($1, $2, $3, $4, $5, $6, $7)', [
      patientRef,
      version + 1,
      before?.version_ref ?? latest.version_ref,
      before ? 'current' : 'withdrawn',
      before?.last_updated ?? null,
      before?.resource ? JSON.stringify(before.resource) : null,
      now(),
    ]);
  },

  async announceRecord({ patientRef, version }, { tx, now }) {
    await tx.query('insert into patients.announcements values ($1, $2, $3)', [patientRef, version, now()]);
    return {};
  },
});

/** The newest version, with the patient locked: two versions of one patient are written one after the other. */
async function latestOf(tx: Tx, patientRef: string): Promise<Version | undefined> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('patients/' || $1, 0))", [patientRef]);
  const [latest] = await tx.query<Version>(
    'select * from patients.versions where patient_ref = $1 order by version desc limit 1',
    [patientRef],
  );
  return latest;
}
