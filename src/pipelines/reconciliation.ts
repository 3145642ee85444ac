import { writeOffActivities } from '../activities/ledger/write-offs.ts';
import { decisionActivities } from '../activities/reconciliation/decisions.ts';
import { importActivities } from '../activities/reconciliation/imports.ts';
import { orphanActivities } from '../activities/reconciliation/orphans.ts';
import * as decisions from '../contracts/decisions.ts';
import * as orphans from '../contracts/orphans.ts';
import * as reconciliation from '../contracts/reconciliation.ts';
import * as writeOffs from '../contracts/write-offs.ts';
import { implemented, type Manifest } from '../kit/worker/manifest.ts';
import type { Resources } from './resources.ts';

export const reconciliationPipeline: Manifest<Pick<Resources, 's3' | 'bucket' | 'database'>> = {
  starts: [reconciliation.imports, decisions.decisions, orphans.collections],
  modules: [
    implemented(reconciliation, ({ s3, bucket, database }) => importActivities(s3, bucket, database)),
    implemented(decisions, decisionActivities),
    implemented(writeOffs, writeOffActivities),
    implemented(orphans, ({ s3, bucket, database }) => orphanActivities(s3, bucket, database)),
  ],
  schedules: [orphans.dailyCollection],
};
