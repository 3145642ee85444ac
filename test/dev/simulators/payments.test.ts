import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import StripeClient, { type Stripe } from 'stripe';
import { SimulatorControl, type PaymentsLedger } from '../../../src/dev/simulators/control.ts';
import type { Effect } from '../../../src/dev/simulators/payments-state.ts';
import { startPayments } from '../../../src/dev/simulators/payments-server.ts';
import { spawnSimulator, stripeAt, withJournal } from './support.ts';

const HOUR_MS = 3_600_000;
const CAPTURE = 'POST /v1/payment_intents/:id/capture';
const ORDER: Stripe.PaymentIntentCreateParams = {
  amount: 1999,
  currency: 'eur',
  capture_method: 'manual',
  payment_method: 'pm_card_visa',
  metadata: { order_id: 'ord_42' },
};

interface Bench {
  url: string;
  file: string;
  stripe: Stripe;
  control: SimulatorControl<PaymentsLedger>;
  clock: { nowMs: number };
}

/** A simulator in this process, with a clock that stands still. */
function bench(run: (bench: Bench) => Promise<void>): () => Promise<void> {
  return () =>
    withJournal(async (file) => {
      const clock = { nowMs: Date.UTC(2026, 0, 1) };
      const simulator = await startPayments({ port: 0, file, now: () => clock.nowMs });
      try {
        await run({
          url: simulator.url,
          file,
          stripe: stripeAt(simulator.url),
          control: new SimulatorControl(simulator.url),
          clock,
        });
      } finally {
        await simulator.close();
      }
    });
}

async function authorised(stripe: Stripe, params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<string> {
  const { id } = await stripe.paymentIntents.create({ ...ORDER, ...params });
  await stripe.paymentIntents.confirm(id);
  return id;
}

/** What the client's error says that a caller decides by. */
async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof StripeClient.errors.StripeError)) throw error;
    const { type, statusCode, code, decline_code: decline } = error;
    return Object.fromEntries(
      Object.entries({ type, statusCode, code, decline }).filter(([, value]) => value !== undefined),
    );
  }
  return assert.fail('the call succeeded');
}

function sums({ captures, refunds }: PaymentsLedger) {
  const total = (entries: { amount: number }[]) => entries.reduce((sum, { amount }) => sum + amount, 0);
  return { captured: total(captures), captures: captures.length, refunded: total(refunds), refunds: refunds.length };
}

const UNEXPECTED_STATE = {
  type: 'StripeInvalidRequestError',
  statusCode: 400,
  code: 'payment_intent_unexpected_state',
};
const BROKEN = { type: 'StripeConnectionError' };

describe('payments simulator: the life of an intent', () => {
  it(
    'opens, confirms and captures an intent, and the ledger names the key and the order',
    bench(async ({ stripe, control }) => {
      const opened = await stripe.paymentIntents.create(ORDER, { idempotencyKey: 'orders/ord_42/open' });
      const confirmed = await stripe.paymentIntents.confirm(
        opened.id,
        {},
        { idempotencyKey: 'orders/ord_42/authorise' },
      );
      const captured = await stripe.paymentIntents.capture(opened.id, {}, { idempotencyKey: 'orders/ord_42/capture' });
      assert.deepEqual(
        [opened, confirmed, captured].map((intent) => [
          intent.id,
          intent.status,
          intent.amount_capturable,
          intent.amount_received,
        ]),
        [
          ['pi_000001', 'requires_confirmation', 0, 0],
          ['pi_000001', 'requires_capture', 1999, 0],
          ['pi_000001', 'succeeded', 0, 1999],
        ],
      );
      const { captures } = await control.ledger();
      assert.deepEqual(captures, [
        {
          intent: 'pi_000001',
          amount: 1999,
          key: 'orders/ord_42/capture',
          metadata: { order_id: 'ord_42' },
          atMs: Date.UTC(2026, 0, 1),
        },
      ]);
    }),
  );

  it(
    'asks for a payment method when an intent is opened without one',
    bench(async ({ stripe }) => {
      const { payment_method: _, ...without } = ORDER;
      const { id, status } = await stripe.paymentIntents.create(without);
      assert.equal(status, 'requires_payment_method');
      assert.deepEqual(await refusal(stripe.paymentIntents.confirm(id)), UNEXPECTED_STATE);
      const confirmed = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
      assert.equal(confirmed.status, 'requires_capture');
    }),
  );

  for (const [card, decline] of [
    ['pm_card_visa_chargeDeclined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
  ] as const) {
    it(
      `declines ${card} on confirming, and the intent remembers why`,
      bench(async ({ stripe, control }) => {
        const { id } = await stripe.paymentIntents.create({ ...ORDER, payment_method: card });
        assert.deepEqual(await refusal(stripe.paymentIntents.confirm(id)), {
          type: 'StripeCardError',
          statusCode: 402,
          code: 'card_declined',
          decline,
        });
        const { status, last_payment_error: last, payment_method: method } = await stripe.paymentIntents.retrieve(id);
        assert.deepEqual(
          [status, method, last?.code, last?.decline_code],
          ['requires_payment_method', null, 'card_declined', decline],
        );
        assert.deepEqual((await control.ledger()).authorisations, []);
      }),
    );
  }

  it(
    'captures a part once and releases the rest',
    bench(async ({ stripe }) => {
      const id = await authorised(stripe);
      const part = await stripe.paymentIntents.capture(id, { amount_to_capture: 500 });
      assert.deepEqual([part.status, part.amount_received, part.amount_capturable], ['succeeded', 500, 0]);
      assert.deepEqual(await refusal(stripe.paymentIntents.capture(id, { amount_to_capture: 500 })), UNEXPECTED_STATE);
    }),
  );

  it(
    'refuses to capture more than was authorised',
    bench(async ({ stripe, control }) => {
      const id = await authorised(stripe);
      assert.deepEqual(await refusal(stripe.paymentIntents.capture(id, { amount_to_capture: 2000 })), {
        type: 'StripeInvalidRequestError',
        statusCode: 400,
        code: 'amount_too_large',
      });
      assert.equal(sums(await control.ledger()).captured, 0);
    }),
  );

  it(
    'tells the loser of cancel against capture the state of the object',
    bench(async ({ stripe }) => {
      const id = await authorised(stripe);
      assert.equal((await stripe.paymentIntents.cancel(id)).status, 'canceled');
      await assert.rejects(stripe.paymentIntents.capture(id), (error: Stripe.errors.StripeInvalidRequestError) => {
        assert.deepEqual(
          [error.code, error.payment_intent?.id, error.payment_intent?.status],
          ['payment_intent_unexpected_state', id, 'canceled'],
        );
        return true;
      });
      assert.deepEqual(await refusal(stripe.paymentIntents.cancel(id)), UNEXPECTED_STATE);
    }),
  );

  it(
    'cancels an authorisation by itself after seven days',
    bench(async ({ stripe, clock, control }) => {
      const id = await authorised(stripe);
      clock.nowMs += 7 * 24 * HOUR_MS - 1;
      assert.equal((await stripe.paymentIntents.retrieve(id)).status, 'requires_capture');
      clock.nowMs += 1;
      const { status, amount_capturable: capturable } = await stripe.paymentIntents.retrieve(id);
      assert.deepEqual([status, capturable], ['canceled', 0]);
      assert.deepEqual(await refusal(stripe.paymentIntents.capture(id)), UNEXPECTED_STATE);
      assert.equal((await control.ledger()).intents[0]?.status, 'canceled');
    }),
  );

  it(
    'does not know an id that it did not give',
    bench(async ({ stripe }) => {
      const unknown = { type: 'StripeInvalidRequestError', statusCode: 404, code: 'resource_missing' };
      assert.deepEqual(await refusal(stripe.paymentIntents.retrieve('pi_999999')), unknown);
      assert.deepEqual(await refusal(stripe.paymentIntents.capture('pi_999999')), unknown);
    }),
  );
});

describe('payments simulator: refunds', () => {
  it(
    'refunds in parts up to what was captured, and lists them newest first',
    bench(async ({ stripe, control }) => {
      const id = await authorised(stripe);
      await stripe.paymentIntents.capture(id, { amount_to_capture: 1000 });
      await stripe.refunds.create({ payment_intent: id, amount: 400, metadata: { key: 'orders/ord_42/refund/1' } });
      assert.equal(
        (await refusal(stripe.refunds.create({ payment_intent: id, amount: 601 })))['code'],
        'amount_too_large',
      );
      await stripe.refunds.create({ payment_intent: id });
      assert.equal((await refusal(stripe.refunds.create({ payment_intent: id })))['code'], 'charge_already_refunded');

      const { data, has_more: more } = await stripe.refunds.list({ payment_intent: id });
      assert.deepEqual(
        [more, data.map(({ id, amount, metadata }) => [id, amount, metadata])],
        [
          false,
          [
            ['re_000002', 600, {}],
            ['re_000001', 400, { key: 'orders/ord_42/refund/1' }],
          ],
        ],
      );
      assert.deepEqual(sums(await control.ledger()), { captured: 1000, captures: 1, refunded: 1000, refunds: 2 });
    }),
  );

  it(
    'lists refunds page by page',
    bench(async ({ stripe }) => {
      const id = await authorised(stripe);
      await stripe.paymentIntents.capture(id);
      for (const amount of [1, 2, 3]) await stripe.refunds.create({ payment_intent: id, amount });
      const amounts: number[] = [];
      for await (const { amount } of stripe.refunds.list({ payment_intent: id, limit: 1 })) amounts.push(amount);
      assert.deepEqual(amounts, [3, 2, 1]);
    }),
  );

  it(
    'refunds nothing of an intent that was not captured',
    bench(async ({ stripe }) => {
      const id = await authorised(stripe);
      assert.deepEqual(await refusal(stripe.refunds.create({ payment_intent: id })), UNEXPECTED_STATE);
    }),
  );
});

describe('payments simulator: idempotency keys', () => {
  it(
    'replays the first answer under its key, and says that it does',
    bench(async ({ stripe, control }) => {
      const first = await stripe.paymentIntents.create(ORDER, { idempotencyKey: 'k' });
      const again = await stripe.paymentIntents.create(ORDER, { idempotencyKey: 'k' });
      assert.deepEqual([again.id, again.lastResponse.headers['idempotent-replayed']], [first.id, 'true']);
      assert.equal(first.lastResponse.headers['idempotent-replayed'], undefined);
      assert.equal((await control.ledger()).intents.length, 1);
    }),
  );

  it(
    'rejects the same key with other parameters',
    bench(async ({ stripe, control }) => {
      await stripe.paymentIntents.create(ORDER, { idempotencyKey: 'k' });
      assert.deepEqual(await refusal(stripe.paymentIntents.create({ ...ORDER, amount: 1 }, { idempotencyKey: 'k' })), {
        type: 'StripeIdempotencyError',
        statusCode: 400,
      });
      assert.equal((await control.ledger()).intents.length, 1);
    }),
  );

  it(
    'rejects the same key at another path',
    bench(async ({ stripe }) => {
      const { id } = await stripe.paymentIntents.create(ORDER);
      await stripe.paymentIntents.confirm(id, {}, { idempotencyKey: 'k' });
      const call = stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'k' });
      assert.deepEqual(await refusal(call), { type: 'StripeIdempotencyError', statusCode: 400 });
    }),
  );

  it(
    'answers 409 while the first request is in flight, and replays it afterwards',
    bench(async ({ stripe, control }) => {
      const id = await authorised(stripe);
      await control.faults([{ on: CAPTURE, kind: 'hold', name: 'captured' }]);
      const capture = () => stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'k' });
      const first = capture();
      assert.deepEqual(await control.untilHeld(), [
        { name: 'captured', request: `POST /v1/payment_intents/${id}/capture`, key: 'k' },
      ]);
      const inUse = { type: 'StripeAPIError', statusCode: 409, code: 'idempotency_key_in_use' };
      assert.deepEqual(await refusal(capture()), inUse);
      assert.equal(await control.release('captured'), 1);
      assert.equal((await first).status, 'succeeded');
      assert.equal((await capture()).lastResponse.headers['idempotent-replayed'], 'true');
      assert.equal(sums(await control.ledger()).captures, 1);
    }),
  );

  it(
    'replays a refusal: a declined card stays declined under its key',
    bench(async ({ stripe }) => {
      const { id } = await stripe.paymentIntents.create({ ...ORDER, payment_method: 'pm_card_chargeDeclined' });
      const confirm = () => stripe.paymentIntents.confirm(id, {}, { idempotencyKey: 'k' });
      const first = await refusal(confirm());
      assert.deepEqual(await refusal(confirm()), first);
    }),
  );

  it(
    'replays a stored 500 although the money was taken',
    bench(async ({ stripe, control }) => {
      const id = await authorised(stripe);
      await control.faults([{ on: CAPTURE, kind: 'fail-after' }]);
      const capture = () => stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'k' });
      assert.deepEqual(await refusal(capture()), { type: 'StripeAPIError', statusCode: 500 });
      assert.deepEqual(await refusal(capture()), { type: 'StripeAPIError', statusCode: 500 });
      assert.equal((await stripe.paymentIntents.retrieve(id)).status, 'succeeded');
      assert.equal(sums(await control.ledger()).captures, 1);
    }),
  );

  it(
    'replays a stored 500 although nothing happened, and takes the money under another key',
    bench(async ({ stripe, control }) => {
      const id = await authorised(stripe);
      await control.faults([{ on: CAPTURE, kind: 'fail-midway' }]);
      const capture = (idempotencyKey: string) => stripe.paymentIntents.capture(id, {}, { idempotencyKey });
      assert.equal((await refusal(capture('k')))['statusCode'], 500);
      assert.equal((await refusal(capture('k')))['statusCode'], 500);
      assert.equal((await stripe.paymentIntents.retrieve(id)).status, 'requires_capture');
      assert.equal((await capture('k#2')).status, 'succeeded');
    }),
  );

  it(
    'stores neither a 429 nor parameters that make no sense',
    bench(async ({ stripe, control }) => {
      await control.faults([{ on: 'POST /v1/payment_intents', kind: 'fail-before', status: 429 }]);
      const open = (amount: number) => stripe.paymentIntents.create({ ...ORDER, amount }, { idempotencyKey: 'k' });
      assert.deepEqual(await refusal(open(5)), { type: 'StripeRateLimitError', statusCode: 429, code: 'rate_limit' });
      assert.equal((await refusal(open(0)))['code'], 'parameter_invalid_integer');
      assert.equal((await open(7)).amount, 7);
    }),
  );

  it(
    'forgets a key after 24 h, by the passed-in clock',
    bench(async ({ stripe, clock }) => {
      const open = async () => (await stripe.paymentIntents.create(ORDER, { idempotencyKey: 'k' })).id;
      assert.equal(await open(), 'pi_000001');
      clock.nowMs += 24 * HOUR_MS - 1;
      assert.equal(await open(), 'pi_000001');
      clock.nowMs += 1;
      assert.equal(await open(), 'pi_000002');
    }),
  );

  it(
    'forgets a key after 24 h, by the clock that a test moves',
    bench(async ({ stripe, control }) => {
      const open = async () => (await stripe.paymentIntents.create(ORDER, { idempotencyKey: 'k' })).id;
      assert.equal(await open(), 'pi_000001');
      await control.advanceClock(24 * HOUR_MS);
      assert.equal(await open(), 'pi_000002');
    }),
  );
});

describe('payments simulator: faults', () => {
  it(
    'has taken the money although the answer was lost',
    bench(async ({ stripe, control }) => {
      const id = await authorised(stripe);
      // Twice: the client sends a broken request once more by itself, also with its retries off.
      await control.faults([{ on: CAPTURE, kind: 'lose-answer', times: 2 }]);
      const capture = () => stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'k' });
      assert.deepEqual(await refusal(capture()), BROKEN);
      assert.deepEqual(sums(await control.ledger()), { captured: 1999, captures: 1, refunded: 0, refunds: 0 });
      assert.equal((await capture()).status, 'succeeded');
      assert.equal(sums(await control.ledger()).captures, 1);
    }),
  );

  it(
    'takes the money once when a request arrives twice under its key, and its sender sees a replay',
    bench(async ({ stripe, control }) => {
      const id = await authorised(stripe);
      await control.faults([{ on: CAPTURE, kind: 'double-request' }]);
      const { status, lastResponse } = await stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'k' });
      assert.equal(status, 'succeeded');
      assert.equal(lastResponse.headers['idempotent-replayed'], 'true');
      assert.equal(sums(await control.ledger()).captures, 1);
    }),
  );

  it(
    'has taken nothing when the request was lost',
    bench(async ({ stripe, control }) => {
      const id = await authorised(stripe);
      await control.faults([{ on: CAPTURE, kind: 'lose-request', times: 2 }]);
      assert.deepEqual(await refusal(stripe.paymentIntents.capture(id)), BROKEN);
      assert.equal((await stripe.paymentIntents.retrieve(id)).status, 'requires_capture');
      assert.deepEqual(
        (await control.faultReport()).map(({ kind, matched, fired, remaining }) => ({
          kind,
          matched,
          fired,
          remaining,
        })),
        [{ kind: 'lose-request', matched: 2, fired: 2, remaining: 0 }],
      );
    }),
  );

  it(
    'lets a held request arrive after its sender has given up',
    bench(async ({ url, stripe, control }) => {
      const id = await authorised(stripe);
      await control.faults([{ on: CAPTURE, kind: 'hold-request' }]);
      assert.deepEqual(await refusal(stripeAt(url, 100).paymentIntents.capture(id)), BROKEN);
      assert.equal((await stripe.paymentIntents.retrieve(id)).status, 'requires_capture');
      assert.equal(await control.release(), 1);
      assert.equal((await stripe.paymentIntents.retrieve(id)).status, 'succeeded');
    }),
  );

  it(
    'has taken the money of a client that did not wait for a delayed answer',
    bench(async ({ url, stripe, control }) => {
      const id = await authorised(stripe);
      await control.faults([{ on: CAPTURE, kind: 'delay-answer', ms: 400 }]);
      assert.deepEqual(await refusal(stripeAt(url, 100).paymentIntents.capture(id)), BROKEN);
      assert.equal((await stripe.paymentIntents.retrieve(id)).status, 'succeeded');
    }),
  );

  it(
    'fires by chance in the same places for the same seed',
    bench(async ({ stripe, control }) => {
      const places = async (seed: number) => {
        await control.faults([
          { on: 'GET /v1/payment_intents/:id', kind: 'fail-before', status: 503, share: 0.3, seed },
        ]);
        const statuses: unknown[] = [];
        for (let i = 0; i < 40; i += 1) {
          statuses.push((await refusal(stripe.paymentIntents.retrieve('pi_1')))['statusCode']);
        }
        return statuses.flatMap((status, place) => (status === 503 ? [place] : []));
      };
      const first = await places(7);
      assert.ok(first.length >= 6 && first.length <= 18, `${first.length} of 40`);
      assert.deepEqual(await places(7), first);
      assert.notDeepEqual(await places(8), first);
    }),
  );

  it(
    'fires exactly once in each n requests when asked to',
    bench(async ({ stripe, control }) => {
      await control.faults([{ kind: 'fail-before', status: 503, every: { n: 5, seed: 1 } }]);
      const fired: number[] = [];
      for (let i = 0; i < 20; i += 1) {
        if ((await refusal(stripe.paymentIntents.retrieve('pi_1')))['statusCode'] === 503)
          fired.push(Math.floor(i / 5));
      }
      assert.deepEqual(fired, [0, 1, 2, 3]);
    }),
  );

  it(
    'fires at the requests that it is told, by their number, and then no more',
    bench(async ({ stripe, control }) => {
      await control.faults([{ on: 'GET /v1/payment_intents/:id', kind: 'fail-before', status: 503, at: [4, 2] }]);
      const statuses: unknown[] = [];
      for (let i = 0; i < 6; i += 1)
        statuses.push((await refusal(stripe.paymentIntents.retrieve('pi_1')))['statusCode']);
      assert.deepEqual(statuses, [404, 503, 404, 503, 404, 404]);
      assert.deepEqual(
        (await control.faultReport()).map(({ matched, fired, remaining }) => ({ matched, fired, remaining })),
        [{ matched: 6, fired: 2, remaining: 0 }],
      );
    }),
  );

  it(
    'refuses a fault that it does not understand',
    bench(async ({ url }) => {
      const response = await fetch(`${url}/_control/faults`, { method: 'POST', body: '[{"kind":"explode"}]' });
      assert.equal(response.status, 400);
    }),
  );
});

describe('payments simulator: its process and its file', () => {
  it(
    'refuses a body over 1 MiB',
    bench(async ({ url }) => {
      const body = `x=${'y'.repeat(1024 * 1024)}`;
      const response = await fetch(`${url}/v1/payment_intents`, { method: 'POST', body });
      assert.equal(response.status, 413);
    }),
  );

  it(
    'writes a move of money, with its time, before it answers',
    bench(async ({ stripe, file }) => {
      const id = await authorised(stripe);
      await stripe.paymentIntents.capture(id, { amount_to_capture: 700 }, { idempotencyKey: 'k' });
      const { atMs, key, effect }: Record<string, unknown> & { effect: Effect } = JSON.parse(
        readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '',
      );
      assert.deepEqual(
        [atMs, key, effect.kind, effect.amount, effect.intent.id],
        [Date.UTC(2026, 0, 1), 'k', 'captured', 700, id],
      );
    }),
  );

  it('remembers everything after a SIGKILL, but for a torn last line', () =>
    withJournal(async (file) => {
      const entry = 'src/dev/simulators/payments.ts';
      const first = await spawnSimulator(entry, file);
      const stripe = stripeAt(first.url);
      const control = new SimulatorControl<PaymentsLedger>(first.url);
      const id = await authorised(stripe);
      await control.advanceClock(HOUR_MS);
      await control.faults([{ on: CAPTURE, kind: 'hold' }]);
      const lost = refusal(stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'k', maxNetworkRetries: 0 }));
      await control.untilHeld();
      const before = await control.ledger();
      assert.equal(await first.stop('SIGKILL'), null);
      assert.deepEqual(await lost, BROKEN);
      appendFileSync(file, '{"kind":"request","atMs":17');

      const second = await spawnSimulator(entry, file);
      assert.deepEqual(await new SimulatorControl<PaymentsLedger>(second.url).ledger(), before);
      const again = await stripeAt(second.url).paymentIntents.capture(id, {}, { idempotencyKey: 'k' });
      assert.deepEqual([again.status, again.lastResponse.headers['idempotent-replayed']], ['succeeded', 'true']);
      const { id: next, created } = await stripeAt(second.url).paymentIntents.create(ORDER);
      assert.equal(next, 'pi_000002');
      assert.ok(created * 1000 > Date.now() + HOUR_MS / 2, 'the moved clock is remembered');
      const after = await new SimulatorControl<PaymentsLedger>(second.url).ledger();
      assert.equal(await second.stop('SIGTERM'), 0);

      // What was written after the torn line can be read: it was not glued to it.
      const third = await startPayments({ port: 0, file });
      assert.deepEqual(await new SimulatorControl<PaymentsLedger>(third.url).ledger(), after);
      await third.close();
    }));
});
