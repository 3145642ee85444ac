import assert from 'node:assert/strict';
import { soakInputs, unitsOf } from './inputs.ts';
import { counted } from './kinds.ts';
import { planFaults, rulesOf, type Plan } from './plan.ts';

const planOf = (seed: number, orders = 1_000, faults = 100): Plan =>
  planFaults(seed, soakInputs(seed, orders).runs, faults);
const all = ({ processes, deliveries, runs, requests }: Plan): { readonly kind: string }[] => [
  ...processes,
  ...deliveries,
  ...runs,
  ...requests,
];

describe('the inputs of a soak', () => {
  it('are the same for the same seed, and others for another', () => {
    assert.deepEqual(soakInputs(7, 500), soakInputs(7, 500));
    assert.notDeepEqual(soakInputs(7, 500).orders, soakInputs(8, 500).orders);
  });

  it('lead to every end there is, and want more of what is scarce than there is', () => {
    const { runs, orders, stock } = soakInputs(7, 1_000);
    assert.deepEqual(
      new Set(runs.map(({ end: { reason, fate } }) => reason ?? fate)),
      new Set([
        ...['completed', 'CardDeclined', 'NoRoute', 'OutOfStock', 'UnknownSku', 'TotalNotPositive'],
        ...['Overdrawn', 'UnknownAccount', 'PaymentRejected', 'BirthDateMissing'],
      ]),
    );
    const wanted = unitsOf(orders.flatMap(({ lines }) => lines));
    const short = [...wanted].filter(([sku, units]) => (stock.get(sku) ?? Infinity) < units).map(([sku]) => sku);
    assert.deepEqual(new Set(runs.flatMap(({ scarce }) => scarce)), new Set(short.filter((sku) => sku !== 'SOLD-OUT')));
    assert.ok(short.length > 5, short.join(', '));
  });
});

describe('the plan of a soak', () => {
  it('is the same for the same seed and numbers, and another for another seed', () => {
    assert.deepEqual(planOf(7), planOf(7));
    assert.notDeepEqual(planOf(7), planOf(8));
  });

  it('has as many faults as were asked for, each in a place of its own, and a fifth of them kills or more', () => {
    for (const faults of [1, 7, 12, 100, 1_000]) {
      const counts = counted(faults);
      assert.equal(
        [...counts.values()].reduce((sum, n) => sum + n, 0),
        faults,
      );
      assert.ok(counts.get('worker killed')! >= faults / 5, `${counts.get('worker killed')} of ${faults}`);
    }
    const plan = planOf(7, 10_000, 1_000);
    const kinds = all(plan).map(({ kind }) => kind);
    assert.deepEqual(
      [...plan.counts].map(([kind, n]) => [kind, kinds.filter((each) => each === kind).length === n]),
      [...plan.counts.keys()].map((kind) => [kind, true]),
    );
    assert.equal(plan.counts.get('worker killed'), 240);
  });

  it('has no two faults for one request, so that none is hidden by another', () => {
    const { requests } = planOf(7, 10_000, 1_000);
    assert.equal(new Set(requests.map(({ on, at }) => `${on} ${at}`)).size, requests.length);
    const rules = [...rulesOf(requests, 'payments'), ...rulesOf(requests, 'carrier')];
    assert.equal(
      rules.reduce((sum, { rule }) => sum + rule.at!.length, 0),
      requests.length,
    );
  });

  it('spreads what is done to processes over the whole', () => {
    const places = planOf(7, 10_000, 1_000).processes.map(({ afterEnded }) => afterEnded);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    const tenths = new Set(places.map((place) => Math.floor(place / 1_040)));
    assert.equal(tenths.size, 10);
  });

  it('refuses more faults than there are places for', () => {
    assert.throws(() => planOf(7, 20, 200), new RangeError('too many faults for so few orders'));
  });
});
