import assert from 'node:assert/strict';
import type { WorkflowHandle } from '@temporalio/client';
import type { Order } from '../../src/contracts/orders.ts';
import { RECORDINGS } from '../support/recordings.ts';
import { ORDER_ENDS, resolveUndo, stuckUndo } from '../support/recordings-orders.ts';
import { ONCE, Shop, type FarSide } from '../support/shop.ts';
import { Site } from '../support/site.ts';
import { STACK_TIMEOUT_MS } from '../support/stack.ts';
import { calledFrom, shows, statusOf } from '../support/temporal.ts';
import { lines, typed, type Ran } from './evenkeel.ts';

interface Line {
  readonly step?: 'replayed' | 'called';
  readonly activity?: string;
  readonly standing?: string;
  readonly decision?: string;
  readonly eventId?: number;
  readonly until?: string;
  readonly fate?: string | null;
  readonly left?: readonly string[];
  readonly command?: string;
}

describe('`preview-reset`, compared with what the reset then does,', () => {
  let shop: Shop;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    shop = new Shop(await Site.open('preview_reset', 'orders,patients'));
    await shop.site.work();
  });
  after(() => shop.site.close());
  afterEach(() => shop.clearFaults());

  const type = (...args: string[]): Promise<Ran> => typed(args, shop.site.env);
  interface Previewed {
    readonly replayed: string[];
    /** `capturePayment applied` */
    readonly called: string[];
    readonly decisions: string[];
    readonly reset: Line;
  }
  async function previewed({ orderId }: Order, to: string): Promise<Previewed> {
    const ran = await type('preview-reset', `orders/${orderId}`, '--to', to, '--json');
    assert.equal(ran.exit, 0, ran.stderr);
    const told = lines<Line>(ran);
    const steps = (step: string): Line[] => told.filter((line) => line.step === step);
    return {
      replayed: steps('replayed').map(({ activity }) => activity!),
      called: steps('called').map(({ activity, standing }) => `${activity} ${standing}`),
      decisions: told.flatMap(({ decision }) => decision ?? []),
      reset: told.at(-1)!,
    };
  }
  /** Does what was previewed, and gives the calls that it made. */
  async function done(order: Order, { reset }: Previewed, reached = ended): Promise<string[]> {
    const again = await shop.site.server.resetTo(await shop.handle(order), reset.eventId!);
    await reached(again);
    return calledFrom(again, reset.eventId!);
  }
  const ended = (handle: WorkflowHandle): Promise<unknown> => handle.result();
  const namesOf = (called: readonly string[]): string[] => called.map((call) => call.split(' ')[0]!);

  /** Nothing happens anew, at any of these steps. */
  async function asPredicted(order: Order, step: string, called: readonly string[], farSide?: FarSide): Promise<void> {
    const before = await shop.farSide(order);
    if (farSide) assert.deepEqual(before, farSide);
    const preview = await previewed(order, step);
    assert.deepEqual(preview.called, called);
    assert.equal(preview.reset.until, 'end');
    assert.deepEqual(await done(order, preview), namesOf(called));
    assert.deepEqual(await shop.farSide(order), before);
  }

  it('of a completed run: every outcome is taken', async () => {
    const order = await ORDER_ENDS['completed']!(shop, 'prv_completed');
    await shop.ended(order);
    const { replayed } = await previewed(order, 'capturePayment');
    assert.deepEqual(replayed, ['acceptOrder', 'reserveStock', 'openPayment', 'authorisePayment', 'bookShipment']);
    const late = ['capturePayment applied', 'shipStock applied', 'storeReceipt applied', 'recordFate applied'];
    await asPredicted(order, 'capturePayment', late, ONCE);
    await asPredicted(order, 'orders/prv_completed/shipments/1/book', ['bookShipment applied', ...late], ONCE);
  });

  it('of a compensated run: it walks back from the burned key', async () => {
    const order = await ORDER_ENDS['compensated-no-route']!(shop, 'prv_no_route');
    await shop.ended(order);
    const back = ['cancelPayment applied', 'releaseStock applied', 'recordFate applied'];
    await asPredicted(order, 'authorisePayment', ['authorisePayment applied', 'bookShipment refused', ...back]);
    await asPredicted(order, 'openPayment', ['openPayment burned', ...back]);
    await asPredicted(order, 'releaseStock', back.slice(1));
    await asPredicted(order, 'acceptOrder', ['acceptOrder applied', 'reserveStock burned', ...back.slice(1)]);
  });

  it('of a cancelled run: the cancellation is asked for again, at once', async () => {
    const order = await ORDER_ENDS['cancelled']!(shop, 'prv_cancelled');
    await shop.ended(order);
    assert.deepEqual((await previewed(order, 'authorisePayment')).decisions, ['cancel']);
    const back = ['recordCancel applied', 'cancelPayment applied', 'releaseStock applied', 'recordFate applied'];
    await asPredicted(order, 'authorisePayment', back);
    await asPredicted(
      order,
      'openPayment',
      back.filter((call) => call !== 'cancelPayment applied'),
    );
    await asPredicted(order, 'acceptOrder', ['recordCancel applied', 'recordFate applied']);
  });

  it('of a run that was cancelled from the Web UI: that is not asked for again, and nobody knows the way on', async () => {
    await shop.payments.faults([{ kind: 'hold', on: 'POST /v1/payment_intents/:id/confirm' }]);
    const order = await shop.order('prv_web_ui');
    await shop.start(order);
    await shop.payments.untilHeld();
    await (await shop.handle(order)).cancel();
    await shop.payments.release();
    assert.deepEqual(await shop.ended(order), { fate: 'compensated', reason: 'Cancelled', result: null });
    const preview = await previewed(order, 'authorisePayment');
    assert.deepEqual([preview.called, preview.reset.until], [['authorisePayment applied'], 'history']);
    assert.deepEqual(await done(order, preview), ['authorisePayment', 'bookShipment', 'recordFate']);
  });

  it('of a run that a person has resolved: what was settled is taken, and the decision comes before its question', async () => {
    const order = await stuckUndo(shop, 'prv_stuck');
    const handle = await shop.handle(order);
    const open = await previewed(order, 'bookShipment');
    assert.deepEqual(open.called, [
      ...['bookShipment refused', 'cancelPayment refused', 'releaseStock applied', 'recordFate absent'],
    ]);
    const key = `${handle.workflowId}/shipments/1/cancel`;
    const retry = { actor: 'ann', reason: 'once more', key, action: 'retry' };
    await handle.executeUpdate('resolve', { args: [retry], updateId: 'retry-1' });
    await shows(handle, 'cancelPayment stuck: AlreadyCaptured');
    await resolveUndo(handle);
    await handle.result();
    const ambiguous = await type('preview-reset', 'orders/prv_stuck', '--to', 'recordResolve');
    assert.deepEqual(
      [ambiguous.exit, ambiguous.stderr],
      [
        3,
        'evenkeel: orders/prv_stuck called recordResolve under several keys; which? ' +
          'orders/prv_stuck/decisions/retry-1, orders/prv_stuck/decisions/resolve-1\n',
      ],
    );
    const { decisions } = await previewed(order, 'bookShipment');
    assert.deepEqual(decisions, ['resolve', 'resolve']);
    const back = ['cancelPayment applied', 'releaseStock applied', 'recordFate applied'];
    await asPredicted(order, 'bookShipment', ['bookShipment refused', ...back]);
  });

  it('of a run under way: as far as its history goes, what is in doubt first', async () => {
    await shop.payments.faults([{ kind: 'hold', on: 'POST /v1/payment_intents/:id/capture' }]);
    const order = await shop.order('prv_open');
    await shop.start(order);
    await shop.payments.untilHeld();
    const handle = await shop.handle(order);
    const preview = await previewed(order, 'bookShipment');
    assert.deepEqual(preview.called, ['bookShipment applied', 'capturePayment intended']);
    assert.deepEqual([preview.reset.until, preview.reset.fate], ['history', null]);
    assert.equal(await statusOf(handle), 'RUNNING', 'nothing was changed');
    const reset = done(order, preview);
    await shop.payments.release();
    assert.deepEqual((await reset).slice(0, 2), namesOf(preview.called));
    assert.deepEqual(await shop.farSide(order), ONCE);
  });

  it('of a redriven run: it is told again as the one before', async () => {
    await shop.payments.faults([{ kind: 'hold-request', on: 'POST /v1/payment_intents/:id/capture' }]);
    const order = await shop.order('prv_redriven');
    await shop.start(order);
    await shop.payments.untilHeld();
    await (await shop.handle(order)).terminate();
    await shop.payments.release();
    const ran = await type('redrive', 'orders/prv_redriven', '--actor', 'ann', '--reason', 'by mistake');
    assert.deepEqual([ran.exit, ran.stdout], [0, 'orders/prv_redriven  redriven: run 2\n1 redriven\n'], ran.stderr);
    await shop.ended(order);
    const all = ['acceptOrder', 'reserveStock', 'openPayment', 'authorisePayment', 'bookShipment', 'capturePayment'];
    const rest = ['shipStock', 'storeReceipt', 'recordFate'];
    await asPredicted(
      order,
      'openRun',
      ['openRun reads', ...[...all, ...rest].map((activity) => `${activity} applied`)],
      ONCE,
    );
  });

  it('of a sealed run, which it opens and says nothing of', async () => {
    const play = RECORDINGS.find(({ workflow, what }) => workflow === 'integratePatient' && what === 'completed')!;
    const { workflowId } = await play.play(shop.site);
    const ran = await type('preview-reset', workflowId, '--to', 'writeRecord');
    assert.match(
      ran.stdout,
      /\ncalled +writeRecord .* its outcome is taken\ncalled +announceRecord .*\ncalled +recordFate /,
    );
    assert.ok(!/Made|2000-01-01/.test(ran.stdout), 'a name or a date of birth');
    for (const args of [
      ['preview-reset', workflowId, '--to', 'writeRecord'],
      ['show', workflowId],
    ])
      assert.deepEqual(await typed(args, { ...shop.site.env, EVENKEEL_PAYLOAD_KEYS: '' }), {
        exit: 2,
        stdout: '',
        stderr: 'evenkeel: EVENKEEL_PAYLOAD_KEYS: not set, and needed: this is sealed\n',
      });
  });

  it('says what a cancellation that comes early again would leave, and that the reset is not to be done', async () => {
    await shop.payments.faults([{ kind: 'hold', on: 'POST /v1/payment_intents/:id/confirm' }]);
    const order = await shop.order('prv_left');
    await shop.start(order);
    await shop.payments.untilHeld();
    await shop.byHand('capture', order); // so that it cannot be cancelled any more
    const cancelled = type('cancel', 'orders/prv_left', '--actor', 'ann', '--reason', 'ordered twice');
    assert.equal((await cancelled).exit, 0);
    await shop.payments.release();
    await shows(await shop.handle(order), 'cancelPayment stuck: AlreadyCaptured');
    const { called, reset } = await previewed(order, 'openPayment');
    assert.deepEqual(called, ['recordCancel applied', 'releaseStock applied', 'recordFate absent']);
    assert.deepEqual(reset.left, ['orders/prv_left/shipments/1/open']);
    const said = await type('preview-reset', 'orders/prv_left', '--to', 'openPayment');
    assert.match(said.stdout, /NOT UNDONE: .* orders\/prv_left\/shipments\/1\/open\. Terminate and redrive it instead/);
    // … and that is what helps.
    await (await shop.handle(order)).terminate();
    const ran = await type('redrive', 'orders/prv_left', '--actor', 'ann', '--reason', 'stuck');
    assert.equal(ran.exit, 0, ran.stderr);
    await shows(await shop.handle(order), 'cancelPayment stuck: AlreadyCaptured');
    await resolveUndo(await shop.handle(order));
    assert.deepEqual(await shop.ended(order), { fate: 'compensated', reason: 'Cancelled', result: null });
  });

  it('prints the command of the reset, and of a step that there is not, which there are', async () => {
    const order = await ORDER_ENDS['refused']!(shop, 'prv_text');
    await shop.ended(order);
    const said = await type('preview-reset', 'orders/prv_text', '--to', 'reserveStock');
    assert.equal(said.exit, 0, said.stderr);
    assert.match(said.stdout, /^orders\/prv_text to before orders\/prv_text\/stock\/reserve: event \d+ of \d+\n/);
    assert.match(said.stdout, /\nIt has its fate \(refused\): nothing new is made/);
    assert.match(
      said.stdout,
      /\n {2}temporal workflow reset --workflow-id orders\/prv_text --run-id [0-9a-f-]+ --event-id \d+ --reason WHY --namespace default --address 127\S+\nhttp/,
    );
    const unknown = await type('preview-reset', 'orders/prv_text', '--to', 'bookVoyage');
    assert.deepEqual(
      [unknown.exit, unknown.stderr],
      [3, 'evenkeel: orders/prv_text never called bookVoyage; it called acceptOrder, reserveStock, recordFate\n'],
    );
    const never = await type('preview-reset', 'orders/never', '--to', 'bookVoyage');
    assert.deepEqual([never.exit, never.stderr], [3, 'evenkeel: Temporal has no history of orders/never\n']);
  });
});
