import { recordActivities } from '../activities/patients/records.ts';
import * as patients from '../contracts/patients.ts';
import type { Json } from '../kit/contract/outcome.ts';
import { bind, type ActivityFunction, type Binding } from '../kit/effects/bind.ts';
import type { Tx } from '../kit/effects/database.ts';
import { bindRun } from '../kit/effects/run.ts';

/** Contracts × implementations of the `patients` pipeline. */
export const patientPipeline = (
  { seal }: { seal: (resource: Json) => Json },
  binding: Binding<Tx>,
): Record<string, ActivityFunction> => ({
  ...bind(patients, recordActivities(seal), binding),
  ...bindRun(patients, binding),
});
