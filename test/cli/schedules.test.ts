import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  ScheduleOverlapPolicy,
  type ScheduleHandle,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { collections, dailyCollection } from '../../src/contracts/orphans.ts';
import { hourlyTrialBalance, trialBalances } from '../../src/contracts/trial-balance.ts';
import { scheduleIdOf } from '../../src/kit/contract/schedule.ts';
import type { Progress } from '../../src/kit/contract/updates.ts';
import { until } from '../support/conditions.ts';
import { withOrphan } from '../support/orphans.ts';
import { Site } from '../support/site.ts';
import { s3Of, versionsAt, versionsIn } from '../support/s3.ts';
import { STACK_TIMEOUT_MS } from '../support/stack.ts';
import { callsOf, resetRun } from '../support/temporal.ts';
import { freePort } from '../support/worker-process.ts';
import { lines, typed, type Ran } from './evenkeel.ts';

const HOURLY = scheduleIdOf(hourlyTrialBalance);
const DAILY = scheduleIdOf(dailyCollection);
const BY = ['--actor', 'cara', '--reason', 'a test'];
const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
/** Times of the hourly schedule that nobody has asked this server for: these tests are run on one again and again. */
const FIRST_MS = Date.UTC(2000, 0, 1, 0, 5) + (Math.floor(Date.now() / 10_000) % 200_000) * HOUR_MS;
let times = 0;
const anyTime = (): string => `${new Date(FIRST_MS + times++ * HOUR_MS).toISOString().slice(0, 19)}Z`;

interface Listed {
  readonly workflowId: string;
  readonly state: string;
  readonly fate: string | null;
  readonly run: number;
  readonly result: { readonly wrong: number; readonly acknowledgedBy: string | null } | null;
}

describe('schedules, on the real server', function () {
  this.timeout(120_000);
  let site: Site;
  let s3: S3Client;
  let books: ScheduleHandle;
  let metrics: string;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    site = await Site.open('schedules', 'ledger,reconciliation');
    s3 = s3Of(site.env);
    books = site.server.client.schedule.getHandle(HOURLY);
    metrics = `127.0.0.1:${await freePort()}`;
    await applied();
    await site.work(metrics);
  });
  after(async () => {
    await removed(); // else they go on under the other tests
    s3.destroy();
    await site.close();
  });
  const removed = async (): Promise<void> => {
    for (const id of [HOURLY, DAILY]) await site.server.client.schedule.getHandle(id).delete();
  };
  const type = (...args: string[]): Promise<Ran> => typed(args, site.env);
  const applied = async (): Promise<unknown[]> =>
    lines<{ id: string; applied: string; paused: boolean }>(await type('schedules', 'apply', '--json')).map((of) => [
      of.id,
      of.applied,
      of.paused,
    ]);
  const found = async (): Promise<string[]> =>
    lines<{ check: string; says: string }>(await type('doctor', '--json')).flatMap(({ check, says }) =>
      check === 'schedules' ? [says] : [],
    );
  const known = async (): Promise<Listed[]> => lines<Listed>(await type('list', '--pipeline', 'ledger', '--json'));
  const ended = (workflowId: string): Promise<Listed> =>
    until(`the end of ${workflowId}`, async () =>
      (await known()).find((of) => of.workflowId === workflowId && of.state === 'ended'),
    );
  /** Starts the run of this time, and gives its id. */
  const backfill = async (at: string): Promise<string> => {
    const end = new Date(at);
    const start = new Date(end.getTime() - 1);
    await books.backfill({ start, end, overlap: ScheduleOverlapPolicy.ALLOW_ALL });
    return `${HOURLY}-${at}`;
  };
  /** Waits until Temporal has closed it, which is a moment after its fate; gives its latest run, another than `before`. */
  const closed = async (handle: WorkflowHandle, before?: string): Promise<WorkflowExecutionDescription> =>
    until('it is closed', async () => {
      const of = await handle.describe();
      return of.runId !== before && of.status.name === 'COMPLETED' && of;
    });
  const kept = async (): Promise<string[]> =>
    (
      await site.database.query<{ id: string }>('select drawn_for as id from ledger.kept_trial_balances order by 1')
    ).map(({ id }) => id);
  const asked = (workflowId: string): Promise<string> =>
    until('the question', async () => {
      const [shown] = lines<{ progress: Progress | null }>(await type('show', workflowId, '--json'));
      return shown?.progress?.questions.find(({ question }) => question === 'discrepancy')?.fingerprint;
    });

  it('`doctor` says which are not there, and `schedules apply` makes them, once', async () => {
    await removed();
    assert.deepEqual(await found(), [`${HOURLY} is not there`, `${DAILY} is not there`]);
    assert.deepEqual(await applied(), [
      [HOURLY, 'created', false],
      [DAILY, 'created', false],
    ]);
    const { policies, spec, info } = await books.describe();
    assert.deepEqual(policies, { overlap: 'SKIP', catchupWindow: 3_600_000, pauseOnFailure: false });
    assert.deepEqual(spec.intervals, [{ every: 3_600_000, offset: 300_000 }]);
    assert.equal(info.nextActionTimes[0]!.toISOString().slice(14), '05:00.000Z');
    assert.deepEqual(await applied(), [
      [HOURLY, 'unchanged', false],
      [DAILY, 'unchanged', false],
    ]);
    assert.equal((await books.describe()).info.lastUpdatedAt, undefined);
    assert.deepEqual(await found(), ['2 are as declared']);
  });

  it('applied by two at once they are made once', async () => {
    await removed();
    const both = await Promise.all([applied(), applied()]);
    assert.deepEqual(both.flat().map(String).toSorted(), [
      `${DAILY},created,false`,
      `${DAILY},unchanged,false`,
      `${HOURLY},created,false`,
      `${HOURLY},unchanged,false`,
    ]);
  });

  it('what a person paused stays so, also when something else is put right', async () => {
    await books.pause('the auditors are here');
    assert.deepEqual((await applied())[0], [HOURLY, 'unchanged', true]);
    await books.update((now) => ({ ...now, spec: { intervals: [{ every: '1 minute' }] } }));
    assert.deepEqual(await found(), [`${HOURLY} is not as declared`, `${HOURLY} is paused`]);
    assert.deepEqual((await applied())[0], [HOURLY, 'updated', true]);
    const { state, spec } = await books.describe();
    assert.deepEqual([state.paused, state.note], [true, 'the auditors are here']);
    assert.deepEqual(spec.intervals, [{ every: 3_600_000, offset: 300_000 }]);
    assert.match((await type('schedules', 'apply')).stdout, /^trial-balances\/hourly +unchanged +paused$/m);
    await books.unpause();
  });

  it('triggered twice, they run twice, each known under its own time', async () => {
    const before = (await known()).map(({ workflowId }) => workflowId);
    await books.trigger(ScheduleOverlapPolicy.ALLOW_ALL);
    await pause(1_100); // ids have seconds
    await books.trigger(ScheduleOverlapPolicy.ALLOW_ALL);
    const runs = await until('both', async () => {
      const all = (await known()).filter((of) => of.state === 'ended' && !before.includes(of.workflowId));
      return all.length === 2 && all;
    });
    for (const { workflowId, fate, result } of runs) {
      assert.match(workflowId, /^trial-balances\/hourly-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.deepEqual([fate, result], ['completed', { accounts: 0, wrong: 0, acknowledgedBy: null }]);
      await closed(site.server.client.workflow.getHandle(workflowId));
      assert.match((await type('show', workflowId)).stdout, / completed {2}[^]*\nCOMPLETED in Temporal/);
    }
    for (const { workflowId } of runs)
      assert.ok((await kept()).includes(workflowId.slice('trial-balances/'.length)), workflowId);
    const { searchAttributes } = await site.server.client.workflow.getHandle(runs[0]!.workflowId).describe();
    assert.deepEqual(searchAttributes['EvenkeelPipeline'], ['ledger']);
    assert.deepEqual(searchAttributes['EvenkeelFate'], ['completed']);
    assert.deepEqual(searchAttributes['TemporalScheduledById'], [HOURLY]);
  });

  it('one time backfilled twice is one effect and one fate', async () => {
    const before = await kept();
    const at = anyTime();
    const workflowId = await backfill(at);
    const first = await ended(workflowId);
    const handle = site.server.client.workflow.getHandle(workflowId);
    const { runId } = await closed(handle);
    await backfill(at);
    const again = await closed(handle, runId);
    // Temporal starts a closed id anew; the inbox knows its fate.
    assert.deepEqual(
      (await callsOf(handle)).filter((call) => !call.endsWith(' done')),
      ['recordStart', 'openRun'],
    );
    assert.deepEqual(await handle.result(), { fate: 'completed', reason: null, result: first.result });
    assert.deepEqual(again.searchAttributes['EvenkeelFate'], ['completed']);
    assert.deepEqual(await ended(workflowId), first);
    assert.deepEqual(await kept(), [...before, `hourly-${at}`].toSorted());
  });

  it('one that was terminated is redriven to its fate, and answered with it when its time is backfilled', async () => {
    const at = anyTime();
    const handle = site.server.client.workflow.getHandle(`${HOURLY}-${at}`);
    const { workflowId } = handle;
    await site.database.transaction(async (tx) => {
      await tx.query('lock table ledger.kept_trial_balances in access exclusive mode');
      await backfill(at);
      await until('the check', async () => (await callsOf(handle)).includes('checkTrialBalance'));
      await handle.terminate('a test');
    });
    assert.match((await type('show', workflowId)).stdout, / closed without a fate: it has to be redriven\n/);
    assert.match((await type('redrive', workflowId, ...BY)).stdout, /run 2/);
    const { run, fate } = await ended(workflowId);
    assert.deepEqual([run, fate], [2, 'completed']);
    const { runId } = await closed(handle);
    await backfill(at);
    await closed(handle, runId);
    assert.deepEqual(
      (await callsOf(handle)).filter((call) => !call.endsWith(' done')),
      ['recordStart', 'openRun'],
    );
    assert.equal((await kept()).filter((id) => id === `hourly-${at}`).length, 1);
  });

  it('one that is cancelled before it is known is known, and refused', async () => {
    const at = anyTime();
    const handle = site.server.client.workflow.getHandle(`${HOURLY}-${at}`);
    await site.database.transaction(async (tx) => {
      await tx.query('lock table kit.inbox in share row exclusive mode'); // nobody writes there
      await backfill(at);
      await until('its first call', async () => (await callsOf(handle)).includes('recordStart'));
      await handle.cancel();
    });
    const { fate, run } = await ended(handle.workflowId);
    assert.deepEqual([fate, run], ['refused', 1]);
    assert.ok(!(await kept()).includes(`hourly-${at}`));
  });

  it('one that is reset goes through its outcomes again and keeps its fate', async () => {
    const workflowId = await backfill(anyTime());
    const first = await ended(workflowId);
    const before = await kept();
    const handle = site.server.client.workflow.getHandle(workflowId);
    await closed(handle);
    const preview = await type('preview-reset', workflowId, '--to', 'checkTrialBalance');
    assert.match(
      preview.stdout,
      /^called +checkTrialBalance +\S+ +its outcome is taken\ncalled +recordFate +\S+ +its outcome is taken\n/m,
    );
    assert.match(preview.stdout, /nothing new is made/);
    const earlier = await type('preview-reset', workflowId, '--to', 'recordStart');
    assert.match(earlier.stdout, /^called +recordStart .*\ncalled +openRun +\S+ +is answered with the fate\n\n/m);
    const reset = await resetRun(site.server.client, handle, 'checkTrialBalance');
    assert.deepEqual(await reset.result(), { fate: 'completed', reason: null, result: first.result });
    assert.deepEqual(await kept(), before);
  });

  it('what does not balance is a question, one at a time, which a person answers', async () => {
    const { database } = site;
    await database.query(
      `insert into ledger.accounts (account_id, currency, minimum_minor) values ('bank', 'GBP', null), ('till', 'GBP', 0)`,
    );
    // As somebody may who owns the database: no trigger, no activity, no audit.
    const byOwner = (...statements: string[]): Promise<void> =>
      database.transaction(async (tx) => {
        await tx.query('set local session_replication_role = replica');
        for (const statement of statements) await tx.query(statement);
      });
    await byOwner(
      `insert into ledger.transactions values ('planted', 'opening', null, now())`,
      `insert into ledger.entries values ('planted', 1, 'till', 'GBP', 1)`,
    );
    const before = (await known()).map(({ workflowId }) => workflowId);
    await books.trigger(ScheduleOverlapPolicy.SKIP);
    const { workflowId } = await until('it', async () => (await known()).find((of) => !before.includes(of.workflowId)));
    const fingerprint = await asked(workflowId);
    assert.match((await type('show', workflowId)).stdout, /It asks: discrepancy\n.*--choice 'acknowledge'/);
    const counted = (await (await fetch(`http://${metrics}/metrics`)).text()).match(/^evenkeel_questions_total\{.*$/gm);
    assert.match(counted?.join('\n') ?? '', /^evenkeel_questions_total\{.*question="discrepancy".*\} 1$/);
    const { info } = await books.describe();
    const end = new Date(anyTime());
    await books.backfill({ start: new Date(end.getTime() - 1), end }); // by its own policy
    await until('it is skipped', async () => {
      const now = (await books.describe()).info;
      return now.numActionsSkippedOverlap === info.numActionsSkippedOverlap + 1;
    });
    assert.equal((await known()).length, before.length + 1);
    const answer = ['--choice', 'acknowledge', '--fingerprint', fingerprint];
    const ran = await type('answer', workflowId, 'discrepancy', ...answer, ...BY);
    assert.equal(ran.exit, 0, ran.stderr);
    const { fate, result } = await ended(workflowId);
    assert.deepEqual([fate, result], ['completed', { accounts: 2, wrong: 2, acknowledgedBy: 'cara' }]);
    const [row] = await database.query(
      'select wrong, totals, accounts from ledger.kept_trial_balances order by at desc limit 1',
    );
    assert.deepEqual(row, {
      wrong: ['GBP', 'till'],
      totals: [{ currency: 'GBP', debitMinor: '0', creditMinor: '1' }],
      accounts: 2,
    });
    await byOwner('delete from ledger.entries', 'delete from ledger.transactions');
  });

  it('the content of a publish that is over for as long as the grace is collected, and nothing else', async () => {
    const { database, env } = site;
    const bucket = env['EVENKEEL_S3_BUCKET']!;
    const dataset = (name: string): string => `scheduled-${process.pid}/${name}`;
    const ago = (days: number): Date => new Date(Date.now() - days * DAY_MS);
    const old = await withOrphan({ database, s3, bucket }, dataset('old'), ago(8));
    const young = await withOrphan({ database, s3, bucket }, dataset('young'), ago(6));
    await site.server.client.schedule.getHandle(DAILY).trigger(ScheduleOverlapPolicy.SKIP);
    const run = await until('it', async () =>
      lines<Listed>(await type('list', '--pipeline', 'reconciliation', '--fate', 'completed', '--json')).find(
        ({ workflowId }) => workflowId.startsWith('collections/daily-'),
      ),
    );
    assert.deepEqual(run.result, { objects: 1, pages: 1, all: true });
    assert.deepEqual(await versionsAt(s3, bucket, old.orphan), ['version', 'deletion']);
    assert.deepEqual(
      (await versionsIn(s3, bucket, dataset('old'))).map(({ made }) => made),
      ['published', 'undone'], // fenced first
    );
    for (const path of [old.named, young.named, young.orphan])
      assert.deepEqual(await versionsAt(s3, bucket, path), ['version'], path);
  });

  it('a time that is to come shortens the grace for nobody', async () => {
    const { database, env } = site;
    const bucket = env['EVENKEEL_S3_BUCKET']!;
    const young = await withOrphan({ database, s3, bucket }, `scheduled-${process.pid}/fresh`, new Date());
    const tick = { schedule: `by-hand-${Date.now()}`, at: '2100-01-01T00:00:00Z' };
    const { workflowId } = await site.start(collections, tick);
    const handle = site.server.client.workflow.getHandle(workflowId);
    assert.deepEqual(await handle.result(), {
      fate: 'completed',
      reason: null,
      result: { objects: 0, pages: 1, all: true },
    });
    assert.deepEqual(await versionsAt(s3, bucket, young.orphan), ['version']);
  });

  it('started by hand for a time that a schedule had, it is answered with its fate', async () => {
    const at = anyTime();
    const workflowId = await backfill(at);
    await ended(workflowId);
    const again = await site.start(trialBalances, { schedule: 'hourly', at });
    assert.deepEqual([again.start, again.workflowId], ['ended', workflowId]);
  });

  it('leave an audit that nothing was changed in', async () => {
    assert.match((await type('audit', 'verify')).stdout, /nothing was changed\n/);
  });
});
