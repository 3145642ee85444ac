// The SDK is pinned; its notice would stand between the lines of the report.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
import { tearDown } from './stack.ts';

/** Mocha's root fixture: the stack, where any test asked for it, goes with the last test. */
export async function mochaGlobalTeardown(): Promise<void> {
  await tearDown();
}
