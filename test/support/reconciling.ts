import { createHash, randomUUID } from 'node:crypto';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { book } from '../../src/activities/ledger/books.ts';
import { writeOffActivities } from '../../src/activities/ledger/write-offs.ts';
import { decisionActivities } from '../../src/activities/reconciliation/decisions.ts';
import { importActivities } from '../../src/activities/reconciliation/imports.ts';
import * as decisions from '../../src/contracts/decisions.ts';
import * as imports from '../../src/contracts/reconciliation.ts';
import * as writeOffs from '../../src/contracts/write-offs.ts';
import type { Result } from '../../src/domain/reconciliation/result.ts';
import type { ActivityFunction } from '../../src/kit/effects/bind.ts';
import type { Database, Tx } from '../../src/kit/effects/database.ts';
import { attempt } from '../../src/kit/testing/attempt.ts';
import { boundOn } from './bound.ts';
import { camt, type CamtFile } from './camt.ts';
import { s3Of } from './s3.ts';
import { freshDatabase, stack } from './stack.ts';

export interface Loaded {
  readonly statements: number;
  readonly entries: number;
  readonly taken: number;
  readonly accounts: readonly string[];
  readonly gaps: number;
}

/**
 * An account of ours at a bank, of which a statement tells one entry that is not in the books; `<account>-losses` is
 * there to write it off. Gives the entry's id.
 */
export async function unbooked(tx: Tx, account: string, amountMinor = -300): Promise<string> {
  await tx.query(
    `insert into ledger.accounts (account_id, currency, minimum_minor)
     values ($1, 'GBP', null), ($1 || '-losses', 'GBP', null)`,
    [account],
  );
  await tx.query('insert into reconciliation.accounts values ($1, $1)', [account]);
  await tx.query(`insert into reconciliation.write_offs values ($1, $1 || '-losses', 500, 0)`, [account]);
  await tx.query(
    `insert into reconciliation.statements
     values ($1, 1, $1, 'statement', 'camt.053.001.02', 'S-1', 'made', 'made', 'GBP', null, null, null, 0, $2, '2026-01-05', 'adds-up', 'first', now())`,
    [account, amountMinor],
  );
  await tx.query(
    `insert into reconciliation.entries
     values ($1, 'made', $1, $1, 1, 'statement', 'booked', $2, 'GBP', '2026-01-05', '2026-01-05', false, '{}', '{}')`,
    [account, amountMinor],
  );
  return account;
}

/** The activities of the reconciliation pipeline on the test stack, with a database of their own. */
export class Reconciling {
  readonly database: Database;
  readonly url: string;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly bound: Record<string, ActivityFunction>;

  private constructor(at: Pick<Reconciling, 'database' | 'url' | 's3' | 'bucket'>) {
    this.database = at.database;
    this.url = at.url;
    this.s3 = at.s3;
    this.bucket = at.bucket;
    this.bound = {
      ...boundOn(at.database, imports, importActivities(at.s3, at.bucket, at.database)),
      ...boundOn(at.database, decisions, decisionActivities()),
      ...boundOn(at.database, writeOffs, writeOffActivities()),
    };
  }

  static async open(name: string): Promise<Reconciling> {
    const { env } = await stack();
    return new Reconciling({
      ...(await freshDatabase(name)),
      s3: s3Of(env),
      bucket: env['EVENKEEL_S3_BUCKET']!,
    });
  }
  close(): void {
    this.s3.destroy();
  }

  /** Puts a file where workers find it. */
  async put(bytes: Buffer): Promise<imports.StatementFile> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: imports.pathOfFile(sha256), Body: bytes }));
    return { fileRef: sha256, sha256, bytes: bytes.length };
  }
  load = async (file: CamtFile): Promise<Loaded> =>
    (await attempt(this.bound, 'loadStatements', await this.put(camt(file)))) as unknown as Loaded;

  /** Compares an account anew. */
  compared = (account: string): Promise<{ results: { period: string; n: number }[]; breaks: number }> =>
    attempt(this.bound, 'reconcileAccount', { decisionId: randomUUID(), account }) as never;

  /** The newest result of a month. */
  async result(account: string, period = '2026-01'): Promise<Result> {
    const [row] = await this.database.query<{ result: Result }>(
      'select result from reconciliation.results where account = $1 and period = $2 order by n desc limit 1',
      [account, period],
    );
    return row!.result;
  }

  /** An account of ours at a bank, with one to clear and one to write off: `<account>-clearing`, `<account>-losses`. */
  async mirrored(account: string): Promise<void> {
    await this.database.query(
      `insert into ledger.accounts (account_id, currency, minimum_minor)
       values ($1, 'GBP', null), ($1 || '-clearing', 'GBP', null), ($1 || '-losses', 'GBP', null)`,
      [account],
    );
  }

  /** Books a payment that our account at the bank has made. Gives the id of our entry. */
  async paid(account: string, transfer: string, amountMinor: string, day = '2026-01-05'): Promise<string> {
    const id = `transfers/${transfer}/settlement`;
    const at = new Date(`${day}T10:00:00Z`);
    const entry = { from: `${account}-clearing`, to: account, amountMinor, currency: 'GBP' };
    await this.database.transaction((tx) => book(tx, { id, kind: 'settlement', at }, entry));
    return `${id}#2`;
  }
}
