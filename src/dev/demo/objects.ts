import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Json } from '../../kit/contract/outcome.ts';

/** One version of an object, with what it says. */
export interface ObjectVersion {
  readonly path: string;
  readonly versionId: string;
  readonly body: Json;
}

type ListedVersion = Omit<ObjectVersion, 'body'> & { readonly deleted: boolean };

const AT_ONCE = 8;

/** Every version of every object under a prefix; a marker of deletion is one whose body is null. */
export async function readObjects(s3: S3Client, bucket: string, prefix: string): Promise<ObjectVersion[]> {
  const read: ObjectVersion[] = [];
  const queue = (await listVersions(s3, bucket, prefix)).values();
  const reader = async (): Promise<void> => {
    for (const { path, versionId, deleted } of queue)
      read.push({ path, versionId, body: deleted ? null : await bodyOf(s3, bucket, path, versionId) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return read;
}

/** The same, unread. */
export async function listVersions(s3: S3Client, bucket: string, prefix = ''): Promise<ListedVersion[]> {
  const found: ListedVersion[] = [];
  let from: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (from) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...from }),
    );
    for (const [list, deleted] of [
      [page.Versions ?? [], false],
      [page.DeleteMarkers ?? [], true],
    ] as const)
      for (const { Key = '', VersionId = '' } of list) found.push({ path: Key, versionId: VersionId, deleted });
    from = page.IsTruncated
      ? {
          ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
          ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
        }
      : undefined;
  }
  return found;
}

async function bodyOf(s3: S3Client, Bucket: string, Key: string, VersionId: string): Promise<Json> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return JSON.parse((await Body?.transformToString()) ?? 'null') as Json;
}
