import { createHash } from 'node:crypto';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { datasetOf } from '../../src/activities/reconciliation/published.ts';
import { importActivities } from '../../src/activities/reconciliation/imports.ts';
import * as contracts from '../../src/contracts/reconciliation.ts';
import type { StatementFile } from '../../src/contracts/reconciliation.ts';
import { Database, type Tx } from '../../src/kit/effects/database.ts';
import { VersionLog } from '../../src/kit/effects/dataset/log.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';
import { camt } from '../support/camt.ts';
import { unbooked } from '../support/reconciling.ts';
import { objects, type Where } from './where.ts';

interface Objects {
  readonly s3: S3Client;
  readonly bucket: string;
}

/** A file that lies where workers find it, of an account of its own. */
async function put(
  account: string,
  { s3, bucket }: Objects,
  changed = (text: string): string => text,
): Promise<StatementFile> {
  const bytes = Buffer.from(
    changed(camt({ id: 'S-1', account, entries: [{ amount: 10 }, { amount: -3 }] }).toString()),
  );
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: contracts.pathOfFile(sha256), Body: bytes }));
  return { fileRef: sha256, sha256, bytes: bytes.length };
}
const broken = (text: string): string => text.replace('10.00', '10.01');

/** Its account is found in the table that the count is of: a file does not tell it. */
const accountOf = new Map<string, string>();

export default subjects(import.meta.url, {
  contracts,
  open: (where: Where) => ({ ...objects(where), reader: new Database(where.database, { max: 5 }) }),
  async close({ s3, reader }) {
    s3.destroy();
    await reader.close();
  },
  bodies: ({ s3, bucket, reader }) => importActivities(s3, bucket, reader),
  activities: {
    loadStatements: {
      async input(id, at) {
        const file = await put(id, at);
        accountOf.set(file.fileRef, id);
        return file;
      },
      effects: async ({ fileRef }, { database }) =>
        (await database.query('select from reconciliation.entries where account = $1', [accountOf.get(fileRef)]))
          .length / 2,
      other: (input) => ({ ...input, bytes: input.bytes + 1 }),
      refused: { FileRefused: (id, at) => put(id, at, broken) },
    },
    quarantineFile: {
      input: (id, at) => put(id, at, broken),
      effects: ({ fileRef }, { database }) =>
        database.query('select from kit.quarantine where source = $1', [`statements/${fileRef}`]),
      other: (input) => ({ ...input, bytes: input.bytes + 1 }),
    },
    reconcileAccount: {
      async input(id, { database }) {
        await unbooked(database, id);
        return { fileRef: createHash('sha256').update(id).digest('hex'), account: id };
      },
      effects: ({ account }, { database }) =>
        database.query('select from reconciliation.results where account = $1', [account]),
    },
    publishResult: {
      input: (id, at) => resultOf(id, at.database),
      effects: published,
    },
  },
});

/** Versions of its dataset that show something new; the fence of a publish is a version too. */
async function published(of: { account: string; period: string }, { s3, bucket }: Objects): Promise<number> {
  const log = new VersionLog(s3, bucket, datasetOf(of));
  let count = 0;
  for (let number = await log.newest(); number > 0; number--)
    if ((await log.at(number))?.version.made === 'published') count++;
  return count;
}

/** The first result of a month of an account of its own. */
async function resultOf(account: string, database: Tx): Promise<{ account: string; period: string; n: number }> {
  await unbooked(database, account);
  const period = '2026-01';
  const result = { account, ledgerAccount: null, period, statements: [], matches: [], breaks: [], lapsed: [] };
  await database.query(`insert into reconciliation.results values ($1, $2, 1, $3, 'made', now())`, [
    account,
    period,
    JSON.stringify(result),
  ]);
  return { account, period, n: 1 };
}
