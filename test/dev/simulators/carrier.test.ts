import assert from 'node:assert/strict';
import { SimulatorControl, type CarrierLedger } from '../../../src/dev/simulators/control.ts';
import { startCarrier } from '../../../src/dev/simulators/carrier-server.ts';
import { spawnSimulator, withJournal } from './support.ts';

const DAY_MS = 24 * 3_600_000;

type Ask = (target: string, body?: object) => Promise<[number, Record<string, unknown>]>;

interface Bench {
  ask: Ask;
  control: SimulatorControl<CarrierLedger>;
  clock: { nowMs: number };
}

function askAt(url: string): Ask {
  return async (target, body) => {
    const [method = '', path = ''] = target.split(' ');
    const response = await fetch(`${url}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    const answer: Record<string, unknown> = JSON.parse(await response.text());
    return [response.status, answer];
  };
}

function bench(run: (bench: Bench) => Promise<void>, noRoute?: string[]): () => Promise<void> {
  return () =>
    withJournal(async (file) => {
      const clock = { nowMs: Date.UTC(2026, 0, 1) };
      const simulator = await startCarrier({ port: 0, file, now: () => clock.nowMs, ...(noRoute && { noRoute }) });
      try {
        await run({ ask: askAt(simulator.url), control: new SimulatorControl(simulator.url), clock });
      } finally {
        await simulator.close();
      }
    });
}

async function draft(ask: Ask, country = 'NL'): Promise<string> {
  const [status, { id, state }] = await ask('POST /shipments', { reference: 'ord_42/1', weightGrams: 800, country });
  assert.deepEqual([status, state], [201, 'draft']);
  return String(id);
}

async function codeOf(answer: ReturnType<Ask>): Promise<unknown[]> {
  const [status, { code }] = await answer;
  return [status, code];
}

async function stateOf(answer: ReturnType<Ask>): Promise<unknown[]> {
  const [status, { state }] = await answer;
  return [status, state];
}

async function listed(ask: Ask, reference: string): Promise<unknown[]> {
  const [, { shipments }] = await ask(`GET /shipments?reference=${reference}`);
  assert.ok(Array.isArray(shipments));
  return shipments.map(({ id, state }: Record<string, unknown>) => [id, state]);
}

describe('carrier simulator', () => {
  it(
    'books a draft once: the second booking is a conflict',
    bench(async ({ ask }) => {
      const id = await draft(ask);
      const [status, booked] = await ask(`POST /shipments/${id}/book`);
      assert.deepEqual([status, booked['state'], booked['tracking']], [200, 'booked', 'TRK000000001']);
      assert.deepEqual(await codeOf(ask(`POST /shipments/${id}/book`)), [409, 'already_booked']);
      assert.deepEqual(await codeOf(ask(`POST /shipments/${id}/void`)), [409, 'already_booked']);
    }),
  );

  it(
    'voids a draft for good, however often it is asked',
    bench(async ({ ask }) => {
      const id = await draft(ask);
      assert.deepEqual(await stateOf(ask(`POST /shipments/${id}/void`)), [200, 'voided']);
      assert.deepEqual(await stateOf(ask(`POST /shipments/${id}/void`)), [200, 'voided']);
      assert.deepEqual(await codeOf(ask(`POST /shipments/${id}/book`)), [409, 'voided']);
    }),
  );

  it(
    'makes two drafts of two requests, and lists both by reference',
    bench(async ({ ask, control }) => {
      const first = await draft(ask);
      const second = await draft(ask);
      await ask(`POST /shipments/${second}/book`);
      assert.deepEqual(await listed(ask, 'ord_42/1'), [
        [first, 'draft'],
        [second, 'booked'],
      ]);
      assert.deepEqual(await listed(ask, 'other'), []);
      const { byReference } = await control.ledger();
      assert.deepEqual(byReference, { 'ord_42/1': { draft: 1, booked: 1, voided: 0, expired: 0 } });
    }),
  );

  it(
    'has no route to Atlantis, and the draft can still be voided',
    bench(async ({ ask }) => {
      const id = await draft(ask, 'Atlantis');
      assert.deepEqual(await codeOf(ask(`POST /shipments/${id}/book`)), [422, 'no_route']);
      assert.deepEqual(await stateOf(ask(`GET /shipments/${id}`)), [200, 'draft']);
      assert.deepEqual(await stateOf(ask(`POST /shipments/${id}/void`)), [200, 'voided']);
    }),
  );

  it(
    'takes another list of countries without a route',
    bench(
      async ({ ask }) => {
        assert.deepEqual(await codeOf(ask(`POST /shipments/${await draft(ask, 'NL')}/book`)), [422, 'no_route']);
        assert.deepEqual(await stateOf(ask(`POST /shipments/${await draft(ask, 'Atlantis')}/book`)), [200, 'booked']);
      },
      ['NL'],
    ),
  );

  it(
    'lets a draft expire after seven days, and never a booked one',
    bench(async ({ ask, clock, control }) => {
      const left = await draft(ask);
      const booked = await draft(ask);
      await ask(`POST /shipments/${booked}/book`);
      clock.nowMs += 7 * DAY_MS - 1;
      assert.deepEqual(await stateOf(ask(`GET /shipments/${left}`)), [200, 'draft']);
      clock.nowMs += 1;
      assert.deepEqual(await codeOf(ask(`POST /shipments/${left}/book`)), [409, 'expired']);
      assert.deepEqual(await codeOf(ask(`POST /shipments/${left}/void`)), [409, 'expired']);
      assert.deepEqual(await stateOf(ask(`GET /shipments/${booked}`)), [200, 'booked']);
      const { drafts, expired } = await control.ledger();
      assert.deepEqual([drafts, expired.map(({ id }) => id)], [[], [left]]);
    }),
  );

  it(
    'refuses a shipment without a reference, and an id that it did not give',
    bench(async ({ ask }) => {
      assert.deepEqual(await codeOf(ask('POST /shipments', { country: 'NL' })), [400, 'invalid']);
      assert.deepEqual(await codeOf(ask('GET /shipments/shp_999999')), [404, 'not_found']);
      assert.deepEqual(await codeOf(ask('POST /shipments/shp_999999/book')), [404, 'not_found']);
    }),
  );

  it(
    'is busy on request, and then books nothing',
    bench(async ({ ask, control }) => {
      const id = await draft(ask);
      await control.faults([{ on: 'POST /shipments/:id/book', kind: 'fail-before', status: 503 }]);
      assert.deepEqual(await codeOf(ask(`POST /shipments/${id}/book`)), [503, 'busy']);
      assert.deepEqual(await stateOf(ask(`POST /shipments/${id}/book`)), [200, 'booked']);
    }),
  );

  it(
    'has made the draft although the answer was lost, and finds it by its reference',
    bench(async ({ ask, control }) => {
      await control.faults([{ on: 'POST /shipments', kind: 'lose-answer' }]);
      await assert.rejects(ask('POST /shipments', { reference: 'R', country: 'NL' }), TypeError);
      assert.deepEqual(await listed(ask, 'R'), [['shp_000001', 'draft']]);
    }),
  );

  it(
    'makes two drafts of a request that arrives twice, and books one shipment once',
    bench(async ({ ask, control }) => {
      await control.faults([
        { on: 'POST /shipments', kind: 'double-request' },
        { on: 'POST /shipments/:id/book', kind: 'double-request' },
      ]);
      const id = await draft(ask);
      assert.equal(id, 'shp_000002', 'the answer is the second one');
      assert.deepEqual(await codeOf(ask(`POST /shipments/${id}/book`)), [409, 'already_booked']);
      const { drafts, booked } = await control.ledger();
      assert.deepEqual([drafts.length, booked.map((shipment) => shipment.id)], [1, [id]]);
    }),
  );

  it(
    'refuses a booking that arrives after the shipment was voided',
    bench(async ({ ask, control }) => {
      const id = await draft(ask);
      await control.faults([{ on: 'POST /shipments/:id/book', kind: 'hold-request', name: 'zombie' }]);
      const late = codeOf(ask(`POST /shipments/${id}/book`));
      await control.untilHeld();
      await ask(`POST /shipments/${id}/void`);
      await control.release('zombie');
      assert.deepEqual(await late, [409, 'voided']);
      assert.deepEqual((await control.ledger()).booked, []);
    }),
  );

  it('remembers everything after a SIGKILL', () =>
    withJournal(async (file) => {
      const entry = 'src/dev/simulators/carrier.ts';
      const first = await spawnSimulator(entry, file);
      const id = await draft(askAt(first.url), 'Mu');
      const before = await new SimulatorControl<CarrierLedger>(first.url).ledger();
      await first.stop('SIGKILL');

      const second = await spawnSimulator(entry, file, '--no-route', 'Mu');
      assert.deepEqual(await new SimulatorControl<CarrierLedger>(second.url).ledger(), before);
      assert.deepEqual(await codeOf(askAt(second.url)(`POST /shipments/${id}/book`)), [422, 'no_route']);
      assert.deepEqual(await new SimulatorControl(second.url).health(), { version: '1.0.0' });
      assert.equal(await second.stop('SIGTERM'), 0);
    }));
});
