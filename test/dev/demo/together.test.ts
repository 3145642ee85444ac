import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { together } from '../../../src/dev/demo/together.ts';

describe('works done together', () => {
  it('fail with the first error, when the others have stopped because of it', async () => {
    let stopped = false;
    const waits = async (signal: AbortSignal): Promise<void> => {
      await sleep(60_000, undefined, { signal }).finally(() => (stopped = true));
    };
    const fails = (): Promise<void> => Promise.reject(new RangeError('the first'));
    await assert.rejects(together(new AbortController().signal, [waits, fails]), new RangeError('the first'));
    assert.equal(stopped, true);
  });

  it('stop when they are told to', async () => {
    const told = new AbortController();
    const waits = async (signal: AbortSignal): Promise<void> => {
      told.abort();
      await sleep(60_000, undefined, { signal });
    };
    await assert.rejects(together(told.signal, [waits]), { name: 'AbortError' });
  });
});
