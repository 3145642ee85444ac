import { join } from 'node:path';
import { decideReconciliationRecordings } from './recordings-decisions.ts';
import { integratePatientRecordings } from './recordings-patients.ts';
import { transferFundsRecordings } from './recordings-ledger.ts';
import { paymentRecordings } from './recordings-payments.ts';
import { importStatementsRecordings } from './recordings-reconciliation.ts';
import { scheduledRecordings } from './recordings-scheduled.ts';
import { fulfilOrderRecordings } from './recordings-orders.ts';
import type { Recording } from './recording.ts';

/** Every recording there is; another workflow adds its own here. */
export const RECORDINGS: readonly Recording[] = [
  ...fulfilOrderRecordings,
  ...transferFundsRecordings,
  ...paymentRecordings,
  ...integratePatientRecordings,
  ...importStatementsRecordings,
  ...decideReconciliationRecordings,
  ...scheduledRecordings,
];

/** Where they are kept; tests are run from the root of the checkout. */
export const HISTORIES = join('test', 'histories');
