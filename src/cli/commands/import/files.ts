import { readFile, stat } from 'node:fs/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import { InputError } from '../../errors.ts';
import { cannotBeRead } from '../../input.ts';

/** A file on this machine, or an object. */
export interface Source {
  readonly name: string;
  /** Its bytes. Throws `InputError` when it cannot be read, is empty, or larger than `limit`. */
  bytes(limit: number): Promise<Uint8Array>;
}

/** What each of these names: a path, `s3://BUCKET/KEY`, or all below `s3://BUCKET/PREFIX/` in the order of their keys. */
export async function sourcesOf(names: readonly string[], s3: S3Client): Promise<Source[]> {
  const found: Source[] = [];
  for (const name of names) {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(name) ?? [];
    if (name.startsWith('s3:') && key === undefined) throw new InputError(`${name} is no s3://BUCKET/KEY`);
    if (bucket === undefined || key === undefined) found.push(fileAt(name));
    else if (key.endsWith('/')) found.push(...(await below(s3, bucket, key)));
    else found.push(objectAt(s3, bucket, key));
  }
  return found;
}

const fileAt = (path: string): Source => ({
  name: path,
  async bytes(limit) {
    const { size } = await stat(path).catch(cannotBeRead(path));
    requireSize(path, size, limit);
    return readFile(path).catch(cannotBeRead(path));
  },
});

const objectAt = (s3: S3Client, bucket: string, key: string): Source => {
  const name = `s3://${bucket}/${key}`;
  const refused = (cause: unknown): never => {
    if (cause instanceof S3ServiceException)
      throw new InputError(`${name} cannot be read (${cause.$metadata.httpStatusCode ?? cause.name})`, { cause });
    throw cause;
  };
  return {
    name,
    async bytes(limit) {
      const at = { Bucket: bucket, Key: key };
      const { ContentLength = 0 } = await s3.send(new HeadObjectCommand(at)).catch(refused);
      requireSize(name, ContentLength, limit);
      const { Body } = await s3.send(new GetObjectCommand(at)).catch(refused);
      return Body!.transformToByteArray();
    },
  };
};

async function below(s3: S3Client, bucket: string, prefix: string): Promise<Source[]> {
  const found: Source[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
    found.push(...Contents.filter(({ Size }) => Size !== 0).map(({ Key }) => objectAt(s3, bucket, Key!)));
  return found;
}

function requireSize(name: string, size: number, limit: number): void {
  if (size > limit) throw new InputError(`${name} is larger than ${limit} bytes`);
  if (size === 0) throw new InputError(`${name} is empty`);
}
