import assert from 'node:assert/strict';
import { paymentActivities, stripeClient } from '../../../src/activities/payments/stripe.ts';
import * as payments from '../../../src/contracts/payments.ts';
import { SimulatorControl, type PaymentsLedger } from '../../../src/dev/simulators/control.ts';
import { startPayments } from '../../../src/dev/simulators/payments-server.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { attempt } from '../../../src/kit/testing/attempt.ts';
import { boundOn } from '../../support/bound.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { withJournal } from '../../dev/simulators/support.ts';

describe('refundPayment', () => {
  let database: Database;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ database } = await freshDatabase('refunds'));
  });

  for (const [kind, what] of [
    ['fail-midway', 'before anything happened'],
    ['fail-after', 'although the money was given back'],
  ] as const)
    it(`gives the money back once when the provider answers with an error ${what}, and replays that under its key`, () =>
      withJournal(async (file) => {
        const simulator = await startPayments({ port: 0, file });
        try {
          const provider = new SimulatorControl<PaymentsLedger>(simulator.url);
          const stripe = stripeClient('sk_test_refunds', new URL(simulator.url));
          const bound = boundOn(database, payments, paymentActivities(stripe));
          const shipment = { orderId: `ord_${kind}`, shipment: 1 };
          const opening = { ...shipment, amountMinor: 2_499, currency: 'GBP', method: 'pm_card_visa' };
          const { paymentIntentId } = (await attempt(bound, 'openPayment', opening)) as { paymentIntentId: string };
          await attempt(bound, 'authorisePayment', { ...shipment, paymentIntentId });
          const capture = { ...shipment, paymentIntentId, amountMinor: 2_499 };
          await attempt(bound, 'capturePayment', capture);

          await provider.faults([{ kind, on: 'POST /v1/refunds' }]);
          await assert.rejects(attempt(bound, 'refundPayment', capture), { type: 'Unexpected' });
          assert.deepEqual(await attempt(bound, 'refundPayment', capture, { attempt: 2 }), { undone: true });
          const { refunds } = await provider.ledger();
          assert.deepEqual(
            refunds.map(({ amount }) => amount),
            [2_499],
          );
        } finally {
          await simulator.close();
        }
      }));
});
