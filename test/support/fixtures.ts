import { tearDown } from './stack.ts';

/** Mocha's root fixture: the stack, where any test asked for it, goes with the last test. */
export async function mochaGlobalTeardown(): Promise<void> {
  await tearDown();
}
