import { createHash } from 'node:crypto';
import { recordActivities } from '../../src/activities/patients/records.ts';
import { readConfig } from '../../src/config.ts';
import * as contracts from '../../src/contracts/patients.ts';
import type { Tx } from '../../src/kit/effects/database.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';
import { sealerOf } from '../../src/services.ts';
import type { Where } from './where.ts';

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const version = (id: string) => ({ patientRef: hashed(id), versionRef: hashed(`${id} version`) });
const claim = (id: string) => ({ ...version(id), identifiers: [hashed(id), hashed(`${id} other`)] });
const record = (id: string) => ({
  ...version(id),
  lastUpdated: '2026-01-01T00:00:00Z',
  resource: { resourceType: 'Patient' as const, name: [{ family: 'Made', given: ['Up'] }] },
});

const versions =
  (state: 'current' | 'withdrawn') =>
  ({ patientRef }: { patientRef: string }, { database }: { database: Tx }): Promise<object[]> =>
    database.query('select from patients.versions where patient_ref = $1 and state = $2', [patientRef, state]);

/** What is given back leaves no trace in the tables: a trigger of the test writes it down. */
export const GIVEN_BACK = `
  create table patients.given_back (identifier text, patient_ref text);
  create function patients.note_given_back() returns trigger language plpgsql as $$
  begin
    insert into patients.given_back values (old.identifier, old.patient_ref);
    return old;
  end $$;
  create trigger given_back after delete on patients.identifiers for each row execute function patients.note_given_back()`;

export default subjects(import.meta.url, {
  contracts,
  open: ({ env }: Where) => ({ seal: sealerOf(readConfig(env)) }),
  bodies: ({ seal }) => recordActivities(seal),
  activities: {
    claimIdentifiers: {
      input: claim,
      effects: async ({ patientRef, identifiers }, { database }) =>
        (await database.query('select from patients.identifiers where patient_ref = $1', [patientRef])).length /
        identifiers.length,
      other: (input) => ({ ...input, identifiers: input.identifiers.slice(1) }),
      refused: {
        async IdentifierTaken(id, { database }) {
          await database.query('insert into patients.identifiers values ($1, $2)', [
            hashed(`${id} other`),
            hashed('another patient'),
          ]);
          return claim(id);
        },
      },
    },
    releaseIdentifiers: {
      effects: async ({ patientRef, identifiers }, { database }) =>
        (await database.query('select from patients.given_back where patient_ref = $1', [patientRef])).length /
        identifiers.length,
    },
    writeRecord: {
      input: record,
      effects: versions('current'),
      other: (input) => ({ ...input, resource: { resourceType: 'Patient' } }),
      refused: {
        async NewerVersionThere(id, { database }) {
          // A newer version of the source, which somebody has withdrawn since: none is current.
          await database.query(
            `insert into patients.versions values ($1, 1, $2, 'withdrawn', '2026-01-02', null, now())`,
            [hashed(id), hashed(`${id} newer`)],
          );
          return record(id);
        },
      },
    },
    withdrawRecord: { effects: versions('withdrawn') },
    announceRecord: {
      input: (id) => ({ ...version(id), version: 1 }),
      effects: ({ patientRef }, { database }) =>
        database.query('select from patients.announcements where patient_ref = $1', [patientRef]),
      other: (input) => ({ ...input, version: 2 }),
    },
  },
});
