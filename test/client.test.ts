import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { readConfig } from '../src/config.ts';
import { Evenkeel } from '../src/client.ts';
import type { Point } from '../src/kit/effects/store.ts';
import { HeldProcess } from '../src/kit/testing/barriers.ts';
import { Services } from '../src/services.ts';
import { Shop } from './support/shop.ts';
import { STACK_TIMEOUT_MS } from './support/stack.ts';

const BY = { actor: 'ann', reason: 'ordered twice' };
// Of this order only: other files' orders may still be on the same task queue.
const opening = (orderId: string) =>
  ({ at: 'received', activity: 'openPayment', key: `orders/${orderId}/shipments/1/open` }) as const;

describe('a decision whose run is closed from outside before it is answered', function () {
  this.timeout(60_000);
  let shop: Shop;
  let evenkeel: Evenkeel;
  let worker: HeldProcess | undefined;

  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    shop = await Shop.open('decisions');
    evenkeel = new Evenkeel(new Services(readConfig(shop.site.env)));
  });
  afterEach(async () => {
    await worker?.kill();
  });
  after(async () => {
    await evenkeel?.close();
    await shop?.site.close();
  });

  /** Cancels an order that is on its way, closes its run while the cancellation is being recorded, and gives what the client is told. */
  async function cancelAndClose(
    orderId: string,
    recording: Point,
    close: (run: WorkflowHandle) => Promise<unknown>,
  ): Promise<unknown> {
    const held = { at: recording, activity: 'recordCancel', key: `orders/${orderId}/decisions/d-1` };
    worker = new HeldProcess(join(process.cwd(), 'test/support/held-worker.ts'), { env: shop.site.env }, [
      opening(orderId),
      held,
    ]);
    await worker.ready();
    const order = await shop.order(orderId);
    await shop.start(order);
    await worker.until(opening(orderId));
    const told = evenkeel.cancel(`orders/${orderId}`, BY, 'd-1').catch((error: unknown) => error);
    await worker.until(held);
    await close(await shop.handle(order));
    return told;
  }
  const stood = (told: unknown): unknown =>
    told instanceof Error ? { ...Object.fromEntries(Object.entries(told)), message: told.message } : told;

  it('is not rejected when it was not recorded: it may yet be taken, and a reset takes it', async () => {
    const told = await cancelAndClose('reset', 'received', (run) => shop.site.server.reset(run, 'openPayment'));
    assert.deepEqual(stood(told), {
      name: 'RunError',
      code: 'unanswered',
      message: 'orders/reset was closed before the decision was answered; it may be taken: repeat it under the id d-1',
    });
    worker!.go({ at: 'received', activity: 'recordCancel', key: 'orders/reset/decisions/d-1' });
    worker!.go(opening('reset'));
    assert.equal((await evenkeel.result('orders/reset')).reason, 'Cancelled');
    await evenkeel.cancel('orders/reset', BY, 'd-1'); // repeated, it is yes
  });

  it('was taken when it was recorded', async () => {
    const told = await cancelAndClose('recorded', 'committed', (run) => run.terminate('a test'));
    assert.deepEqual(stood(told), { updateId: 'd-1', already: true });
  });
});
