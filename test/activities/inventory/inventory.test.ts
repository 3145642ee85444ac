import assert from 'node:assert/strict';
import { inventoryActivities } from '../../../src/activities/inventory/inventory.ts';
import * as inventory from '../../../src/contracts/inventory.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import type { ActivityFunction } from '../../../src/kit/effects/bind.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { attempt, cameOf, short } from '../../../src/kit/testing/attempt.ts';
import { boundOn } from '../../support/bound.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';

describe('stock', () => {
  let database: Database;
  let bound: Record<string, ActivityFunction>;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ database } = await freshDatabase('inventory'));
    bound = boundOn(database, inventory, inventoryActivities());
  });
  const did = (activity: keyof typeof inventory, orderId: string, ...skus: string[]): Promise<Json> => {
    const lines = skus.map((sku) => ({ sku, quantity: 1 }));
    const input = activity === 'shipStock' ? { orderId } : { orderId, lines };
    return cameOf(attempt(bound, activity, input, { workflowId: `orders/${orderId}` })).then(short);
  };
  const opened = (sku: string, onHand: number): Promise<object[]> =>
    database.query('insert into inventory.stock values ($1, $2)', [sku, onHand]);
  const there = (sku: string): Promise<object[]> =>
    database.query('select on_hand, reserved from inventory.stock where sku = $1', [sku]);
  const names = (n: number, of: string): string[] => Array.from({ length: n }, (_, i) => `${of}_${i}`);

  it('is promised to exactly as many of thirty orders at once as there is of it', async () => {
    await opened('scarce', 10);
    const came = await Promise.all(names(30, 'scarce').map((orderId) => did('reserveStock', orderId, 'scarce')));
    assert.deepEqual(came.map((each) => (typeof each === 'string' ? each : 'reserved')).toSorted(), [
      ...Array<string>(20).fill('OutOfStock'),
      ...Array<string>(10).fill('reserved'),
    ]);
    assert.deepEqual(await there('scarce'), [{ on_hand: 10, reserved: 10 }]);
  });

  it('is locked in one order: orders of the same goods the other way round do not wait for each other', async () => {
    const goods = names(4, 'goods');
    for (const sku of goods) await opened(sku, 100);
    const came = await Promise.all(
      names(40, 'around').map((orderId, i) =>
        did('reserveStock', orderId, ...(i % 2 === 0 ? goods : goods.toReversed())),
      ),
    );
    assert.deepEqual(came, Array(40).fill({ units: 4 }));
  });

  it('that has been shipped is not given back', async () => {
    await opened('gone', 10);
    await did('reserveStock', 'gone', 'gone');
    assert.deepEqual(await did('shipStock', 'gone'), { units: 1 });
    assert.deepEqual(await did('releaseStock', 'gone', 'gone'), { undone: true });
    assert.deepEqual(await there('gone'), [{ on_hand: 9, reserved: 0 }]);
  });
});
