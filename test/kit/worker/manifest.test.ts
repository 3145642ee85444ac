import assert from 'node:assert/strict';
import { z } from 'zod';
import { activity, undo } from '../../../src/kit/contract/activity.ts';
import { activitiesOf, implemented, type Module } from '../../../src/kit/worker/manifest.ts';
import { MemoryStore } from '../../../src/kit/testing/memory-store.ts';
import { bindingOn } from '../../support/bound.ts';

const common = { input: z.object({}), key: () => 'key', errors: {}, attempt: '1s', within: '1 day' } as const;
const back = undo('back', common);
const there = (name: string) => activity(name, { ...common, output: z.object({}), undo: back });

describe('a pipeline', () => {
  const made = (...modules: Module<object>[]): object => {
    const binding = bindingOn(new MemoryStore() as never); // nothing is run
    return activitiesOf({ starts: [], modules }, {}, binding);
  };
  const one = implemented({ back, one: there('one') }, () => ({
    back: () => Promise.resolve(),
    one: () => Promise.resolve({}),
  }));

  it('is refused when two of its activities have one name: one would stand for both', () => {
    const alone = activity('alone', { ...common, output: z.object({}), undo: { none: 'nobody calls it' } });
    const module = implemented({ alone }, () => ({ alone: () => Promise.resolve({}) }));
    made(module);
    assert.throws(() => made(module, module), /^TypeError: two activities are called alone$/);
  });

  it('is refused when one undo serves two activities: it would not know whose key to burn', () => {
    const two = implemented({ two: there('two') }, () => ({ two: () => Promise.resolve({}) }));
    assert.throws(() => made(one, two), /^TypeError: back is the undo of two activities$/);
    made(one);
  });
});
