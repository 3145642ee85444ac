import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { imports, pathOfFile, type StatementFile } from '../contracts/reconciliation.ts';
import type { Json } from '../kit/contract/outcome.ts';
import { sha256 as fingerprintOf } from '../kit/effects/fingerprint.ts';
import { putOnce } from '../kit/effects/s3.ts';
import { start, type Started, type Starter } from '../kit/intake/start.ts';

/** Puts a file of statements where workers find it, and starts its import, once however often it comes. */
export async function importStatementFile(
  { s3, bucket, starter }: { readonly s3: S3Client; readonly bucket: string; readonly starter: Starter },
  file: { readonly bytes: Uint8Array; readonly mapping?: Json },
): Promise<Started & { file: StatementFile }> {
  const { bytes, mapping } = file;
  const digest = createHash('sha256').update(bytes);
  const sha256 = digest.copy().digest('hex');
  // Its path is its hash: whoever puts it again finds it there.
  await putOnce(s3, {
    bucket,
    path: pathOfFile(sha256),
    body: bytes,
    contentType: 'application/octet-stream',
    sha256: digest.digest('base64'),
  });
  const payload: StatementFile = {
    fileRef: mapping === undefined ? sha256 : `${sha256}-${fingerprintOf(mapping).slice(0, 16)}`,
    sha256,
    bytes: bytes.length,
    ...(mapping === undefined ? {} : { mapping }),
  };
  return { ...(await start(starter, imports, payload)), file: payload };
}
