import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { readConfig } from '../../src/config.ts';
import { VersionLog } from '../../src/kit/effects/dataset/log.ts';
import type { Version } from '../../src/kit/effects/dataset/version.ts';
import { s3Client } from '../../src/services.ts';

/** S3 as the stack has it. */
export const s3Of = (env: Record<string, string>): S3Client => s3Client(readConfig(env));

/** Every version that an object ever had, and every deletion. */
export async function versionsAt(s3: S3Client, bucket: string, path: string): Promise<('version' | 'deletion')[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: path }),
  );
  const here = ({ Key }: { Key?: string | undefined }): boolean => Key === path;
  return [
    ...Versions.filter(here).map(() => 'version' as const),
    ...DeleteMarkers.filter(here).map(() => 'deletion' as const),
  ];
}

/** Every version of a dataset, in order. */
export async function versionsIn(s3: S3Client, bucket: string, dataset: string): Promise<Version[]> {
  const log = new VersionLog(s3, bucket, dataset);
  const numbers = Array.from({ length: await log.newest() }, (_, i) => i + 1);
  return Promise.all(numbers.map(async (number) => (await log.known(number)).version));
}
