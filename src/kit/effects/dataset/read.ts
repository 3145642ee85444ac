import type { S3Client } from '@aws-sdk/client-s3';
import { sha256Of } from '../s3.ts';
import { bytesOf, VersionLog } from './log.ts';
import { DatasetError, versionPath, type Version } from './version.ts';

/** A version that shows something. */
export type Shown = Version & { readonly content: NonNullable<Version['content']> };

/**
 * A version, whole: what its document names does not change, whatever is published meanwhile. `after`: a number that is
 * known to be there, so that no older one is listed. Throws `DatasetError`.
 */
export async function readVersion(
  s3: S3Client,
  bucket: string,
  dataset: string,
  number: number | 'latest',
  after = 0,
): Promise<Shown> {
  const log = new VersionLog(s3, bucket, dataset);
  const wanted = number === 'latest' ? await log.newest(after) : number;
  if (wanted === 0) throw new DatasetError('NoVersion', dataset);
  const { version } = await log.known(wanted);
  if (!version.content) throw new DatasetError('NoVersion', versionPath(dataset, wanted));
  return version as Shown;
}

/**
 * The bytes of one of its files, checked. They are read by the id of the object's version that the document names; where
 * the bucket no longer knows that id (it was restored from a copy, say), what the path holds will do if it is the same.
 */
export async function readFile(s3: S3Client, bucket: string, { content }: Shown, name: string): Promise<Uint8Array> {
  const file = content.files.find((each) => each.name === name);
  if (!file) throw new DatasetError('NoVersion', name);
  const { path, versionId, sha256 } = file;
  for (const id of versionId === null ? [null] : [versionId, null]) {
    const bytes = await bytesOf(s3, bucket, path, id);
    if (bytes && sha256Of(bytes) === sha256) return bytes;
  }
  throw new DatasetError('Damaged', path);
}

/** The newest versions, also those that show nothing, newest first. */
export async function versionsFrom(s3: S3Client, bucket: string, dataset: string, limit: number): Promise<Version[]> {
  const log = new VersionLog(s3, bucket, dataset);
  const newest = await log.newest();
  const versions: Version[] = [];
  for (let number = newest; number > Math.max(0, newest - limit); number--)
    versions.push((await log.known(number)).version);
  return versions;
}
