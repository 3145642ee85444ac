import { transferActivities } from '../activities/ledger/transfers.ts';
import * as ledger from '../contracts/ledger.ts';
import { implemented, type Manifest } from '../kit/worker/manifest.ts';
import type { Resources } from './resources.ts';

export const ledgerPipeline: Manifest<Pick<Resources, 's3' | 'bucket'>> = {
  starts: [ledger.transfers],
  modules: [implemented(ledger, ({ s3, bucket }) => transferActivities(s3, bucket))],
};
