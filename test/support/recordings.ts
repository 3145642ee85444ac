import { integratePatientRecordings } from './recordings-patients.ts';
import { transferFundsRecordings } from './recordings-ledger.ts';
import { fulfilOrderRecordings } from './recordings-orders.ts';
import type { Recording } from './recording.ts';

/** Every recording there is; another workflow adds its own here. */
export const RECORDINGS: readonly Recording[] = [
  ...fulfilOrderRecordings,
  ...transferFundsRecordings,
  ...integratePatientRecordings,
];
