import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';

/** S3 as the stack has it: path style, because its host names are not in any DNS. */
export const s3Of = (env: Record<string, string>): S3Client =>
  new S3Client({
    endpoint: env['AWS_ENDPOINT_URL']!,
    region: env['AWS_REGION']!,
    credentials: { accessKeyId: env['AWS_ACCESS_KEY_ID']!, secretAccessKey: env['AWS_SECRET_ACCESS_KEY']! },
    forcePathStyle: true,
  });

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
