import { importActivities } from '../activities/reconciliation/imports.ts';
import * as reconciliation from '../contracts/reconciliation.ts';
import { implemented, type Manifest } from '../kit/worker/manifest.ts';
import type { Resources } from './resources.ts';

export const reconciliationPipeline: Manifest<Pick<Resources, 's3' | 'bucket' | 'database'>> = {
  starts: [reconciliation.imports],
  modules: [implemented(reconciliation, ({ s3, bucket, database }) => importActivities(s3, bucket, database))],
};
