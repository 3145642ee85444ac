import assert from 'node:assert/strict';
import { z } from 'zod';
import { activity } from '../../../src/kit/contract/activity.ts';
import { bind } from '../../../src/kit/effects/bind.ts';
import { attempt } from '../../../src/kit/testing/attempt.ts';
import { MemoryStore, type MemoryTx } from '../../../src/kit/testing/memory-store.ts';
import { bindingOn } from '../../support/bound.ts';
import { Gate } from '../../support/conditions.ts';

const count = activity('count', {
  input: z.object({ id: z.string() }),
  output: z.object({ n: z.int() }),
  key: ({ id }) => `counts/${id}`,
  errors: {},
  attempt: '1s',
  within: '1 day',
  undo: { none: 'a test' },
});

describe('the memory store', () => {
  const counting = (store: MemoryStore, work: (tx: MemoryTx) => Promise<{ n: number }>): ReturnType<typeof bind> =>
    bind({ count }, { count: (_input, { tx }) => work(tx) }, bindingOn(store));
  const up = (tx: MemoryTx): { n: number } => {
    const n = Number(tx.get('n') ?? 0) + 1;
    tx.set('n', n);
    return { n };
  };

  it('lets one attempt at a key in at a time: the other waits, and gets the outcome', async () => {
    const entered: string[] = [];
    const gate = new Gate();
    const store = new MemoryStore();
    const bound = counting(store, async (tx) => {
      entered.push('in');
      await gate.pass();
      return up(tx);
    });
    const first = attempt(bound, 'count', { id: 'a' });
    const second = attempt(bound, 'count', { id: 'a' });
    await gate.arrived;
    gate.open();
    assert.deepEqual(await Promise.all([first, second]), [{ n: 1 }, { n: 1 }]);
    assert.deepEqual([entered, [...store.data]], [['in'], [['n', 1]]]);
  });

  it('forgets a key whose work failed, with what the work did', async () => {
    const store = new MemoryStore();
    const failing = counting(store, (tx) => Promise.reject(new Error(`after ${up(tx).n}`)));
    await assert.rejects(attempt(failing, 'count', { id: 'a' }), { type: 'Unexpected' });
    assert.deepEqual([store.effects, [...store.data], store.audit], [[], [], []]);
    const bound = counting(store, (tx) => Promise.resolve(up(tx)));
    assert.deepEqual(await attempt(bound, 'count', { id: 'a' }), { n: 1 });
  });

  it('keeps an audit entry a settled key', async () => {
    const store = new MemoryStore();
    await attempt(
      counting(store, (tx) => Promise.resolve(up(tx))),
      'count',
      { id: 'a' },
    );
    assert.deepEqual(
      store.audit.map(({ subject, event, key }) => ({ subject, event, key })),
      [{ subject: 'tests/one', event: 'applied', key: 'counts/a' }],
    );
  });
});
