import { destroyStacks, setUp, tearDown } from './stack.ts';

// Mocha's root fixtures. With `--parallel` they run in the process that starts the others, which run test files, each
// with a stack of its own.

export function mochaGlobalSetup(this: { isParallelMode(): boolean }): void {
  setUp(this.isParallelMode());
  let ending = false;
  // At a signal Mocha ends, or ends its processes, without a teardown.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (!ending) void destroyStacks().finally(() => process.exit(130));
      ending = true;
    });
}

export async function mochaGlobalTeardown(): Promise<void> {
  await tearDown();
}
