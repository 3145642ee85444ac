import { orphanActivities } from '../activities/reconciliation/orphans.ts';
import { importActivities } from '../activities/reconciliation/imports.ts';
import * as orphans from '../contracts/orphans.ts';
import * as reconciliation from '../contracts/reconciliation.ts';
import { implemented, type Manifest } from '../kit/worker/manifest.ts';
import type { Resources } from './resources.ts';

export const reconciliationPipeline: Manifest<Pick<Resources, 's3' | 'bucket' | 'database'>> = {
  starts: [reconciliation.imports, orphans.collections],
  modules: [
    implemented(reconciliation, ({ s3, bucket, database }) => importActivities(s3, bucket, database)),
    implemented(orphans, ({ s3, bucket, database }) => orphanActivities(s3, bucket, database)),
  ],
  schedules: [orphans.dailyCollection],
};
