import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripeClient } from '../../../src/activities/payments/stripe.ts';
import { newFolder, removeFolder } from '../folder.ts';
import { breachesOf, type Invariant } from '../invariants.ts';
import { soakInputs } from './inputs.ts';
import { judge, type Ran } from './judge.ts';
import { planFaults } from './plan.ts';
import { faultRows, verdictOf, writeInto } from './report.ts';
import { soak } from './soak.ts';
import { openStage, type Stage } from './stage.ts';

const ASKED = { orders: 60, faults: 12, seed: 7 };
const MEASURED = { seconds: 1, ordersPerSecond: 60, workersGone: 0 };
const { signal } = new AbortController();

describe('a small soak', function () {
  this.timeout(600_000); // the first time on a machine, Temporal is built and MiniStack installed
  const inputs = soakInputs(ASKED.seed, ASKED.orders);
  const plan = planFaults(ASKED.seed, inputs.runs, ASKED.faults);
  const folder = newFolder('soak');
  let stage: Stage;
  let ran: Ran;
  let found: Invariant[];

  before(async () => {
    stage = await openStage(folder, process.env, signal, () => undefined);
    ran = await soak(stage, inputs, plan, signal, () => undefined);
    found = await judge(stage, ran);
  });
  after(async () => {
    await stage?.close();
    await removeFolder(folder);
  });

  it('does every fault of its plan, three kills among them', () => {
    const rows = faultRows(ran).filter(({ planned }) => planned > 0);
    assert.deepEqual(
      rows.map(({ kind, done }) => [kind, done]),
      rows.map(({ kind, planned }) => [kind, planned]),
    );
    assert.equal(rows.find(({ kind }) => kind === 'worker killed')?.came, '3 replaced');
  });

  it('finds nothing lost and nothing doubled, and that in something', () => {
    assert.deepEqual(breachesOf(found), []);
    assert.deepEqual(
      found.filter(({ counted }) => counted === 0).map(({ name }) => name),
      // It has nobody who would answer, is over before anything comes back, no bank sends anything, and nothing is on schedule.
      [
        'a return is what its fate says',
        'nothing leaves without the answers that it needs',
        'a file of statements is what its fate says',
        'a result is published once',
        'a decision about a reconciliation is what its fate says',
        'a trial balance on schedule is drawn up once, of books that balance',
        'an orphan is deleted',
      ],
    );
    assert.match(verdictOf(ASKED, found, MEASURED), /^60 orders, 12 faults, seed 7: .* 0 breaches\.$/);
  });

  it('would have been red with a second capture and a unit too many, and says how to see it again', async () => {
    const { orderId } =
      inputs.orders[inputs.runs.find(({ end, kind }) => kind === 'orders' && end.fate === 'completed')!.at]!;
    await captureByHand(stage, orderId);
    await stage.services.database.query(`update inventory.stock set on_hand = on_hand + 1 where sku = 'SKU-1'`);

    const verdict = verdictOf(ASKED, await judge(stage, ran), MEASURED);
    assert.match(
      verdict,
      new RegExp(`^an order is captured at most once: order ${orderId} was captured 2 times$`, 'm'),
    );
    assert.match(verdict, /^stock is what was there less what was shipped: SKU-1: /m);
    assert.match(verdict, /^To see it again: npm run soak -- --orders 60 --faults 12 --seed 7 --keep$/m);
  });

  it('would have been red with a fate that nothing leads to, a delivery that nobody answered, a fault that was not done', async () => {
    const [run] = [...inputs.runs.keys()].filter((at) => inputs.runs[at]!.end.fate === 'completed');
    const otherwise = inputs.runs.with(run!, { ...inputs.runs[run!]!, end: { fate: 'refused', reason: 'NoRoute' } });
    const answers = { ...ran.answers, own: ran.answers.own - 1 };
    const counts = new Map([...plan.counts, ['worker killed' as const, 4]]);
    const red = breachesOf(
      await judge(stage, { ...ran, inputs: { ...inputs, runs: otherwise }, answers, plan: { ...plan, counts } }),
    ).join('\n');
    assert.match(red, /^a run ends as .*: orders\/\S+ is completed, and not refused NoRoute or /m);
    assert.match(red, /^every delivery is answered, .*: \d+ deliveries, \d+ answered$/m);
    assert.match(red, /^what was planned was done: worker killed: 4 planned, 3 done$/m);
  });
});

describe('the page of the soak', () => {
  it('has what was printed between its marks, again and again', () => {
    const page = join(mkdtempSync(join(tmpdir(), 'evenkeel-')), 'page.md');
    const marked = '# Soak\n<!-- soak: written by `npm run soak -- --write` -->\nold\n<!-- soak: end -->\nafter\n';
    writeFileSync(page, marked);
    writeInto(page, 'first');
    writeInto(page, 'second');
    assert.equal(readFileSync(page, 'utf8'), marked.replace('old\n', '\n```\nsecond\n```\n\n'));
    writeFileSync(page, '# Other\n');
    assert.throws(() => writeInto(page, 'third'), /has no place for it/);
  });
});

/** What nobody planned: somebody charges the customer again in the provider's dashboard. */
async function captureByHand({ services }: Stage, orderId: string): Promise<void> {
  const { paymentIntents } = stripeClient('sk_test_person', new URL(services.config.PAYMENTS_URL!));
  const { id } = await paymentIntents.create({
    amount: 100,
    currency: 'gbp',
    payment_method: 'pm_card_visa',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    capture_method: 'manual',
    metadata: { order_id: orderId },
  });
  await paymentIntents.confirm(id);
  await paymentIntents.capture(id);
}
