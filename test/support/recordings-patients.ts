import { createHmac } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { patients, type FhirPatient, type Integration } from '../../src/contracts/patients.ts';
import { toIntegration } from '../../src/domain/fhir/patient.ts';
import { sha256 } from '../../src/kit/effects/fingerprint.ts';
import { until } from './conditions.ts';
import type { Recording } from './recording.ts';
import type { Site } from './site.ts';
import { callsOf, shows } from './temporal.ts';

type Act = (site: Site, of: Integration, begin: () => Promise<WorkflowHandle>) => Promise<void>;

const hmac = (text: string): string => createHmac('sha256', 'published with the histories').update(text).digest('hex');
/** A made patient; no two recordings have the same. */
const version = (what: string, day: number, changed: Partial<FhirPatient> = {}): FhirPatient => ({
  resourceType: 'Patient',
  meta: { versionId: String(day), lastUpdated: `2026-01-0${day}T00:00:00Z` },
  identifier: [{ system: 'urn:example:recorded', value: what }],
  name: [{ family: 'Made', given: ['Up'] }],
  birthDate: '2000-01-01',
  ...changed,
});

interface Play {
  readonly versions: readonly FhirPatient[];
  readonly act?: Act;
}

/** Versions in the order of their coming; the last one's run is recorded, and `act` acts on it. */
const PLAYS: Record<string, Play> = {
  completed: { versions: [version('completed', 1)] },
  refused: { versions: [version('refused', 1, { name: [] })] },
  'compensated-newer-there': { versions: [version('compensated', 2), version('compensated', 1)] },
  cancelled: {
    versions: [version('cancelled', 1)],
    // Whoever holds the patient keeps the writing under way while the decision comes.
    act: (site, { patientRef }, begin) =>
      site.database.transaction(async (tx) => {
        await tx.query(`select pg_advisory_xact_lock(hashtextextended('patients/' || $1, 0))`, [patientRef]);
        const handle = await begin();
        await until('the writing', async () => (await callsOf(handle)).includes('writeRecord'));
        const decision = { actor: 'ann', reason: 'another patient' };
        await handle.startUpdate('cancel', { args: [decision], updateId: 'cancel-1', waitForStage: 'ACCEPTED' });
      }),
  },
  'parked-conflict-retried': {
    versions: [version('parked', 1)],
    // Somebody else's effect stands under the key, until it is found and put right.
    act: async (site, { patientRef, versionRef }, begin) => {
      const key = `patients/${patientRef}/${versionRef}/announce`;
      await site.database.query(
        `insert into kit.effects (key, base_key, activity, workflow_id, fingerprint, state, outcome, intended_at)
         values ($1, $1, 'another', 'another', 'of something else', 'applied', '{"applied": null}', now())`,
        [key],
      );
      const handle = await begin();
      await shows(handle, 'announceRecord parked: KeyConflict');
      await site.database.query('delete from kit.effects where key = $1', [key]);
      const decision = { actor: 'ann', reason: 'put right', key, action: 'retry' };
      await handle.executeUpdate('resolve', { args: [decision], updateId: 'resolve-1' });
    },
  },
};

const just: Act = async (_site, _integration, begin) => void (await begin());

export const integratePatientRecordings: readonly Recording[] = Object.entries(PLAYS).map(
  ([what, { versions, act = just }]) => ({
    workflow: 'integratePatient',
    what,
    async play(site) {
      const played = versions.map((resource) => toIntegration(resource, hmac, sha256));
      for (const [i, integration] of played.entries()) {
        const begin = async (): Promise<WorkflowHandle> => {
          await site.start(patients, integration);
          return site.handle(patients, patients.businessId(integration));
        };
        await (i === played.length - 1 ? act(site, integration, begin) : begin());
        await (await site.handle(patients, patients.businessId(integration))).result();
      }
      return site.handle(patients, patients.businessId(played.at(-1)!));
    },
  }),
);
