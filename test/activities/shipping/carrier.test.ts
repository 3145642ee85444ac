import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Carrier, shippingActivities } from '../../../src/activities/shipping/carrier.ts';
import * as shipping from '../../../src/contracts/shipping.ts';
import { SimulatorControl, type CarrierLedger } from '../../../src/dev/simulators/control.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import type { ActivityFunction } from '../../../src/kit/effects/bind.ts';
import { attempt, cameOf, short } from '../../../src/kit/testing/attempt.ts';
import { boundOn } from '../../support/bound.ts';
import { freshDatabase, stack, STACK_TIMEOUT_MS } from '../../support/stack.ts';

describe('a parcel', () => {
  let bound: Record<string, ActivityFunction>;
  let far: SimulatorControl<CarrierLedger>;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    const { env } = await stack();
    const { database } = await freshDatabase('shipping');
    far = new SimulatorControl(env['CARRIER_URL']!);
    bound = boundOn(database, shipping, shippingActivities(new Carrier(new URL(env['CARRIER_URL']!))));
  });
  afterEach(() => far.faults([]));

  const booked = (orderId: string, country = 'Norway'): Promise<Json> =>
    cameOf(attempt(bound, 'bookShipment', { orderId, shipment: 1, country, units: 2 })).then(short);
  /** The order's shipments at the carrier by their state, those at zero left out. */
  const shipments = async (orderId: string): Promise<object> =>
    Object.fromEntries(Object.entries((await far.ledger()).byReference[orderId] ?? {}).filter(([, n]) => n > 0));

  it('is booked once when the answer was lost: it is known by its draft', async () => {
    const orderId = `ord_${randomUUID()}`;
    await far.faults([{ kind: 'lose-answer', on: 'POST /shipments/:id/book' }]);
    assert.equal(await booked(orderId), 'Unexpected');
    const outcome = await booked(orderId);
    assert.deepEqual(await shipments(orderId), { booked: 1 });
    assert.deepEqual(await booked(orderId), outcome);
  });

  it('that has no route is void: no late attempt can book it', async () => {
    const orderId = `ord_${randomUUID()}`;
    assert.equal(await booked(orderId, 'Atlantis'), 'NoRoute');
    assert.deepEqual(await shipments(orderId), { voided: 1 });
  });
});
