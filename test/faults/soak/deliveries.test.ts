import assert from 'node:assert/strict';
import { orders } from '../../../src/contracts/orders.ts';
import { Conflict } from '../../../src/kit/effects/errors.ts';
import { deliver, type Message } from './deliveries.ts';
import { Tally } from './tally.ts';

describe('the deliveries of a soak', () => {
  it('deliver another payload after the one that it differs from, also while runs wait for their turn', async () => {
    const places = [...Array(40).keys()];
    const messages = places.map((place): Message => ({
      pipeline: { ...orders, name: `${place}` },
      payload: { lines: [{}] },
      workflowId: '',
    }));
    const plan = places.slice(1).map((place) => ({ kind: 'delivered otherwise', run: place - 1, place }) as const);
    const tally = new Tally();
    const came = new Set<number>();
    const early: number[] = [];
    // Whoever asks for a starter comes with the first payload of a run, or with the other one.
    const services = {
      starter({ name }: { name: string }) {
        const run = Number(name);
        if (came.has(run) && !tally.started.has(run)) early.push(run);
        came.add(run);
        return Promise.reject(new Conflict(name, 'a', 'b'));
      },
    };
    let looks = 0;
    const progress = {
      get ended() {
        return ++looks % 11 === 0 ? -Infinity : messages.length; // now and then one has to wait, and the others have not
      },
      until: () => Promise.resolve(),
    };
    await deliver(messages, plan, services, progress, new AbortController().signal, tally);
    assert.equal(came.size, messages.length);
    assert.deepEqual(early, []);
  });
});
