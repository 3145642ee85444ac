import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { WorkflowBundle } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { stripeClient } from '../../../src/activities/payments/stripe.ts';
import { Carrier } from '../../../src/activities/shipping/carrier.ts';
import type { Fulfilled } from '../../../src/contracts/orders.ts';
import { SimulatorControl, type CarrierLedger } from '../../../src/dev/simulators/control.ts';
import type { Ended } from '../../../src/kit/contract/updates.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { PostgresStore } from '../../../src/kit/effects/postgres.ts';
import type { Observe } from '../../../src/kit/effects/store.ts';
import { activitiesOf } from '../../../src/kit/worker/manifest.ts';
import { ordersPipeline } from '../../../src/pipelines/orders.ts';
import { bindingOn } from '../../support/bound.ts';
import { Gate } from '../../support/conditions.ts';
import { s3Of } from '../../support/s3.ts';
import { freshDatabase, stack, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { bundleOf, callsOf, Server } from '../../support/temporal.ts';

const DAY_MS = 86_400_000;

describe('an order that comes late to something', () => {
  let server: Server;
  let database: Database;
  let bundle: WorkflowBundle;
  let env: Record<string, string>;
  let carrier: SimulatorControl<CarrierLedger>;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ env } = await stack());
    [server, bundle, { database }] = await Promise.all([
      Server.open(),
      bundleOf('src/workflows/index.ts'),
      freshDatabase('late'),
    ]);
    carrier = new SimulatorControl<CarrierLedger>(env['CARRIER_URL']!);
    await database.query(`insert into inventory.stock values ('SKU', 1000, 0)`);
  });
  after(async () => {
    await carrier.faults([]);
    await server.close();
  });

  async function told<T>(observe: Observe, act: (handle: WorkflowHandle, orderId: string) => Promise<T>): Promise<T> {
    const orderId = `late-${randomUUID()}`;
    const order = {
      orderId,
      currency: 'GBP',
      lines: [{ sku: 'SKU', quantity: 2, unitPriceMinor: 500 }],
      charges: [],
      shipTo: { country: 'United Kingdom' },
      payment: { method: 'pm_card_visa' },
    };
    const activities = activitiesOf(
      ordersPipeline,
      {
        s3: s3Of(env),
        bucket: env['EVENKEEL_S3_BUCKET']!,
        stripe: stripeClient('sk_test_local', new URL(env['PAYMENTS_URL']!)),
        carrier: new Carrier(new URL(env['CARRIER_URL']!)),
      },
      bindingOn(new PostgresStore(database, observe), observe),
    );
    await database.query(
      `insert into kit.inbox (workflow_id, pipeline, workflow, business_id, fingerprint, payload, summary, state, received_at)
       values ($1, 'orders', 'fulfilOrder', $2, 'f', '{}', '', 'started', now())`,
      [`orders/${orderId}`, orderId],
    );
    return server.withWorker({ taskQueue: orderId, mode: 'cached', bundle, activities }, async () => {
      const handle = await server.client.workflow.start('fulfilOrder', {
        workflowId: `orders/${orderId}`,
        taskQueue: orderId,
        args: [order],
      });
      return act(handle, orderId);
    });
  }

  it('reset after its run has ended makes nothing new, and comes to the fate that was told', async () => {
    const accepted = new Gate();
    await told(
      (point, { activity }) => (point === 'committed' && activity === 'acceptOrder' ? accepted.pass() : undefined),
      async (handle, orderId) => {
        await accepted.arrived;
        await handle.cancel(); // as from the Web UI: a reset does not ask for it again
        accepted.open();
        const first = (await handle.result()) as Ended<Fulfilled>;
        assert.deepEqual(first, { fate: 'refused', reason: 'Cancelled', result: null });
        const again = await server.reset(handle, 'acceptOrder');
        assert.deepEqual(await again.result(), first);
        assert.deepEqual(await database.query('select from inventory.reservations where order_id = $1', [orderId]), []);
        const calls = await callsOf(again);
        assert.ok(calls.includes('reserveStock failed') && !calls.includes('openPayment'), calls.join(', '));
      },
    );
  }).timeout(30_000);

  it('reset after its run has ended, and then cancelled, undoes nothing, and comes to the fate that was told', async () => {
    const replayed = new Gate();
    await told(
      (point, { activity }) => (point === 'replayed' && activity === 'reserveStock' ? replayed.pass() : undefined),
      async (handle, orderId) => {
        const first = (await handle.result()) as Ended<Fulfilled>;
        assert.equal(first.fate, 'completed');
        const again = await server.reset(handle, 'reserveStock');
        await replayed.arrived;
        await again.cancel();
        replayed.open();
        assert.deepEqual(await again.result(), first);
        const undone = await database.query(
          `select key from kit.effects where workflow_id = $1 and (state = 'burned' or key ~ '/(release|cancel)$')`,
          [`orders/${orderId}`],
        );
        assert.deepEqual(undone, []);
      },
    );
  }).timeout(30_000);

  it('to a draft that has expired at the carrier, during an outage of ours, books another and is not compensated', async () => {
    await carrier.faults([{ on: 'POST /shipments/:id/book', kind: 'hold-request', name: 'booking', times: 1 }]);
    await told(
      () => undefined,
      async (handle, orderId) => {
        await carrier.untilHeld(1);
        await carrier.advanceClock(8 * DAY_MS);
        await carrier.release('booking');
        const ended = (await handle.result()) as Ended<Fulfilled>;
        assert.equal(ended.fate, 'completed');
        const { byReference } = await carrier.ledger();
        assert.deepEqual([byReference[orderId]?.booked, byReference[orderId]?.expired], [1, 1]);
        const keys = await database.query<{ key: string; state: string }>(
          `select key, state from kit.effects where base_key like '%${orderId}%/book' order by key`,
        );
        assert.deepEqual(
          keys.map(({ state }) => state),
          ['burned', 'applied'],
        );
        assert.match(keys[1]!.key, /#2$/);
      },
    );
  });
});
