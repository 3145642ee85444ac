import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { paymentActivities, stripeClient } from '../../../src/activities/payments/stripe.ts';
import * as payments from '../../../src/contracts/payments.ts';
import { SimulatorControl, type PaymentsLedger } from '../../../src/dev/simulators/control.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import type { ActivityFunction } from '../../../src/kit/effects/bind.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { attempt, cameOf, short } from '../../../src/kit/testing/attempt.ts';
import { boundOn } from '../../support/bound.ts';
import { Gate } from '../../support/conditions.ts';
import { freshDatabase, stack, STACK_TIMEOUT_MS } from '../../support/stack.ts';

const HOUR_MS = 3_600_000;
const AMOUNT = 2_499;
type Name = Exclude<keyof typeof payments, 'PAYMENT_LIMIT_MINOR'>;

describe('payments', () => {
  let database: Database;
  let stripe: Stripe;
  let far: SimulatorControl<PaymentsLedger>;
  let bound: Record<string, ActivityFunction>;
  let shipment: { orderId: string; shipment: number };
  let key: string;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    const { env } = await stack();
    ({ database } = await freshDatabase('payments'));
    stripe = stripeClient('sk_test_local', new URL(env['PAYMENTS_URL']!));
    far = new SimulatorControl(env['PAYMENTS_URL']!);
    bound = boundOn(database, payments, paymentActivities(stripe));
  });
  beforeEach(() => {
    shipment = { orderId: `ord_${randomUUID()}`, shipment: 1 };
    key = `orders/${shipment.orderId}/shipments/1`;
  });
  afterEach(() => far.faults([]));

  const did = (activity: Name, more: object, on = bound): Promise<Json> =>
    cameOf(attempt(on, activity, { ...shipment, ...more })).then(short);
  const opening = { amountMinor: AMOUNT, currency: 'GBP', method: 'pm_card_visa' };
  /** An opened and authorised payment; what its capture takes. */
  const authorised = async (): Promise<{ paymentIntentId: string; amountMinor: number }> => {
    const { paymentIntentId } = (await did('openPayment', opening)) as { paymentIntentId: string };
    assert.deepEqual(await did('authorisePayment', { paymentIntentId }), { status: 'requires_capture' });
    return { paymentIntentId, amountMinor: AMOUNT };
  };
  /** What the provider has of this order: which change, under which of our keys. */
  const changes = async (): Promise<string[]> => {
    const ledger = await far.ledger();
    const mine = ledger.intents.filter(({ metadata }) => metadata['order_id'] === shipment.orderId);
    const of = (what: string, entries: PaymentsLedger['captures']): string[] =>
      entries
        .filter(({ intent }) => mine.some(({ id }) => id === intent))
        .map((entry) => `${what} ${entry.key?.replace(`${key}/`, '')}`);
    return [
      ...mine.map((intent) => `opened ${intent.key?.replace(`${key}/`, '')}`),
      ...of('authorised', ledger.authorisations),
      ...of('captured', ledger.captures),
      ...of('refunded', ledger.refunds),
      ...of('cancelled', ledger.cancellations),
    ];
  };

  it('are changed under the keys of their effects only', async () => {
    const capture = await authorised();
    assert.deepEqual(await did('capturePayment', capture), { capturedMinor: AMOUNT });
    assert.deepEqual(await did('refundPayment', capture), { undone: true });
    assert.deepEqual(await changes(), ['opened open', 'authorised authorise', 'captured capture', 'refunded refund']);
    shipment = { ...shipment, orderId: `${shipment.orderId}-2` };
    key = `orders/${shipment.orderId}/shipments/1`;
    await authorised();
    assert.deepEqual(await did('cancelPayment', opening), { undone: true });
    assert.deepEqual(await changes(), ['opened open', 'authorised authorise', 'cancelled cancel']);
  });

  it('are captured once when the answer was lost', async () => {
    const capture = await authorised();
    const before = (await far.ledger()).captures.length;
    await far.faults([{ kind: 'lose-answer', on: 'POST /v1/payment_intents/:id/capture', times: 2 }]);
    assert.equal(await did('capturePayment', capture), 'Unexpected');
    assert.deepEqual(await did('capturePayment', capture), { capturedMinor: AMOUNT });
    assert.equal((await far.ledger()).captures.length, before + 1);
  });

  it('whose failure the provider replays for a day are asked for under another key', async () => {
    const capture = await authorised();
    await far.faults([{ kind: 'fail-midway', on: 'POST /v1/payment_intents/:id/capture' }]);
    assert.equal(await did('capturePayment', capture), 'Unexpected');
    assert.deepEqual(await did('capturePayment', capture), { capturedMinor: AMOUNT });
    assert.deepEqual((await changes()).slice(2), ['captured capture/send-2']);
  });

  it('that somebody has captured are not undone by cancelling: that is refused', async () => {
    const { paymentIntentId } = await authorised();
    await stripe.paymentIntents.capture(paymentIntentId);
    assert.equal(await did('cancelPayment', opening), 'AlreadyCaptured');
    assert.equal(await did('cancelPayment', opening), 'AlreadyCaptured');
  });

  it('whose capture sleeps while it is undone are not captured when it wakes', async () => {
    const capture = await authorised();
    const asleep = new Gate();
    const sleepy = boundOn(database, payments, paymentActivities(stripe), (point) =>
      point === 'intended' ? asleep.pass() : undefined,
    );
    const late = did('capturePayment', capture, sleepy);
    await asleep.arrived;
    assert.deepEqual(await did('refundPayment', capture), { undone: false });
    asleep.open();
    assert.equal(await late, 'AuthorisationExpired');
    assert.deepEqual((await changes()).slice(2), ['cancelled capture/fence']);
  });

  it('are refunded once when the answer was lost, also when the provider has forgotten the key', async () => {
    const capture = await authorised();
    await did('capturePayment', capture);
    await far.faults([{ kind: 'lose-answer', on: 'POST /v1/refunds', times: 2 }]);
    assert.equal(await did('refundPayment', capture), 'Unexpected');
    await far.advanceClock(25 * HOUR_MS);
    assert.deepEqual(await did('refundPayment', capture), { undone: true });
    assert.deepEqual((await changes()).slice(3), ['refunded refund']);
  });
});
