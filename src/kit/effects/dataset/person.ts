import type { S3Client } from '@aws-sdk/client-s3';
import type { InputOf, OutputOf } from '../../contract/activity.ts';
import { command, type Binding } from '../bind.ts';
import type { Tx } from '../database.ts';
import { sha256 } from '../fingerprint.ts';
import { collectBody, collectOrphans } from './collect.ts';
import { repairBody, repairDataset } from './repair.ts';
import { rollBack, rollBackBody, subjectOf } from './rollback.ts';

/** Where a person decides about datasets: the bucket, and where the decision is recorded. */
export interface Desk extends Pick<Binding<Tx>, 'store' | 'clock'> {
  readonly s3: S3Client;
  readonly bucket: string;
}

/** Rolls back, once an id. Throws `Refusal` (`NoVersion`, `Withdrawn`, `Superseded`). `fresh`: by this very call. */
export const rolledBack = (
  desk: Desk,
  input: InputOf<typeof rollBack>,
): Promise<{ value: OutputOf<typeof rollBack>; fresh: boolean }> =>
  command(rollBack, rollBackBody(desk.s3, desk.bucket), bindingAt(desk), subjectOf(input.dataset), input);

/** Repairs, once an id. */
export const repaired = (
  desk: Desk,
  input: InputOf<typeof repairDataset>,
): Promise<{ value: OutputOf<typeof repairDataset>; fresh: boolean }> =>
  command(repairDataset, repairBody(desk.s3, desk.bucket), bindingAt(desk), subjectOf(input.dataset), input);

/** Collects a page of orphans, once an id and page. */
export const collected = (
  desk: Desk,
  input: InputOf<typeof collectOrphans>,
): Promise<{ value: OutputOf<typeof collectOrphans>; fresh: boolean }> =>
  command(
    collectOrphans,
    collectBody(desk.s3, desk.bucket, desk.store.reader),
    bindingAt(desk),
    `datasets/collections/${input.id}`,
    input,
  );

const bindingAt = ({ store, clock }: Desk): Binding<Tx> => ({
  pipeline: 'datasets',
  store,
  fingerprint: sha256,
  clock,
  observe: () => undefined,
  log: () => undefined,
});
