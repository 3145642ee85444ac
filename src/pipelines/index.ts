import type { Manifest } from '../kit/worker/manifest.ts';
import { ledgerPipeline } from './ledger.ts';
import { ordersPipeline } from './orders.ts';
import { patientsPipeline } from './patients.ts';
import { reconciliationPipeline } from './reconciliation.ts';
import type { Resources } from './resources.ts';

/** Every pipeline of this version: a new one is a line here and a line in `workflows/index.ts`. */
export const PIPELINES: readonly Manifest<Resources>[] = [
  ordersPipeline,
  ledgerPipeline,
  patientsPipeline,
  reconciliationPipeline,
];
