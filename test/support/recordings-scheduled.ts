import type { WorkflowHandle } from '@temporalio/client';
import { collections } from '../../src/contracts/orphans.ts';
import { trialBalances } from '../../src/contracts/trial-balance.ts';
import type { Pipeline } from '../../src/kit/contract/pipeline.ts';
import type { Tick } from '../../src/kit/contract/schedule.ts';
import { withOrphan } from './orphans.ts';
import type { Recording } from './recording.ts';
import type { Site } from './site.ts';
import { s3Of } from './s3.ts';
import { answer } from './temporal.ts';

const AT = '2026-01-01T05:05:00Z';
const DAY_MS = 86_400_000;

/** As a schedule starts it: past the inbox, its time in its id. */
const startedBy = (site: Site, { prefix, name, workflow }: Pipeline<Tick>, schedule: string): Promise<WorkflowHandle> =>
  site.server.client.workflow.start(workflow, { workflowId: `${prefix}/${schedule}-${AT}`, taskQueue: name });

/** Cancelled in the Web UI before a worker has seen it. */
async function cancelled(site: Site, pipeline: Pipeline<Tick>, schedule: string): Promise<WorkflowHandle> {
  await site.killWorkers();
  const handle = await startedBy(site, pipeline, schedule);
  await handle.cancel();
  await site.work();
  return handle;
}

type Plays = Record<string, (site: Site, schedule: string) => Promise<WorkflowHandle>>;

const BOOKS: Plays = {
  completed: (site, schedule) => startedBy(site, trialBalances, schedule),
  async acknowledged(site, schedule) {
    await site.database.query(
      `insert into ledger.accounts (account_id, currency, balance_minor) values ('recorded-wrong', 'XTS', 1)`,
    );
    const handle = await startedBy(site, trialBalances, schedule);
    await answer(handle, 'discrepancy', 'acknowledge', { updateId: 'answer-1' });
    await site.database.query(`delete from ledger.accounts where account_id = 'recorded-wrong'`);
    return handle;
  },
  // Nobody asks Temporal for less: it starts a closed id anew for the same time.
  async 'backfilled-twice'(site, schedule) {
    await (await startedBy(site, trialBalances, schedule)).result();
    return startedBy(site, trialBalances, schedule);
  },
  cancelled: (site, schedule) => cancelled(site, trialBalances, schedule),
};

const COLLECTIONS: Plays = {
  async completed(site, schedule) {
    const s3 = s3Of(site.env);
    const bucket = site.env['EVENKEEL_S3_BUCKET']!;
    const long = new Date(Date.parse(AT) - 30 * DAY_MS);
    await withOrphan({ database: site.database, s3, bucket }, 'recorded', long).finally(() => s3.destroy());
    return startedBy(site, collections, schedule);
  },
  cancelled: (site, schedule) => cancelled(site, collections, schedule),
};

const recordings = (workflow: string, plays: Plays): Recording[] =>
  Object.entries(plays).map(([what, play]) => ({
    workflow,
    what,
    async play(site) {
      const handle = await play(site, `recorded-${what}`);
      await handle.result();
      return handle;
    },
  }));

export const scheduledRecordings: readonly Recording[] = [
  ...recordings('checkBooks', BOOKS),
  ...recordings('collectOrphans', COLLECTIONS),
];
