import type { WorkflowHandle } from '@temporalio/client';
import { imports } from '../../src/contracts/reconciliation.ts';
import { importStatementFile } from '../../src/intake/statements.ts';
import { camt } from './camt.ts';
import { until } from './conditions.ts';
import type { Recording } from './recording.ts';
import type { Site } from './site.ts';
import { s3Of } from './s3.ts';
import { callsOf } from './temporal.ts';

const file = (account: string, message = 1): Buffer =>
  camt({ id: 'S-1', file: message, account, entries: [{ amount: 10, ref: 'a' }, { amount: -3 }] });

async function imported(site: Site, bytes: Buffer): Promise<WorkflowHandle> {
  const s3 = s3Of(site.env);
  const to = { s3, bucket: site.env['EVENKEEL_S3_BUCKET']!, starter: await site.starter(imports) };
  const { file: started } = await importStatementFile(to, { bytes }).finally(() => s3.destroy());
  const handle = await site.handle(imports, imports.businessId(started));
  return handle;
}

const PLAYS: Record<string, (site: Site) => Promise<WorkflowHandle>> = {
  completed: (site) => imported(site, file('recorded-completed')),
  async absorbed(site) {
    await (await imported(site, file('recorded-absorbed'))).result();
    return imported(site, file('recorded-absorbed', 2));
  },
  quarantined: (site) => imported(site, Buffer.from(file('recorded-quarantined').toString().replace('10.00', '10.01'))),
  // Whoever holds the account keeps the load under way while the decision comes: from its call on it is no more heard.
  'cancelled-too-late': (site) =>
    site.database.transaction(async (tx) => {
      await tx.query(`insert into reconciliation.accounts values ('recorded-late', null) on conflict do nothing`);
      const handle = await imported(site, file('recorded-late'));
      await until('the load', async () => (await callsOf(handle)).includes('loadStatements'));
      await handle
        .executeUpdate('cancel', { args: [{ actor: 'ann', reason: 'the wrong file' }], updateId: 'cancel-1' })
        .catch(() => undefined);
      return handle;
    }),
};

export const importStatementsRecordings: readonly Recording[] = Object.entries(PLAYS).map(([what, play]) => ({
  workflow: 'importStatements',
  what,
  async play(site) {
    const handle = await play(site);
    await handle.result();
    return handle;
  },
}));
