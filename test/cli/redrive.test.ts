import assert from 'node:assert/strict';
import { orders, type Order } from '../../src/contracts/orders.ts';
import { patients } from '../../src/contracts/patients.ts';
import { toIntegration } from '../../src/domain/fhir/patient.ts';
import { sha256 } from '../../src/kit/effects/fingerprint.ts';
import { until } from '../support/conditions.ts';
import { ONCE, Shop } from '../support/shop.ts';
import { Site } from '../support/site.ts';
import { STACK_TIMEOUT_MS } from '../support/stack.ts';
import { statusOf } from '../support/temporal.ts';
import { evenkeel, lines, typed, type Ran } from './evenkeel.ts';

const BY = ['--actor', 'ann', '--reason', 'terminated by mistake'];

// No worker until the last test: what is started stays where it is.
describe('`redrive`', () => {
  let shop: Shop;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    shop = new Shop(await Site.open('redrive_cli', 'orders,patients'));
  });
  after(() => shop.site.close());

  const type = (...args: string[]): Promise<Ran> => typed(args, shop.site.env);
  async function terminated(orderId: string): Promise<Order> {
    const order = await shop.order(orderId);
    await shop.start(order);
    const handle = await shop.handle(order);
    await handle.terminate();
    await until('terminated', async () => (await statusOf(handle)) === 'TERMINATED');
    return order;
  }

  it('tells what came of each, goes on after a failure, and exits 1 for it', async () => {
    await terminated('rdr_1');
    await shop.start(await shop.order('rdr_running'));
    await terminated('rdr_ended');
    await shop.site.database.query(
      `update kit.inbox set state = 'ended', fate = 'refused', reason = 'OutOfStock' where business_id = 'rdr_ended'`,
    );
    const ids = ['rdr_never', 'rdr_1', 'rdr_running', 'rdr_ended', 'rdr_1'].map((id) => `orders/${id}`);
    const ran = await type('redrive', ...ids, ...BY);
    assert.deepEqual(ran, {
      exit: 1,
      stdout: [
        'orders/rdr_never  failed: nothing was ever started as orders/rdr_never',
        'orders/rdr_1  redriven: run 2',
        'orders/rdr_running  running: run 1, nothing was changed',
        'orders/rdr_ended  ended before: refused: OutOfStock',
        '1 redriven, 1 running, 1 ended, 1 failed',
        '',
      ].join('\n'),
      stderr: '',
    });
    const again = lines(await type('redrive', 'orders/rdr_1', '--json', ...BY));
    assert.deepEqual(
      again.map(({ redrive, workflowId, run, running }) => [redrive ?? running, workflowId, run]),
      [
        ['running', 'orders/rdr_1', 2],
        [1, undefined, undefined],
      ],
    );
  });

  it('says that a payload was edited, and no value of it', async () => {
    await terminated('rdr_edited');
    await shop.site.database.query(
      `update kit.inbox set payload = jsonb_set(payload, '{lines,0,quantity}', '7654321') where business_id = 'rdr_edited'`,
    );
    const ran = await type('redrive', 'orders/rdr_edited', ...BY);
    assert.equal(ran.exit, 1);
    assert.match(
      ran.stdout,
      /failed: orders\/rdr_edited: the payload at rest has fingerprint [0-9a-f]{64}, it was rec/,
    );
    assert.ok(!ran.stdout.includes('7654321'));
  });

  it('by two processes at once makes one run', async () => {
    await terminated('rdr_twice');
    const ran = await Promise.all(
      [1, 2].map(() => evenkeel(['redrive', 'orders/rdr_twice', '--json', ...BY], shop.site.env)),
    );
    const told = ran.map((each) => lines(each)[0]!['redrive'] as string).toSorted();
    assert.ok(told.includes('redriven') && told.some((what) => /overtaken|running/.test(what)), told.join(', '));
    const [row] = await shop.site.database.query<{ run: number }>(
      `select run from kit.inbox where business_id = 'rdr_twice'`,
    );
    assert.equal(row!.run, 2);
  });

  it('takes what a query of Temporal lists, each once, not faster than it is told', async () => {
    const ids = ['rdr_q1', 'rdr_q2', 'rdr_q3'];
    for (const id of ids) await terminated(id);
    const query = `ExecutionStatus = 'Terminated' and EvenkeelBusinessId in (${ids.map((id) => `'${id}'`).join(', ')})`;
    await until('visible', async () => {
      const found = [];
      for await (const { workflowId } of shop.site.server.client.workflow.list({ query })) found.push(workflowId);
      return found.length === ids.length;
    });
    const began = performance.now();
    const ran = await type('redrive', '--query', query, '--rate', '2', '--json', ...BY);
    assert.ok(performance.now() - began > 1_000);
    const told = lines(ran);
    assert.deepEqual(told.at(-1), { redriven: 3, started: 0, running: 0, ended: 0, overtaken: 0, failed: 0 });
    assert.deepEqual(
      new Set(told.slice(0, 3).map(({ workflowId }) => workflowId)),
      new Set(ids.map((id) => `orders/${id}`)),
    );
    const wrong = await type('redrive', '--query', 'Colour = 7', ...BY);
    assert.deepEqual([wrong.exit, wrong.stderr], [3, 'evenkeel: --query is no list filter that Temporal takes\n']);
    const nothing = await type('redrive', '--query', `EvenkeelBusinessId = 'rdr_none'`, ...BY);
    assert.deepEqual([nothing.exit, nothing.stdout], [0, 'There is nothing to redrive.\n']);
  });

  it('takes what is lost: started, without a fate, and not running', async () => {
    await terminated('rdr_lost');
    const ran = lines(await type('redrive', '--lost', '--json', ...BY));
    const of = (id: string): unknown => ran.find(({ workflowId }) => workflowId === `orders/${id}`)?.['redrive'];
    assert.deepEqual([of('rdr_lost'), of('rdr_edited'), of('rdr_ended')], ['redriven', 'failed', undefined]);
  });

  it('is what `show` and `doctor` say has to be done', async () => {
    await terminated('rdr_shown');
    const shown = await type('show', 'orders/rdr_shown');
    assert.match(shown.stdout, /^orders\/rdr_shown {2}closed without a fate: it has to be redriven\n/);
    assert.match(shown.stdout, /\n {2}npm run -s evenkeel -- redrive orders\/rdr_shown --actor YOU --reason WHY\n/);
  });

  it('goes on where it was, also sealed', async () => {
    const identifier = [{ system: 'urn:example:redriven', value: 'made' }];
    const integration = toIntegration(
      {
        resourceType: 'Patient' as const,
        meta: { versionId: '1', lastUpdated: '2026-01-01T00:00:00Z' },
        identifier,
        name: [{ family: 'Made', given: ['Up'] }],
        birthDate: '2000-01-01',
      },
      sha256,
      sha256,
    );
    const { workflowId } = await shop.site.start(patients, integration);
    const patient = await shop.site.handle(patients, patients.businessId(integration));
    await patient.terminate();
    const order = await terminated('rdr_done');
    const ran = await type('redrive', workflowId, 'orders/rdr_done', ...BY);
    assert.equal(ran.exit, 0, ran.stdout);
    await shop.site.work();
    assert.equal((await shop.ended(order)).fate, 'completed');
    assert.deepEqual(await shop.farSide(order), ONCE);
    assert.equal(((await patient.result()) as { fate: string }).fate, 'completed');
    const { run, fate } = (await (await shop.site.starter(orders)).inbox.find('orders/rdr_done'))!;
    assert.deepEqual([run, fate], [2, 'completed']);
    const verified = await type('audit', 'verify');
    assert.equal(verified.exit, 0, verified.stdout);
    const told = await type('effects', 'orders/rdr_done/runs/2/redrive');
    assert.match(
      told.stdout,
      /recordRedrive.*\n.*\n.*\n {2}audit orders\/rdr_done 1: applied .*, attempt 1, by ann, hash/,
    );
  });
});
