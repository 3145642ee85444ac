import assert from 'node:assert/strict';
import { DEPLOYMENT } from '../src/kit/worker/run.ts';
import { until } from './support/conditions.ts';
import { STACK_TIMEOUT_MS } from './support/stack.ts';
import { Shop } from './support/shop.ts';
import { freePort, WorkerProcess } from './support/worker-process.ts';

describe('a worker process', () => {
  let shop: Shop;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    shop = await Shop.open('worker');
  });
  after(() => shop.site.close());

  it('tells its health, counts effects for Prometheus, logs one JSON line a step, and drains on SIGTERM', async () => {
    const metrics = `127.0.0.1:${await freePort()}`;
    const worker = await WorkerProcess.start(shop.site.env, metrics);
    try {
      assert.deepEqual(await (await fetch(worker.health)).json(), { healthy: true, failed: [] });
      const order = await shop.order('ord_observed', { payment: { method: 'pm_card_visa_chargeDeclined' } });
      await shop.start(order);
      assert.equal((await shop.ended(order)).reason, 'CardDeclined');

      const page = await (await fetch(`http://${metrics}/metrics`)).text();
      const counted = [
        ...page.matchAll(/^evenkeel_effects_total\{activity="(\w+)",outcome="(\w+)",pipeline="orders"\} (\d+)/gm),
      ].map(([, activity, outcome, n]) => `${activity} ${outcome} ${n}`);
      assert.deepEqual(counted.toSorted(), [
        'acceptOrder applied 1',
        'authorisePayment refused 1',
        'cancelPayment undone 1',
        'openPayment applied 1',
        'recordFate applied 1',
        'releaseStock undone 1',
        'reserveStock applied 1',
      ]);
      assert.match(page, /^temporal_activity_/m, "and the SDK's own");

      assert.equal(await worker.stop(), 0);
      const lines = worker.said
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const steps = lines.filter(({ key }) => key !== undefined);
      assert.deepEqual(
        steps.map(({ activity, outcome }) => `${activity as string} ${outcome as string}`),
        [
          'acceptOrder applied',
          'reserveStock applied',
          'openPayment applied',
          'authorisePayment CardDeclined',
          'cancelPayment undone',
          'releaseStock undone',
          'recordFate applied',
        ],
      );
      assert.ok(
        steps.every(
          ({ workflowId, runId, attempt, ms }) =>
            workflowId === 'orders/ord_observed' && runId && attempt === 1 && typeof ms === 'number',
        ),
      );
      assert.equal(lines.at(-1)?.['message'], 'worker drained');
    } finally {
      await worker.kill();
    }
  });

  it('registers its build with Temporal where worker versioning is on', async () => {
    const build = { deploymentName: DEPLOYMENT, buildId: 'of-a-test' };
    const versioned = { EVENKEEL_BUILD_ID: build.buildId, EVENKEEL_WORKER_VERSIONING: 'PINNED' };
    const worker = await WorkerProcess.start({ ...shop.site.env, ...versioned, EVENKEEL_PIPELINES: 'ledger' });
    try {
      const queues = await until('its queues are known', async () => {
        const of = { namespace: 'default', deploymentVersion: build };
        const found = await shop.site.server.client.workflowService.describeWorkerDeploymentVersion(of);
        const { length } = found.versionTaskQueues;
        return length === 2 && found.versionTaskQueues.map(({ name }) => name); // of workflows and of activities
      });
      assert.deepEqual(queues, ['ledger', 'ledger']);
    } finally {
      await worker.kill();
    }
  });

  it('does not start on a database that it does not know, and says what to do', async () => {
    const url = new URL(shop.site.env['DATABASE_URL']!);
    url.pathname = '/postgres';
    await assert.rejects(WorkerProcess.start({ ...shop.site.env, DATABASE_URL: url.href }), (error: Error) =>
      /evenkeel migrate/.test(error.message),
    );
  });

  it('does not start for a pipeline that there is not', async () => {
    await assert.rejects(
      WorkerProcess.start({ ...shop.site.env, EVENKEEL_PIPELINES: 'orders,odrers' }),
      (error: Error) => /orders, ledger, patients/.test(error.message),
    );
  });
});
