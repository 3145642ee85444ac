import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Ended } from '../src/kit/contract/updates.ts';
import type { Database } from '../src/kit/effects/database.ts';
import { Replayer } from '../src/kit/histories/replay.ts';
import { parseHistory, type SavedHistory } from '../src/kit/histories/saved.ts';
import { storyOf } from '../src/kit/histories/story.ts';
import { DEPLOYMENT } from '../src/kit/worker/run.ts';
import { until } from './support/conditions.ts';
import { freshDatabase, stack, STACK_TIMEOUT_MS } from './support/stack.ts';
import type { StoryWorker } from './support/story-worker.ts';
import { bundleOf, Server, statusOf, WORKFLOW_TASK_TIMEOUT } from './support/temporal.ts';
import { WorkerProcess } from './support/worker-process.ts';

const VERSIONS = ['v1', 'v2', 'v2-unpatched'] as const;
type Version = (typeof VERSIONS)[number];
type Runs = readonly WorkflowHandle[];
const storiesOf = (version: Version): string => `test/support/workflows/upgrade/${version}.ts`;

/** The far side of a trip by version 1 and by version 2: who went on board, and who stayed. */
const OLD = ['bookFlight bookHotel issueTickets'];
const NEW = ['bookFlight orderMeal bookHotel issueTickets'];
const OLD_STAYED = ['bookFlight bookHotel cancelHotel cancelFlight'];
const NEW_STAYED = ['bookFlight orderMeal bookHotel cancelHotel cancelMeal cancelFlight'];
/** … and of one by version 1 that waits past the changed place. */
const PAST = ['bookFlight bookHotel'];

describe('a worker upgraded under open runs', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-upgrade-'));
  const working = new Set<WorkerProcess>();
  let server: Server;
  let database: Database;
  let env: Pick<StoryWorker, 'TEMPORAL_ADDRESS' | 'DATABASE_URL'>;
  let queue: string;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    const [fresh, { env: shared }] = [await freshDatabase('upgrade'), await stack()];
    ({ database } = fresh);
    env = { TEMPORAL_ADDRESS: shared['TEMPORAL_ADDRESS']!, DATABASE_URL: fresh.url };
    server = await Server.open();
    // Neither key nor constraint: what is booked twice stands there twice.
    await database.query('create table bookings (n bigint generated always as identity, trip text, what text)');
    for (const version of VERSIONS) writeFileSync(join(folder, version), (await bundleOf(storiesOf(version))).code);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await server.close();
  });
  beforeEach(() => (queue = `upgrade-${randomUUID()}`));
  afterEach(async () => {
    await Promise.all([...working].map((worker) => worker.kill()));
    working.clear();
  });

  async function worker(version: Version, more: Partial<StoryWorker> = {}): Promise<WorkerProcess> {
    const of = { ...env, STORY_QUEUE: queue, STORY_BUNDLE: join(folder, version), STORY_BUILD: version, ...more };
    const started = await WorkerProcess.start(of, undefined, 'test/support/story-worker.ts');
    working.add(started);
    return started;
  }
  const begun = (n: number, name = 'trip'): Promise<WorkflowHandle[]> =>
    Promise.all(
      Array.from({ length: n }, (_, i) => {
        const workflowId = `${queue}-${name}-${i}`;
        const options = { workflowId, taskQueue: queue, workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT };
        return server.client.workflow.start('boardTrip', { ...options, args: [{ trip: workflowId }] });
      }),
    );
  const say = async (runs: Runs, signal: 'onward' | 'boarding', what = 'go'): Promise<void> => {
    await Promise.all(runs.map((run) => run.signal(signal, what)));
  };
  /** What these trips have booked, in order; they all have the same, or there is more than one. */
  const booked = async (runs: Runs): Promise<string[]> => {
    const rows = await database.query<{ whats: string }>(
      `select distinct string_agg(what, ' ' order by n) as whats from bookings where trip = any($1) group by trip`,
      [runs.map(({ workflowId }) => workflowId)],
    );
    return rows.map(({ whats }) => whats);
  };
  const untilAllBooked = (runs: Runs, what: string): Promise<unknown> =>
    until(
      `all have ${what}`,
      async () => {
        const sql = 'select from bookings where what = $1 and trip = any($2)';
        return (await database.query(sql, [what, runs.map(({ workflowId }) => workflowId)])).length >= runs.length;
      },
      60_000,
    );
  const fates = async (runs: Runs): Promise<string[]> => [
    ...new Set(await Promise.all(runs.map(async (run) => ((await run.result()) as Ended<unknown>).fate))),
  ];
  const historyOf = async (run: WorkflowHandle): Promise<SavedHistory> =>
    parseHistory(historyToJSON(await run.fetchHistory()))!;
  const failedTasks = async (runs: Runs): Promise<number> => {
    const failed = runs.map(async (run) =>
      (await run.fetchHistory()).events!.filter((event) => event.workflowTaskFailedEventAttributes),
    );
    return (await Promise.all(failed)).flat().length;
  };
  /** How many of these runs would go another way by this version, and how. */
  const differing = async (runs: Runs, version: Version): Promise<[number, string[]]> => {
    const replayer = new Replayer(pathToFileURL(join(process.cwd(), storiesOf(version))));
    const differences = [];
    for (const run of runs) differences.push(await replayer.replay(await historyOf(run)));
    await replayer.close();
    const told = differences.flatMap((difference) => difference?.message ?? []);
    return [told.length, [...new Set(told)]];
  };

  it('of 100, those past the changed place end the old way, the others the new one, each effect once', async () => {
    const old = await worker('v1');
    const runs = await begun(100);
    const [past, before] = [runs.slice(0, 50), runs.slice(50)];
    await untilAllBooked(runs, 'bookFlight');
    await say(past, 'onward');
    await untilAllBooked(past, 'bookHotel');
    await old.kill();

    // What `evenkeel replay --query` says before the deployment.
    const some = [...past.slice(0, 10), ...before.slice(0, 10)];
    assert.deepEqual(await differing(some, 'v2'), [0, []]);
    assert.deepEqual(await differing(some, 'v2-unpatched'), [
      10,
      ['the history calls bookHotel, the story now orderMeal'],
    ]);

    await worker('v2');
    await say(before, 'onward');
    const [oldStaying, newStaying] = [past.splice(0, 10), before.splice(0, 10)];
    await say([...past, ...before], 'boarding');
    await say([...oldStaying, ...newStaying], 'boarding', 'stay');
    assert.deepEqual(await fates([...past, ...before]), ['completed']);
    assert.deepEqual(await fates([...oldStaying, ...newStaying]), ['compensated']);
    assert.deepEqual(
      [await booked(past), await booked(oldStaying), await booked(before), await booked(newStaying)],
      [OLD, OLD_STAYED, NEW, NEW_STAYED],
    );
    assert.equal(await failedTasks(runs), 0);
    const marked = async (run: WorkflowHandle): Promise<boolean> =>
      /^patched meal$/m.test(storyOf(await historyOf(run)));
    assert.deepEqual([await marked(past[0]!), await marked(before[0]!)], [false, true]);
    // A worker of version 1 that is still there would fail on a run that went the new way.
    assert.deepEqual(await differing(before.slice(0, 1), 'v1'), [
      1,
      ['the history calls orderMeal, the story now bookHotel'],
    ]);
    // How an operator finds those that need the old way.
    const count = async (query: string): Promise<number> =>
      (await server.client.workflow.count(`WorkflowId starts_with '${queue}' and ${query}`)).count;
    await until('visibility has them', async () => (await count(`TemporalChangeVersion = 'meal'`)) === 50);
    assert.equal(await count(`(TemporalChangeVersion is null or TemporalChangeVersion != 'meal')`), 50);
  });

  it('without `patched`, they fail their tasks and wait, nothing is undone, and the right version goes on', async () => {
    const old = await worker('v1');
    const runs = await begun(10);
    const [late] = await begun(1, 'late');
    await say(runs, 'onward');
    await untilAllBooked(runs, 'bookHotel');
    await old.kill();

    const wrong = await worker('v2-unpatched');
    await say(runs, 'boarding');
    await until('each has failed a task', async () => (await failedTasks(runs)) === runs.length, 60_000);
    for (const run of runs) assert.equal(await statusOf(run), 'RUNNING');
    assert.deepEqual(await booked(runs), PAST);
    // One that comes to the changed place only now goes the new way, and leaves no mark there.
    await say([late!], 'onward');
    await untilAllBooked([late!], 'bookHotel');
    await wrong.kill();

    await worker('v2');
    assert.deepEqual(await fates(runs), ['completed']);
    assert.deepEqual(await booked(runs), OLD);
    const way = 'the history calls orderMeal, the story now bookHotel';
    assert.deepEqual(await differing([late!], 'v2'), [1, [way]]);
    assert.deepEqual(await differing([late!], 'v2-unpatched'), [0, []]);
    const again = await server.reset(late!, 'orderMeal');
    await say([again], 'boarding');
    assert.deepEqual(await fates([again]), ['completed']);
    assert.deepEqual(await booked([again]), NEW);
  });

  describe('with worker versioning', () => {
    const shared = `versioned-${randomUUID()}`;
    beforeEach(() => (queue = shared)); // a build becomes current only when it serves every queue of the one before
    async function versioned(version: Version, how: StoryWorker['STORY_VERSIONING']): Promise<string> {
      const build = `${version}-${how}`;
      await worker(version, { STORY_BUILD: build, STORY_VERSIONING: how! });
      const { workflowService } = server.client;
      const current = { namespace: 'default', deploymentName: DEPLOYMENT, buildId: build };
      // Refused until the worker has polled.
      await until('current', () => workflowService.setWorkerDeploymentCurrentVersion(current));
      return build;
    }
    /** The builds that a run's tasks were done by, in order. */
    const buildsOf = async (run: WorkflowHandle): Promise<string[]> => {
      const done = (await historyOf(run)).events.filter(({ kind }) => kind === 'workflowTaskCompleted');
      return [...new Set(done.map(({ attributes }) => attributes.workerVersion!.buildId!))];
    };

    it('pinned runs end on the build that they began on, beside new ones on the current build', async () => {
      const one = await versioned('v1', 'PINNED');
      const early = await begun(3, 'early');
      await say(early, 'onward');
      await untilAllBooked(early, 'bookHotel');
      const two = await versioned('v2-unpatched', 'PINNED');
      const late = await begun(3, 'late');
      await say(late, 'onward');
      await say([...early, ...late], 'boarding');
      assert.deepEqual(await fates([...early, ...late]), ['completed']);
      assert.deepEqual([await booked(early), await booked(late)], [OLD, NEW]);
      assert.deepEqual([await buildsOf(early[0]!), await buildsOf(late[0]!)], [[one], [two]]);
      assert.equal(await failedTasks([...early, ...late]), 0);
    });

    it('others move to the current build with their next task, and need `patched`', async () => {
      const one = await versioned('v1', 'AUTO_UPGRADE');
      const runs = await begun(3, 'moving');
      await say(runs, 'onward');
      await untilAllBooked(runs, 'bookHotel');
      const two = await versioned('v2', 'AUTO_UPGRADE');
      await say(runs, 'boarding');
      assert.deepEqual(await fates(runs), ['completed']);
      assert.deepEqual(await booked(runs), OLD);
      assert.deepEqual(await buildsOf(runs[0]!), [one, two]);
      assert.equal(await failedTasks(runs), 0);
    });
  });
});
