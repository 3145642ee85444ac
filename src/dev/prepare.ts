import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { readConfig } from '../config.ts';
import { Database } from '../kit/effects/database.ts';
import { makeSealBucket } from '../kit/effects/seal/index.ts';
import { migrate, readMigrations } from '../kit/effects/migrate.ts';
import { applySchedules } from '../schedules.ts';
import { s3Client, Services } from '../services.ts';

/** Makes the stack's stores what a worker expects: the schema, a versioned bucket, one for seals. Idempotent, and quick the second time. */
export async function prepare(env: Record<string, string>): Promise<void> {
  const config = readConfig(env);
  const database = new Database(config.DATABASE_URL, { max: 2 });
  const s3 = s3Client(config);
  try {
    await migrate(database, await readMigrations(new URL('../../sql/', import.meta.url)));
    const Bucket = config.EVENKEEL_S3_BUCKET;
    await s3.send(new CreateBucketCommand({ Bucket })).catch((error: { name?: string }) => {
      if (error.name !== 'BucketAlreadyOwnedByYou' && error.name !== 'BucketAlreadyExists') throw error;
    });
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    if (config.EVENKEEL_AUDIT_BUCKET !== undefined) await makeSealBucket(s3, config.EVENKEEL_AUDIT_BUCKET);
  } finally {
    s3.destroy();
    await database.close();
  }
}

/** Has the stack's Temporal start by itself what is declared so. Not for stacks whose runs are counted. */
export async function schedule(env: Record<string, string>): Promise<void> {
  const services = new Services(readConfig(env));
  try {
    await applySchedules(services);
  } finally {
    await services.close();
  }
}
