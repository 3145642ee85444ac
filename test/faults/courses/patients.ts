import { patients, writeRecord, type FhirPatient, type Integration } from '../../../src/contracts/patients.ts';
import { integrating } from '../../../src/dev/demo/deliveries.ts';
import type { Stage } from '../stage.ts';
import { cancel, type Course, type Made } from './course.ts';

const SYSTEM = 'urn:example:faults';
const identifier = (value: string): { system: string; value: string } => ({ system: SYSTEM, value });

export const dayOf = (day: number): string => `2026-01-0${day}T00:00:00.000Z`;

/** A made patient, of whom this is the version of that day. */
export const patient = (id: string, day: number, changed: Partial<FhirPatient> = {}): FhirPatient => ({
  resourceType: 'Patient',
  meta: { versionId: String(day), lastUpdated: dayOf(day) },
  identifier: [identifier(id), identifier(`card-${id}`)],
  name: [{ family: 'Made', given: ['Up'] }],
  birthDate: '2000-01-01',
  ...changed,
});

const integration = ({ services }: Stage, resource: FhirPatient): Integration => integrating(services)(resource);

function made(stage: Stage, resource: FhirPatient): Made {
  const payload = integration(stage, resource);
  const { patientRef, versionRef } = payload;
  return { payload, ids: { patientRef, versionRef } };
}

/** The version that must be there before. */
async function before(stage: Stage, resource: FhirPatient): Promise<void> {
  const started = await stage.start(patients, integration(stage, resource));
  await (await stage.handle(patients, started.workflowId)).result();
}

const course = (
  what: string,
  fate: Course['fate'],
  reason: Course['reason'],
  make: (stage: Stage, id: string) => Promise<FhirPatient> | FhirPatient,
): Course => ({
  pipeline: patients,
  what,
  fate,
  reason,
  make: async (stage, id) => made(stage, await make(stage, id)),
});

export const integrated = course('integrated', 'completed', null, (_stage, id) => patient(id, 1));
export const nameless = course('without a name', 'refused', 'NameMissing', (_stage, id) =>
  patient(id, 1, { name: [] }),
);
/** The second identifier is another patient's. */
export const taken = course('identifier taken', 'refused', 'IdentifierTaken', async (stage, id) => {
  await before(stage, patient(`other-${id}`, 1));
  return patient(id, 1, { identifier: [identifier(id), identifier(`card-other-${id}`)] });
});
export const older = course('newer version there', 'compensated', 'NewerVersionThere', async (stage, id) => {
  await before(stage, patient(id, 2));
  return patient(id, 1);
});
export const cancelled: Course = {
  ...course('cancelled when written', 'compensated', 'Cancelled', (_stage, id) => patient(id, 1)),
  during: { contract: writeRecord, at: 'applied', act: cancel },
};
/** The version of that day, of somebody who is known. */
export const versionOf = (who: string, day: number): Course =>
  course(`version ${day}`, 'completed', null, () => patient(who, day));
