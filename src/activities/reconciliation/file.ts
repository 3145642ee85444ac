import { createHash } from 'node:crypto';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { FILE_LIMIT_BYTES, pathOfFile, type StatementFile } from '../../contracts/reconciliation.ts';
import { parseCsvMapping } from '../../domain/statements/csv-mapping.ts';
import { readStatements } from '../../domain/statements/read.ts';
import type { StatementEvent } from '../../domain/statements/statement.ts';
import { ContractViolation } from '../../kit/effects/errors.ts';

/** The bytes of a file as they come. Others than those whose hash it has are no file of ours. */
export async function* bytesOf(s3: S3Client, bucket: string, { sha256 }: StatementFile): AsyncGenerator<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: pathOfFile(sha256) }));
  const hash = createHash('sha256');
  for await (const chunk of Body as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    yield chunk;
  }
  const found = hash.digest('hex');
  if (found !== sha256) throw new ContractViolation(`${pathOfFile(sha256)} holds bytes of another hash: ${found}`);
}

/** Accounts are listed in an activity's result, so that a file has fewer of them than a reader could read. */
const LIMITS = { statements: 1_000, fileBytes: FILE_LIMIT_BYTES } as const;

/** Its statements, as they stream by. Throws `StatementRefused`, also after some of them. */
export const statementsOf = (s3: S3Client, bucket: string, file: StatementFile): AsyncGenerator<StatementEvent> =>
  readStatements(bytesOf(s3, bucket, file), {
    limits: LIMITS,
    mapping: file.mapping === undefined ? undefined : parseCsvMapping(file.mapping),
  });
