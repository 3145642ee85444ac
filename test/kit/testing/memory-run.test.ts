import assert from 'node:assert/strict';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import { bind } from '../../../src/kit/effects/bind.ts';
import { attempt } from '../../../src/kit/testing/attempt.ts';
import { bindRunInMemory } from '../../../src/kit/testing/memory-run.ts';
import { MemoryStore } from '../../../src/kit/testing/memory-store.ts';
import { bindingOn } from '../../support/bound.ts';
import { inMemory } from '../effects/bodies.ts';
import { local } from '../effects/contracts.ts';

describe('a run in memory', () => {
  const workflowId = 'tests/one';
  const by = { workflowId, actor: 'ann', reason: 'a test' };
  const site = (): { facts: Json[]; call: (activity: string, input: object) => Promise<Json> } => {
    const binding = bindingOn(new MemoryStore());
    const facts: Json[] = [];
    const ofRun = bindRunInMemory(Object.values(local), binding, (fact) => facts.push(fact));
    const bound = { ...bind(local, inMemory, binding), ...ofRun };
    return { facts, call: (activity, input) => attempt(bound, activity, input) };
  };

  it('gives an answer to the question that the person was shown, and to no other', async () => {
    const { facts, call } = site();
    const asks = (price: number): Promise<Json> =>
      call('openQuestion', { workflowId, question: 'approve', asked: 1, shown: { price } });
    const { fingerprint } = (await asks(120)) as { fingerprint: string };
    const answered = { ...by, updateId: 'answer-1', question: 'approve', fingerprint, choice: 'yes' };
    await call('recordAnswer', answered);
    assert.deepEqual(await asks(120), { fingerprint, answer: { choice: 'yes', actor: 'ann', reason: 'a test' } });
    assert.deepEqual(((await asks(130)) as { answer: Json }).answer, null);
    assert.deepEqual(facts, [{ answer: 'yes', actor: 'ann' }]);
  });

  it('tells one that is redriven what there is under the keys of its steps, and whether it was to walk back', async () => {
    const { call } = site();
    const opens = (): Promise<Json> => call('openRun', { workflowId, run: 2 });
    const settled = ['bookings/one', 'bookings/two'];
    for (const booking of ['one', 'two']) await call('book', { booking, seats: 2 });
    assert.deepEqual(await opens(), { back: null, settled, inDoubt: [] });
    await call('cancel', { booking: 'two', seats: 2 });
    assert.deepEqual(await opens(), { back: 'Burned', settled, inDoubt: [] });
    await call('recordCancel', { ...by, updateId: 'cancel-1' });
    assert.deepEqual(await opens(), { back: 'Cancelled', settled, inDoubt: [] });
  });
});
