import { createHash } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Json } from '../contract/outcome.ts';
import type { StoredObject } from '../contract/object.ts';
import { Conflict } from './errors.ts';

/** The exact request: with it the same bytes are sent again. A type and not an interface, so that it is JSON. */
export type PutRequest = { bucket: string; path: string; body: string; contentType: string; sha256: string };

/**
 * One object, written once: `If-None-Match: *` lets one writer in, and a path holds what it holds for ever. A lost
 * answer is settled by asking again: 412 and the same SHA-256 is our own write, another SHA-256 a conflict; the version
 * id that a lost PUT had is learnt by HEAD. Source: S3 User Guide, "Conditional writes".
 */
export function objectOnce<I>(
  s3: S3Client,
  describe: (input: I) => { bucket: string; path: string; body: Json | object; contentType?: string },
): { request(input: I): PutRequest; send(request: PutRequest): Promise<StoredObject> } {
  return {
    request(input) {
      const { bucket, path, body, contentType = 'application/json' } = describe(input);
      const text = JSON.stringify(body);
      return { bucket, path, body: text, contentType, sha256: sha256Of(text) };
    },

    async send({ bucket, path, body, contentType, sha256 }) {
      const versionId = await putOnce(s3, { bucket, path, body, contentType, sha256 });
      return { bucket, path, versionId, sha256 };
    },
  };
}

/** Puts what must be at this path for ever, or finds it there; gives its version id. Throws `Conflict` when something else is there. */
export async function putOnce(
  s3: S3Client,
  { bucket, path, body, contentType, sha256 }: Omit<PutRequest, 'body'> & { body: string | Uint8Array },
): Promise<string | null> {
  const at = { Bucket: bucket, Key: path };
  try {
    const put = await s3.send(
      new PutObjectCommand({
        ...at,
        Body: body,
        ContentType: contentType,
        ChecksumSHA256: sha256,
        IfNoneMatch: '*',
        Metadata: { sha256 },
      }),
    );
    return put.VersionId ?? null;
  } catch (error) {
    if (statusOf(error) !== 412) throw error; // 409 is a race that is still open: unknown, asked again
    const found = await s3.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
    const there = found.ChecksumSHA256 ?? found.Metadata?.['sha256'] ?? 'unknown';
    if (there !== sha256) throw new Conflict(path, there, sha256);
    return found.VersionId ?? null;
  }
}

/** SHA-256 in base64, as S3 has it. */
export const sha256Of = (body: string | Uint8Array): string => createHash('sha256').update(body).digest('base64');

export const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
