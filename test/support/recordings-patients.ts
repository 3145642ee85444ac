import { createHmac } from 'node:crypto';
import { patients, type FhirPatient } from '../../src/contracts/patients.ts';
import { toIntegration } from '../../src/domain/fhir/patient.ts';
import { sha256 } from '../../src/kit/effects/fingerprint.ts';
import type { Recording } from './recording.ts';

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

/** Versions in the order of their coming; the last one's run is recorded. */
const PLAYS: Record<string, readonly FhirPatient[]> = {
  completed: [version('completed', 1)],
  refused: [version('refused', 1, { name: [] })],
  'compensated-newer-there': [version('compensated', 2), version('compensated', 1)],
};

export const integratePatientRecordings: readonly Recording[] = Object.entries(PLAYS).map(([what, versions]) => ({
  workflow: 'integratePatient',
  what,
  async play(site) {
    const handles = [];
    for (const resource of versions) {
      const integration = toIntegration(resource, hmac, sha256);
      await site.start(patients, integration);
      const handle = await site.handle(patients, patients.businessId(integration));
      await handle.result();
      handles.push(handle);
    }
    return handles.at(-1)!;
  },
}));
