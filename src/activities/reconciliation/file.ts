import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { FILE_LIMIT_BYTES, pathOfFile, type StatementFile } from '../../contracts/reconciliation.ts';
import { parseCsvMapping } from '../../domain/statements/csv-mapping.ts';
import { readStatements } from '../../domain/statements/read.ts';
import type { StatementEvent } from '../../domain/statements/statement.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { ContractViolation } from '../../kit/effects/errors.ts';

/** Where a file is read: in the middle of a transaction. */
export interface Reading {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly tx: Tx;
}

/** Between two signs of life to the database, which ends a transaction that is silent for longer than a few of these. */
const PULSE_MS = 500;

/** What comes of the object store, however slowly: the transaction does not end for it, unless this process stands still. */
async function whileReading<T>(tx: Tx, coming: Promise<T>): Promise<T> {
  const there = coming.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([there, pause(PULSE_MS, false, { ref: false })]))) await tx.query('select');
  return coming;
}

/** The bytes of a file as they come. Others than those whose hash it has are no file of ours. */
export async function* bytesOf({ s3, bucket, tx }: Reading, { sha256 }: StatementFile): AsyncGenerator<Uint8Array> {
  const asked = s3.send(new GetObjectCommand({ Bucket: bucket, Key: pathOfFile(sha256) }));
  const { Body } = await whileReading(tx, asked);
  const hash = createHash('sha256');
  const chunks = (Body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await whileReading(tx, chunks.next());
      if (done) break;
      hash.update(value);
      yield value;
    }
  } finally {
    await chunks.return?.();
  }
  const found = hash.digest('hex');
  if (found !== sha256) throw new ContractViolation(`${pathOfFile(sha256)} holds bytes of another hash: ${found}`);
}

/** Accounts are listed in an activity's result, so that a file has fewer of them than a reader could read. */
const LIMITS = { statements: 1_000, fileBytes: FILE_LIMIT_BYTES } as const;

/** Its statements, as they stream by. Throws `StatementRefused`, also after some of them. */
export const statementsOf = (reading: Reading, file: StatementFile): AsyncGenerator<StatementEvent> =>
  readStatements(bytesOf(reading, file), {
    limits: LIMITS,
    mapping: file.mapping === undefined ? undefined : parseCsvMapping(file.mapping),
  });
