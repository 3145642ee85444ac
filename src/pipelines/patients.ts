import { recordActivities } from '../activities/patients/records.ts';
import * as patients from '../contracts/patients.ts';
import { implemented, type Manifest } from '../kit/worker/manifest.ts';
import type { Resources } from './resources.ts';

export const patientsPipeline: Manifest<Pick<Resources, 'seal'>> = {
  starts: [patients.patients],
  modules: [implemented(patients, ({ seal }) => recordActivities(seal))],
};
