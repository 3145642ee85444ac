import assert from 'node:assert/strict';
import { createReadStream, existsSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { RetailOrder } from '../../src/domain/retail/order.ts';
import { madeCsv } from '../../src/domain/retail/made.ts';
import type { Database } from '../../src/kit/effects/database.ts';
import { sha256 } from '../../src/kit/effects/fingerprint.ts';
import { Inbox } from '../../src/kit/intake/inbox.ts';
import type { Starter } from '../../src/kit/intake/start.ts';
import { importRetail, openStock, type RetailImported, type RetailSource } from '../../src/intake/retail.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../support/stack.ts';

/** A Temporal that takes every start, and ends every third run as refused, the others as completed, at once. */
function starterOn(database: Database, started: string[]): Starter {
  const start = async (
    _workflow: string,
    { workflowId }: { workflowId: string },
  ): Promise<{ firstExecutionRunId: string }> => {
    const fate = started.push(workflowId) % 3 === 0 ? 'refused' : 'completed';
    await database.query(`update kit.inbox set state = 'ended', fate = $2 where workflow_id = $1`, [workflowId, fate]);
    return { firstExecutionRunId: `run of ${workflowId}` };
  };
  return {
    client: { workflow: { start } } as never,
    inbox: new Inbox(database),
    fingerprint: sha256,
    atRest: (payload) => payload,
    fromRest: (kept) => kept,
    clock: () => new Date(),
  };
}
const file = (name: string, text: string): RetailSource => ({
  name,
  chunks: async function* () {
    yield Buffer.from(text);
  },
});

describe('a retail import', () => {
  let database: Database;
  let started: string[];
  const imported = (sources: readonly RetailSource[], limit = Number.MAX_SAFE_INTEGER): Promise<RetailImported> =>
    importRetail(sources, {
      starter: starterOn(database, started),
      database,
      limit,
      patienceMs: 1_000,
      onProgress: () => undefined,
    });
  const rows = async (sql: string): Promise<number> =>
    (await database.query<{ n: number }>(`select count(*)::int as n from ${sql}`))[0]!.n;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ database } = await freshDatabase('retail'));
  });
  beforeEach(async () => {
    started = [];
    await database.query('truncate kit.inbox, kit.quarantine');
  });

  it('starts each order once, keeps every other line with its reason, and loses none', async () => {
    const { text, expected } = madeCsv(7, 60);
    const sum = await imported([file('made.csv', text)]);
    assert.deepEqual(
      {
        lines: sum.lines,
        orders: sum.orders,
        units: sum.units,
        goodsMinor: sum.goodsMinor,
        chargesMinor: sum.chargesMinor,
        quarantined: sum.quarantined,
      },
      {
        lines: expected.lines,
        orders: expected.orders.length,
        units: expected.units,
        goodsMinor: expected.goodsMinor,
        chargesMinor: expected.chargesMinor,
        quarantined: expected.quarantined.length,
      },
    );
    assert.deepEqual([sum.started, sum.absorbed, sum.skipped], [sum.orders, 0, 0]);
    assert.equal(await rows('kit.quarantine'), sum.quarantined);
    assert.equal(sum.fates.completed + sum.fates.refused, sum.orders);
    assert.equal(sum.fates.refused, Math.floor(sum.orders / 3));
    assert.equal(started.length, sum.orders);
  });

  it('run again changes nothing and says so; the same file twice in one import is absorbed the second time', async () => {
    const { text } = madeCsv(8, 20);
    const first = await imported([file('made.csv', text), file('again.csv', text)]);
    assert.deepEqual([first.started, first.absorbed], [first.orders, first.orders]);
    const second = await imported([file('made.csv', text)]);
    assert.deepEqual([second.started, second.absorbed, second.orders], [0, first.orders, first.orders]);
    assert.equal(started.length, first.orders);
    assert.deepEqual(second.fates, first.fates);
  });

  it('keeps another order under a known id beside it, whole', async () => {
    const { text } = madeCsv(9, 20);
    const first = await imported([file('made.csv', text)]);
    const [{ payload, workflow_id }] = (await database.query('select payload, workflow_id from kit.inbox limit 1')) as [
      { payload: RetailOrder; workflow_id: string },
    ];
    await database.query('update kit.inbox set fingerprint = $2 where workflow_id = $1', [
      workflow_id,
      sha256({ ...payload, currency: 'EUR' }),
    ]);
    const again = await imported([file('made.csv', text)]);
    assert.deepEqual([again.orders, again.absorbed], [first.orders - 1, first.orders - 1]);
    assert.equal(again.quarantined - first.quarantined, payload.lines.length + payload.charges.length);
    const kept = (await database.query(
      `select body from kit.quarantine where reason = 'other-order-under-this-id' and position = '${workflow_id}'`,
    )) as [{ body: Buffer }];
    assert.deepEqual(JSON.parse(kept[0].body.toString()), payload);
  });

  it('stops at its limit and counts the lines beyond', async () => {
    const { text } = madeCsv(10, 30);
    const all = await imported([file('made.csv', text)]);
    const some = await imported([file('made.csv', text)], 5);
    assert.deepEqual([some.orders, some.absorbed], [5, 5]);
    assert.ok(some.skipped > 0);
    assert.equal(some.lines, all.lines);
  });

  it('opens stock only where there is none', async () => {
    await openStock(database, new Map([['A', 5]]));
    await openStock(
      database,
      new Map([
        ['A', 9],
        ['B', 2],
      ]),
    );
    assert.deepEqual(await database.query(`select sku, on_hand from inventory.stock order by sku`), [
      { sku: 'A', on_hand: 5 },
      { sku: 'B', on_hand: 2 },
    ]);
  });

  it('has the known figures on December 2010 (skipped where ../shared/data is absent)', async function () {
    const path = new URL('../../../shared/data/retail/2010-12.csv.gz', import.meta.url);
    if (!existsSync(path)) this.skip();
    const {
      seconds: _seconds,
      fates,
      ...sum
    } = await imported([{ name: '2010-12.csv.gz', chunks: () => createReadStream(path).pipe(createGunzip()) }]);
    assert.deepEqual(sum, {
      lines: 42_481,
      orders: 1_550,
      started: 1_550,
      absorbed: 0,
      quarantined: 1_010,
      skipped: 0,
      units: 358_749,
      goodsMinor: 77_793_177,
      chargesMinor: 2_947_560,
    });
    assert.equal(fates.open, 0);
  }).timeout(120_000);
});
