import {
  announceRecord,
  claimIdentifiers,
  writeRecord,
  type Integrated,
  type Integration,
} from '../../contracts/patients.ts';
import { cleanse, lacks } from '../../domain/fhir/patient.ts';
import type { Ended } from '../../kit/contract/updates.ts';
import { outcome, saga } from '../../kit/workflow/saga.ts';

/** One version of a patient's record, cleansed and written, and then announced. */
export async function integratePatient({ identifiers, ...version }: Integration): Promise<Ended<Integrated>> {
  const { patientRef, versionRef } = version;
  return saga(async (step) => {
    const resource = cleanse(version.resource);
    const lack = lacks(resource);
    if (lack !== undefined) throw outcome(lack);

    await step(claimIdentifiers, { patientRef, versionRef, identifiers });
    const written = await step(writeRecord, { ...version, resource });
    await step.pivot(announceRecord, { patientRef, versionRef, version: written.version });
    return { patientRef, version: written.version };
  });
}
