import assert from 'node:assert/strict';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo, type Proof } from '../../src/dev/demo/demo.ts';
import { noAnswers, planDeliveries } from '../../src/dev/demo/deliveries.ts';
import { orderEnds, transferEnds } from '../../src/dev/demo/ends.ts';
import type { FarSide } from '../../src/dev/demo/far-side.ts';
import { fileInputs, madeInputs, type Amounts, type Inputs } from '../../src/dev/demo/inputs.ts';
import { compare, expected, type Row } from '../../src/dev/demo/proof.ts';
import { ownEnvironment } from '../../src/dev/demo/stage.ts';
import { workIn } from '../../src/dev/process.ts';
import { killPoints, watchRuns } from '../../src/dev/demo/watch.ts';
import { madeDay } from '../../src/domain/retail/made.ts';

const SMALL: Amounts = { orders: 12, transfers: 3, patients: 3 };
const inputs = madeInputs(7, SMALL);
const checksOf = (inputs: Inputs, seed = 7, kills = 1) => expected(inputs, planDeliveries(inputs, seed), kills);
const said = (seed: number) =>
  checksOf(madeInputs(seed), seed).map(({ where, what, expected }) => [where, what, expected]);

describe('the inputs of the demo', () => {
  it('are the same for the same seed, and others for another', () => {
    assert.deepEqual(madeInputs(7), madeInputs(7));
    assert.notDeepEqual(madeInputs(7).orders, madeInputs(8).orders);
    assert.deepEqual(planDeliveries(madeInputs(7), 7), planDeliveries(madeInputs(7), 7));
  });

  it('lead to every fate that they are meant to lead to', () => {
    const reasons = orderEnds(inputs).map(({ fate, reason }) => reason ?? fate);
    const twice = reasons.filter((reason, at) => reasons.indexOf(reason) !== at);
    assert.deepEqual(new Set(reasons), new Set(['completed', 'CardDeclined', 'NoRoute', 'OutOfStock', 'UnknownSku']));
    assert.deepEqual(new Set(twice), new Set(['completed']));
  });

  it('let every good transfer succeed in any order of running', () => {
    const made = madeInputs(7);
    const left = new Map(made.accounts);
    for (const { transfer, minor, fate } of transferEnds(made))
      if (fate === 'completed') left.set(transfer.debtor, left.get(transfer.debtor)! - minor); // before anything came in
    assert.deepEqual(
      [...left].filter(([, minor]) => minor < 0),
      [],
    );
  });

  it('are delivered once each and three in ten a second time, some of them when all is over', () => {
    const { first, late, copies } = planDeliveries(madeInputs(7), 7);
    const names = [...first, ...late].map(({ kind, at }) => `${kind} ${at}`);
    assert.equal(new Set(names).size, 300 + 20 + 12 + 24);
    assert.equal(copies, Math.round(0.3 * 356));
    assert.equal(names.length, 356 + copies);
    assert.ok(late.length > 0);
  });

  it('refuse an order of a file that cannot be started, by its name and without a value of it', () => {
    const [order] = madeDay(1, 1);
    const tooMany = { ...order!, lines: [{ sku: 'A', quantity: 1_000_001, unitPriceMinor: 1 }] };
    assert.throws(() => fileInputs(1, [tooMany]), new RangeError('order ord_1_1: lines.0.quantity: too_big'));
  });
});

describe('the proof of the demo', () => {
  it('expects the same for the same seed, and something else for another', () => {
    assert.deepEqual(said(7), said(7));
    assert.notDeepEqual(said(7), said(8));
  });

  it('reports an order that is captured twice, and no other row of captures', () => {
    const rows = (far: FarSide): Row[] => compare(checksOf(inputs), far);
    const before = rows(farSide(inputs));
    const doubled = farSide(inputs);
    doubled.payments.captures.push(doubled.payments.captures[0]!);
    const after = rows(doubled);

    const changed = after.filter(({ ok }, at) => ok !== before[at]!.ok);
    assert.deepEqual(
      changed.map(({ where, what, ok }) => [where, what, ok]),
      [
        ['payments', 'captures', false],
        ['payments', 'captured, pence', false],
        ['payments', 'orders captured more than once', false],
        ['payments', 'orders captured otherwise than owed', false],
      ],
    );
  });

  it('reports two captures that are wrong by as much as each other, though their sum is right', () => {
    const far = farSide(inputs);
    far.payments.captures[0]!.amount += 1;
    far.payments.captures[1]!.amount -= 1;
    const row = compare(checksOf(inputs), far).find(({ what }) => what === 'orders captured otherwise than owed');
    assert.deepEqual([row?.expected, row?.found, row?.ok], [0, 2, false]);
  });

  it('reports a fate that no input leads to', () => {
    const far = { ...farSide(inputs), runs: [{ pipeline: 'orders', fate: 'compensated', reason: 'Cancelled' }] };
    const row = compare(checksOf(inputs), far).find(({ what }) => what === 'any other fate');
    assert.deepEqual([row?.expected, row?.found, row?.ok], [0, 1, false]);
  });

  it('spreads the kills over the work, at places drawn from the seed', () => {
    assert.deepEqual(killPoints(7, 3), killPoints(7, 3));
    const points = killPoints(7, 3).map((share) => Math.floor(share * 20) / 20);
    assert.deepEqual(points, [0.2, 0.45, 0.7]);
  });
});

describe('the wait for the runs of the demo', () => {
  it('gives up when nothing moves any more, and names the runs that are open', async () => {
    const database = {
      query: <Row extends object>(sql: string): Promise<Row[]> =>
        Promise.resolve((sql.includes('as settled') ? [{ ended: 5, settled: 50 }] : OPEN) as Row[]),
    };
    const OPEN = Array.from({ length: 12 }, (_, n) => ({ workflow_id: `orders/ord_${n + 1}` }));
    const never = { points: [], kill: () => Promise.reject(new Error('not asked for')) };
    const patience = { signal: new AbortController().signal, patienceMs: 100 };
    await assert.rejects(
      watchRuns(database, { runs: 17, effects: 100 }, never, () => undefined, patience),
      /^StackError: Nothing has moved for 0.1 s and 12 runs are open: orders\/ord_1, .*, orders\/ord_10 and 2 more\.$/,
    );
  });
});

describe('the demo', function () {
  this.timeout(600_000); // the first time on a machine, Temporal is built and MiniStack installed
  const notes: string[] = [];
  const audience = { note: (text: string) => void notes.push(text), bar: () => ({ at() {}, stop() {} }) };
  const options = { inputs, seed: 7, kills: 1, keep: false, env: process.env, signal: new AbortController().signal };
  let proof: Proof;

  before(async () => {
    proof = await demo(options, audience);
  });

  it('finds at the far sides what the inputs say, through deliveries made twice, lost answers and a killed worker', () => {
    assert.deepEqual(
      proof.rows.filter(({ ok }) => !ok),
      [],
      notes.join('\n'),
    );
    assert.ok(proof.rows.length > 60);
    assert.ok(proof.far.answers.ended > 0, 'some deliveries came when all was over');
  });

  it('leaves nothing running and nothing behind', () => {
    assert.equal(existsSync(proof.stateDir), false);
    assert.deepEqual(workIn(proof.stateDir), []);
  });

  const publishedAs =
    (published: (far: FarSide) => FarSide['published']) =>
    (far: FarSide): FarSide => ({ ...far, published: published(far) });
  const PLANTED: [string, (far: FarSide) => FarSide, string][] = [
    ['a run too many', (far) => ({ ...far, executions: { all: far.executions.all + 1, completed: 0 } }), 'executions'],
    ['a parcel too many', (far) => ({ ...far, carrier: { ...far.carrier, booked: [] } }), 'parcels booked'],
    [
      'a receipt written again',
      (far) => ({ ...far, receipts: [...far.receipts, far.receipts[0]!] }),
      'versions of receipts',
    ],
    [
      'a penny gone',
      (far) => ({ ...far, accounts: new Map([...far.accounts, ['demo-amber', -1]]) }),
      'balance of demo-amber, pence',
    ],
    [
      'a record mixed up',
      (far) => ({ ...far, records: [far.records[0]!, ...far.records.slice(0, -1)] }),
      'records that say something else',
    ],
    [
      'a key too many',
      (far) => ({ ...far, effects: { ...far.effects, all: far.effects.all + 1 } }),
      'effects, one a key',
    ],
    [
      'a payment that was sent twice',
      (far) => ({ ...far, rail: { ...far.rail, payments: [...far.rail.payments, far.rail.payments[0]!] } }),
      'payments accepted',
    ],
    [
      'a month that was published again',
      publishedAs(({ published }) => [...published, published[0]!]),
      'versions of the month',
    ],
    [
      'a rollback that shows the newest',
      publishedAs(({ published: [compared, decided] }) => [compared!, decided!, decided!]),
      'rolled back: waits for a person',
    ],
    [
      'a penny that the bank has more',
      (far) => ({ ...far, bankMinor: far.bankMinor + 1 }),
      'our account and the bank’s, pence',
    ],
    ['an answer that nobody gave', (far) => ({ ...far, decided: new Map() }), 'answered: screening block'],
    ['a worker that was not killed', (far) => ({ ...far, workers: far.workers.slice(1) }), 'workers killed'],
  ];
  for (const [planted, plant, what] of PLANTED) {
    it(`would have been red with ${planted}`, () => {
      const red = compare(checksOf(inputs), plant(proof.far)).filter(({ ok }) => !ok);
      assert.ok(
        red.some((row) => row.what === what),
        red.map((row) => row.what).join(', '),
      );
    });
  }

  it('takes its stack down when it is told to stop', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'evenkeel-demo-'));
    const stop = new AbortController();
    const note = (text: string): void => {
      if (text.startsWith('delivering')) stop.abort();
    };
    const stopped = demo({ ...options, stateDir, signal: stop.signal }, { ...audience, note });
    await assert.rejects(stopped, { name: 'AbortError' });
    assert.equal(existsSync(stateDir), false);
    assert.deepEqual(workIn(stateDir), []);
  });

  it('never looks at the services that the environment names', () => {
    const named = {
      DATABASE_URL: 'x',
      TEMPORAL_ADDRESS: 'x',
      AWS_ENDPOINT_URL: 'x',
      EVENKEEL_STATE_DIR: 'x',
      RAIL_URL: 'x',
    };
    assert.deepEqual(ownEnvironment({ ...named, PATH: '/bin', EVENKEEL_CACHE_DIR: '/cache' }), {
      PATH: '/bin',
      EVENKEEL_CACHE_DIR: '/cache',
    });
  });
});

/** A far side at which the orders have been captured as they should, and nothing else has happened. */
function farSide(inputs: Inputs): FarSide {
  const paid = orderEnds(inputs).filter(({ fate }) => fate === 'completed');
  const captures = paid.map(({ order, totalMinor }, n) => ({
    intent: `pi_${n}`,
    amount: totalMinor,
    key: `orders/${order.orderId}/shipments/1/capture`,
    metadata: { order_id: order.orderId },
    atMs: 0,
  }));
  return {
    runs: [],
    executions: { all: 0, completed: 0 },
    answers: noAnswers(),
    effects: { all: 0, inDoubt: 0, anew: 0 },
    auditFaults: [],
    workers: [],
    orders: { n: 0, lines: 0, goods: 0, charges: 0 },
    stock: new Map(),
    reservations: new Map(),
    rail: { payments: [], returned: [], requests: 0 },
    decided: new Map(),
    payments: { intents: [], authorisations: [], captures, cancellations: [], refunds: [], requests: 0 },
    carrier: { drafts: [], booked: [], voided: [], expired: [], byReference: {}, requests: 0 },
    receipts: [],
    accounts: new Map(),
    ledger: {
      transfers: 0,
      reversals: 0,
      settlements: 0,
      writeOffs: 0,
      debits: 0,
      credits: 0,
      sum: 0,
      discrepancies: 0,
      held: 0,
    },
    advices: [],
    published: [],
    bankMinor: 0,
    records: [],
    identifiers: 0,
    announcements: 0,
    faults: [],
  };
}
