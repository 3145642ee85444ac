import type { S3Client } from '@aws-sdk/client-s3';
import type * as contract from '../../contracts/reconciliation.ts';
import { StatementRefused } from '../../domain/statements/refused.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { ContractViolation } from '../../kit/effects/errors.ts';
import { quarantine } from '../../kit/intake/quarantine.ts';
import { bytesOf, statementsOf, type Reading } from './file.ts';
import { resultOnce } from './published.ts';
import { reconciled } from './reconciled.ts';
import { Taking, type Taken } from './taking.ts';

export function importActivities(s3: S3Client, bucket: string, database: Tx): Implementation<typeof contract, Tx> {
  const publishResult = resultOnce(s3, bucket, database);
  return {
    async loadStatements(file, { tx, now, refuse }) {
      const reading = { s3, bucket, tx };
      const found: Taken[] = [];
      let taking: Taking | undefined;
      try {
        for await (const event of statementsOf(reading, file))
          if (event.event === 'opened') taking = await Taking.of(tx, event.statement);
          else if (event.event === 'entry') await taking!.entry(event.entry);
          else found.push(await taking!.close(event.closed, file.sha256, now()));
      } catch (error) {
        throw error instanceof StatementRefused ? refuse('FileRefused', error.message) : error;
      }
      const taken = found.filter(({ as }) => as !== 'absorbed');
      const accounts = [...new Set(taken.map(({ account }) => account))].toSorted();
      return {
        statements: found.length,
        entries: found.reduce((sum, { entries }) => sum + entries, 0),
        taken: taken.length,
        accounts,
        gaps: taken.filter(({ continuity }) => continuity === 'gap').length,
      };
    },

    async quarantineFile(file, { tx, now }) {
      const reading = { s3, bucket, tx };
      const why = await refusalOf(reading, file);
      const body = [];
      for await (const chunk of bytesOf(reading, file)) body.push(chunk);
      const unusable = { position: why.at, reason: why.code, body: Buffer.concat(body) };
      await quarantine(tx, 'reconciliation', `statements/${file.fileRef}`, [unusable], now());
      return { reason: why.code, at: why.at };
    },

    async reconcileAccount({ account }, { tx, now }) {
      // A hundred thousand entries a side are seconds of computing, in which nothing is said to the database. As long as its heartbeat.
      await tx.query(`set local idle_in_transaction_session_timeout = '60s'`);
      return reconciled(tx, account, now());
    },

    publishResult,
  };
}

/** Reading it again tells why: a file says the same each time. */
async function refusalOf(reading: Reading, file: contract.StatementFile): Promise<{ code: string; at: string }> {
  try {
    for await (const _event of statementsOf(reading, file));
  } catch (error) {
    if (error instanceof StatementRefused) return { code: error.code, at: error.at };
    throw error;
  }
  throw new ContractViolation(`statements/${file.fileRef}: it was refused, and is not now`);
}
