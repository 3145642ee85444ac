import type { S3Client } from '@aws-sdk/client-s3';
import { transferActivities } from '../activities/ledger/transfers.ts';
import * as ledger from '../contracts/ledger.ts';
import { bind, type ActivityFunction, type Binding } from '../kit/effects/bind.ts';
import type { Tx } from '../kit/effects/database.ts';
import { bindRun } from '../kit/effects/run.ts';

/** Contracts × implementations of the `ledger` pipeline. */
export const ledgerPipeline = (
  { s3, bucket }: { s3: S3Client; bucket: string },
  binding: Binding<Tx>,
): Record<string, ActivityFunction> => ({
  ...bind(ledger, transferActivities(s3, bucket), binding),
  ...bindRun(ledger, binding),
});
