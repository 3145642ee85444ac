import assert from 'node:assert/strict';
import type { PaymentsLedger } from '../../src/dev/simulators/control.ts';
import { breachesOf, invariants, type Before } from './invariants.ts';
import { AT } from './courses/scheduled.ts';
import type { DecisionMade, Transferred, World } from './world.ts';

type Edit = (world: World) => Partial<World>;

/** This of one transfer. */
const edited =
  (transferId: string, over: Partial<Transferred>): Edit =>
  ({ transfers }) => ({
    transfers: transfers.map((one) => (one.transferId === transferId ? { ...one, ...over } : one)),
  });

/** What each invariant is for: the least that can be wrong, so that no other notices. What is `stray` belongs to no run. */
const CONTROLS: Readonly<Record<string, Edit>> = {
  'every delivery is a run': ({ runs }) => ({ runs: runs.filter(({ pipeline }) => pipeline !== 'patients') }),
  'every run has its fate': ({ runs }) => ({
    runs: runs.map((run) => (run.pipeline === 'patients' ? { ...run, fate: null } : run)),
  }),
  'no run goes on that has its fate': () => ({ running: 1 }),
  'nothing is in doubt in a run that has ended': () => ({
    inDoubt: [{ key: 'orders/kept/capture', workflowId: 'orders/kept', state: 'intended' }],
  }),
  'an order is captured at most once': ({ payments }) => ({
    payments: { ...payments, captures: [entry('pi_kept', 2_000), entry('pi_kept', 499), entry('pi_returned', 2_499)] },
  }),
  'an order is refunded at most what was captured': ({ payments }) => ({
    payments: {
      ...payments,
      intents: [...payments.intents, intent('pi_stray', 'stray', 'succeeded')],
      refunds: [...payments.refunds, entry('pi_stray', 1)],
    },
  }),
  'an order is authorised at most once': ({ payments }) => ({
    payments: { ...payments, intents: [...payments.intents, intent('pi_again', 'kept', 'requires_capture')] },
  }),
  'a parcel is booked at most once': ({ carrier }) => ({
    carrier: { ...carrier, byReference: { ...carrier.byReference, stray: bookedTimes(2) } },
  }),
  'an object is written once': ({ objects }) => ({ objects: new Map([...objects, ['receipts/stray.json', 2]]) }),
  'a transfer is booked and reversed at most once': edited('moved', { booked: 2, reversed: 1 }),
  'a version is announced at most once': ({ versions }) => ({
    versions: [...versions, { patientRef: 'stray', versionRef: '1', announced: 2 }],
  }),
  'stock is what was there less what was shipped': ({ stock }) => ({
    stock: stock.map((of) => ({ ...of, onHand: of.onHand + 1 })),
  }),
  'what is reserved is reserved for somebody': ({ stock }) => ({
    stock: stock.map((of) => ({ ...of, reserved: of.reserved + 1 })),
  }),
  'no reservation without an open order': ({ stock, reservations }) => ({
    stock: stock.map((of) => ({ ...of, reserved: of.reserved + 1 })),
    reservations: [...reservations, { orderId: 'stray', sku: 'SKU-1', quantity: 1, state: 'reserved' }],
  }),
  'what was kept is the value of what was shipped': ({ payments }) => ({
    payments: { ...payments, refunds: [entry('pi_returned', 2_498)] },
  }),
  'a completed order was booked, shipped, paid and receipted': ({ objects }) => ({
    objects: new Map([...objects].filter(([path]) => path !== 'receipts/kept.json')),
  }),
  'of an order that is not completed nothing is left': ({ carrier }) => ({
    carrier: { ...carrier, byReference: { ...carrier.byReference, undone: bookedTimes(1) } },
  }),
  'the books sum to zero': () => ({ currencies: [{ currency: 'GBP', minor: '1' }] }),
  'every transaction and account adds up': () => ({ unbalanced: ['transfers/paid'] }),
  'the trial balance balances': () => ({ trial: [{ currency: 'GBP', debit: '7500', credit: '7501' }] }),
  'a transfer is what its fate says': edited('reversed', { reversed: 0 }),
  'no hold without an open run': ({ transfers }) => ({
    transfers: [...transfers, moved('stray', { hold: 'held', booked: 0 })],
  }),
  'a payment is in the books as the rail has it': edited('late', { bookedMinor: '2499' }),
  'what was settled in the books was settled by the rail': edited('paid', { settledMinor: '2499' }),
  'what the rail has taken has left the clearing account, or waits there': ({ clearing }) => ({
    clearing: clearing.map((of) => ({ ...of, waitsMinor: '1' })),
  }),
  'a return is what its fate says': edited('back', { unsettled: 0, reversed: 0 }),
  'nothing leaves without the answers that it needs': edited('paid', { answered: [] }),
  'a patient’s version is what its fate says': ({ versions }) => ({
    versions: versions.map((version) => ({ ...version, announced: 0 })),
  }),
  'a file of statements is what its fate says': ({ files }) => ({ files: files.map((of) => ({ ...of, entries: 4 })) }),
  'a result is published once': ({ objects }) => ({
    objects: new Map([...objects, ['reconciliation/a/2026-01/versions/000002.json', 1]]),
  }),
  'a decision about a reconciliation is what its fate says': ({ decisions }) => ({
    decisions: decisions.map((of) => (of.decisionId === 'back' ? { ...of, reversed: 0 } : of)),
  }),
  'a trial balance on schedule is drawn up once, of books that balance': () => ({
    drawn: [{ id: `c-${AT}`, wrong: 1 }],
  }),
  'an orphan is deleted': ({ objects }) => ({ objects: new Map([...objects, ['orphans/o/content/orphan/it.txt', 1]]) }),
  'the audit is whole': () => ({
    audit: { entries: 9, faults: [{ subject: 'orders/kept', n: 3, key: 'orders/kept/capture', fault: 'hash' }] },
  }),
};

const entry = (id: string, amount: number): PaymentsLedger['refunds'][number] => ({
  id: `re_${id}`,
  intent: id,
  amount,
  key: null,
  metadata: {},
  atMs: 0,
});

const decided = (decisionId: string, over: Partial<DecisionMade>): DecisionMade => ({
  decisionId,
  kind: 'explain',
  recorded: 1,
  booked: 0,
  reversed: 0,
  withdrawn: false,
  unapproved: false,
  ...over,
});

/** Less what no invariant looks at. */
const intent = (id: string, order: string, status: string): PaymentsLedger['intents'][number] =>
  ({ id, status, metadata: { order_id: order } }) as unknown as PaymentsLedger['intents'][number];

const bookedTimes = (booked: number): World['carrier']['byReference'][string] => ({
  draft: 0,
  booked,
  voided: 0,
  expired: 0,
});

/** 25 pounds of a transfer, posted. */
const moved = (transferId: string, over: Partial<Transferred> = {}): Transferred => ({
  transferId,
  hold: 'posted',
  booked: 1,
  reversed: 0,
  bookedMinor: '2500',
  settled: 0,
  unsettled: 0,
  settledMinor: '0',
  needed: [],
  answered: [],
  ...over,
});

const sent = (instructionId: string, status: string): object => ({
  instructionId,
  status,
  amountMinor: '2500',
  currency: 'GBP',
});

/**
 * An order that was kept and one that was undone, a sale that came back, a patient; money moved, moved back, posted of a
 * reservation, paid, rejected late and returned.
 */
const WORLD: World = {
  runs: [
    { workflowId: 'orders/kept', pipeline: 'orders', id: 'kept', fate: 'completed', reason: null },
    { workflowId: 'orders/undone', pipeline: 'orders', id: 'undone', fate: 'compensated', reason: null },
    { workflowId: 'sales/returned', pipeline: 'sales', id: 'returned', fate: 'compensated', reason: null },
    { workflowId: 'ledger/moved', pipeline: 'ledger', id: 'moved', fate: 'completed', reason: null },
    { workflowId: 'ledger/reversed', pipeline: 'ledger', id: 'reversed', fate: 'compensated', reason: null },
    { workflowId: 'reservations/kept', pipeline: 'ledger', id: 'kept', fate: 'completed', reason: null },
    { workflowId: 'ledger/paid', pipeline: 'ledger', id: 'paid', fate: 'completed', reason: null },
    { workflowId: 'ledger/late', pipeline: 'ledger', id: 'late', fate: 'completed', reason: null },
    { workflowId: 'ledger/back', pipeline: 'ledger', id: 'back', fate: 'completed', reason: null },
    { workflowId: 'returns/ret-back', pipeline: 'ledger', id: 'ret-back', fate: 'completed', reason: null },
    { workflowId: 'statements/f', pipeline: 'reconciliation', id: 'f', fate: 'completed', reason: null },
    { workflowId: 'decisions/off', pipeline: 'reconciliation', id: 'off', fate: 'completed', reason: null },
    { workflowId: 'decisions/back', pipeline: 'reconciliation', id: 'back', fate: 'completed', reason: null },
    { workflowId: 'decisions/undone', pipeline: 'reconciliation', id: 'undone', fate: 'compensated', reason: null },
    { workflowId: 'decisions/told', pipeline: 'reconciliation', id: 'told', fate: 'completed', reason: null },
    ...[
      ['trial-balances', 'c', 'ledger'],
      ['collections', 'o', 'reconciliation'],
    ].map(([prefix, id, pipeline = '']) => ({
      workflowId: `${prefix}/${id}-${AT}`,
      pipeline,
      id: `${id}-${AT}`,
      fate: 'completed' as const,
      reason: null,
    })),
    { workflowId: 'patients/p.1', pipeline: 'patients', id: 'p.1', fate: 'completed', reason: null },
  ],
  running: 0,
  orders: [
    { orderId: 'kept', totalMinor: 2_499 },
    { orderId: 'undone', totalMinor: 2_499 },
  ],
  reservations: [
    { orderId: 'kept', sku: 'SKU-1', quantity: 2, state: 'shipped' },
    { orderId: 'undone', sku: 'SKU-1', quantity: 2, state: 'released' },
  ],
  stock: [{ sku: 'SKU-1', onHand: 8, reserved: 0 }],
  payments: {
    intents: [
      intent('pi_kept', 'kept', 'succeeded'),
      intent('pi_undone', 'undone', 'canceled'),
      intent('pi_returned', 'returned', 'succeeded'),
    ],
    captures: [entry('pi_kept', 2_499), entry('pi_returned', 2_499)],
    refunds: [entry('pi_returned', 2_499)],
  } as unknown as PaymentsLedger,
  carrier: { byReference: { kept: bookedTimes(1), undone: bookedTimes(0) } } as unknown as World['carrier'],
  rail: {
    payments: [sent('paid', 'ACSC'), sent('late', 'RJCT'), sent('back', 'ACSC')],
    returned: [{ returnId: 'ret-back', instructionId: 'back' }],
  } as unknown as World['rail'],
  objects: new Map([
    ['receipts/kept.json', 1],
    ['reconciliation/a/2026-01/versions/000001.json', 1],
    ['orphans/o/content/orphan/it.txt', 2],
    ...['moved', 'paid', 'late', 'back', 'returns/ret-back'].map((of) => [`advices/${of}.json`, 1] as const),
  ]),
  transfers: [
    moved('moved'),
    moved('reversed', { reversed: 1 }),
    moved('kept'),
    moved('paid', { settled: 1, settledMinor: '2500', needed: ['approval'], answered: ['approval'] }),
    moved('late', { hold: 'voided', reversed: 1 }),
    moved('back', { settled: 1, settledMinor: '2500', unsettled: 1, reversed: 1 }),
  ],
  clearing: [{ currency: 'GBP', waitsMinor: '0', settledMinor: '5000' }],
  trial: [{ currency: 'GBP', debit: '7500', credit: '7500' }],
  unbalanced: [],
  currencies: [{ currency: 'GBP', minor: '0' }],
  versions: [{ patientRef: 'p', versionRef: '1', announced: 1 }],
  files: [{ fileRef: 'f', entries: 2, results: 1, quarantined: 0 }],
  decisions: [
    decided('off', { kind: 'write-off', booked: 1 }),
    decided('back', { kind: 'write-off', booked: 1, reversed: 1, withdrawn: true }),
    decided('undone', { kind: 'write-off', recorded: 0, booked: 1, reversed: 1 }),
    decided('told', {}),
  ],
  results: [{ dataset: 'reconciliation/a/2026-01', results: 1 }],
  drawn: [{ id: `c-${AT}`, wrong: 0 }],
  inDoubt: [],
  effects: 9,
  transactions: 3,
  audit: { entries: 9, faults: [] },
};
const BEFORE: Before = { stock: new Map([['SKU-1', 10]]), delivered: WORLD.runs.length };

describe('the invariants', () => {
  const found = invariants(WORLD, BEFORE);

  it('hold in a world in which nothing is wrong, and have something to look at there', () => {
    assert.deepEqual(breachesOf(found), []);
    assert.deepEqual(
      found.filter(({ counted }) => counted === 0),
      [],
    );
  });

  it('have a control each', () => {
    assert.deepEqual(Object.keys(CONTROLS).toSorted(), found.map(({ name }) => name).toSorted());
  });

  for (const [name, edit] of Object.entries(CONTROLS))
    it(`would notice: ${name}`, () => {
      const broken = invariants({ ...WORLD, ...edit(WORLD) }, BEFORE).filter(({ breaches }) => breaches.length > 0);
      assert.deepEqual(
        broken.map((each) => each.name),
        [name],
      );
    });
});
