import {
  CreateBucketCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Database } from '../database.ts';
import { histories, type History } from '../dataset/histories.ts';
import { bytesOf } from '../dataset/log.ts';
import { sha256Of, statusOf } from '../s3.ts';
import { documentOf, opened, SEAL_LIMIT_BYTES, sealPath, SEALS, type Opened, type Seal } from './document.ts';
import { SealError } from './error.ts';
import type { SealKeys } from './keys.ts';

/** The seals of one database: a bucket of their own, with object lock. */
export interface Seals {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly keys: SealKeys;
  readonly clock: () => Date;
}

/** Everything that was ever written from seal `from` on, in order of its path, with other objects that lie among them. */
export const everWritten = ({ s3, bucket }: Seals, from = 0): AsyncGenerator<History> =>
  // `~` sorts after every ending of a path: a server may begin at its marker or after it.
  histories(s3, bucket, SEALS, from <= 1 ? undefined : `${sealPath(from - 1)}~`);

/** A seal, and what has happened to its path since. */
export interface Found extends Opened {
  readonly versionId: string | null;
  readonly since: 'deleted' | 'overwritten' | null;
}

/**
 * What a path holds: the first of all its versions that a known key has signed under its number. Who has no key can put
 * other objects over it or delete what is seen; that version is read all the same, for the lock keeps it.
 */
export async function found(
  { s3, bucket, keys }: Seals,
  { path, versions, deleted }: History,
): Promise<Found | 'no-seal' | 'unknown-key'> {
  let instead: 'no-seal' | 'unknown-key' = 'no-seal';
  for (const { versionId, bytes } of versions.toReversed()) {
    if (bytes > SEAL_LIMIT_BYTES) continue;
    const seal = opened((await bytesOf(s3, bucket, path, versionId)) ?? new Uint8Array(), keys);
    if (seal === 'unknown-key') instead = seal;
    if (typeof seal === 'string' || sealPath(seal.seal.number) !== path) continue;
    const current = versions[0]!;
    const same = async (): Promise<boolean> =>
      current.versionId === versionId ||
      (current.bytes <= SEAL_LIMIT_BYTES &&
        sha256Of((await bytesOf(s3, bucket, path, current.versionId)) ?? new Uint8Array()) === seal.sha256);
    return { ...seal, versionId, since: deleted ? 'deleted' : (await same()) ? null : 'overwritten' };
  }
  return instead;
}

/** Whether this version of a seal cannot be deleted by anybody at this time. */
export async function isLocked({ s3, bucket, clock }: Seals, { seal, versionId }: Found): Promise<boolean> {
  const at = { Bucket: bucket, Key: sealPath(seal.number), ...(versionId === null ? {} : { VersionId: versionId }) };
  try {
    const { Retention } = await s3.send(new GetObjectRetentionCommand(at));
    return Retention?.Mode === 'COMPLIANCE' && (Retention.RetainUntilDate?.getTime() ?? 0) > clock().getTime();
  } catch (error) {
    if ([400, 404].includes(statusOf(error) ?? 0)) return false; // it has none, or the bucket has no object lock
    throw error;
  }
}

/** Writes a seal under the next number, locked; undefined when that number was taken. */
export async function create(
  { s3, bucket, keys }: Seals,
  seal: Omit<Seal, 'key'>,
  retainUntil: Date,
): Promise<Opened | undefined> {
  if (!keys.own) throw new SealError('Key', 'audit key: there is none to sign with');
  const body = documentOf({ ...seal, key: keys.own.id }, keys.own);
  // It could not be taken back: what the heads say was not always written by us.
  const made = opened(Buffer.from(body), keys);
  if (typeof made === 'string' || Buffer.byteLength(body) > SEAL_LIMIT_BYTES)
    throw new SealError('Damaged', `${sealPath(seal.number)}: would be no seal; kit.audit_heads holds something else`);
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: sealPath(seal.number),
        Body: body,
        ContentType: 'application/json',
        ChecksumSHA256: made.sha256,
        IfNoneMatch: '*',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: retainUntil,
      }),
    );
  } catch (error) {
    if ([409, 412].includes(statusOf(error) ?? 0)) return undefined; // 409: a race that is still open
    throw error;
  }
  return made;
}

/** The newest seal that the database has heard of; 0: none. Not to be believed, except that it should be there. */
export async function newestHeardOf(database: Pick<Database, 'query'>): Promise<number> {
  const [row] = await database.query<{ seal: number }>('select coalesce(max(seal), 0) as seal from kit.audit_sealed');
  return row!.seal;
}

/** Makes the bucket, with object lock, unless it is there. Gives whether it had to. */
export async function makeSealBucket(s3: S3Client, bucket: string): Promise<boolean> {
  if ((await objectLockOf(s3, bucket)) !== 'no-bucket') return false;
  await s3
    .send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }))
    .catch((error: { name?: string }) => {
      if (error.name !== 'BucketAlreadyOwnedByYou') throw error; // somebody was quicker
    });
  return true;
}

/** Throws unless there is the bucket, with object lock where something is to be locked. */
export async function requireBucket({ s3, bucket }: Seals, toLock: boolean): Promise<void> {
  const lock = await objectLockOf(s3, bucket);
  if (lock === 'no-bucket')
    throw new SealError('Missing', `${bucket}: there is no such bucket; \`doctor --fix\` makes it`);
  if (lock === 'none' && toLock) throw new SealError('Missing', `${bucket}: has no object lock`);
}

/** What the bucket of the seals lacks, if anything. */
export async function objectLockOf(s3: S3Client, bucket: string): Promise<'enabled' | 'none' | 'no-bucket'> {
  try {
    const { ObjectLockConfiguration } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }));
    return ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled' ? 'enabled' : 'none';
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    return (error as Error).name === 'NoSuchBucket' ? 'no-bucket' : 'none';
  }
}
