import { readConfig } from '../../src/config.ts';
import { barriers } from '../../src/kit/testing/barriers.ts';
import { untilSignal } from '../../src/kit/worker/run.ts';
import { serve } from '../../src/serve.ts';
import { wallClock } from '../../src/services.ts';

/** What a worker that is held is told. */
export interface HeldWorker {
  readonly env: Readonly<Record<string, string>>;
  /** Added to the wall clock of its effects: a machine whose clock is wrong. */
  readonly clockOffsetMs?: number;
}

// The product's worker, as it is, with a hook at every barrier: forked by the suites that kill, freeze or race workers.
const { task, observe, ready } = barriers<HeldWorker>();
const { env, clockOffsetMs = 0 } = task;
// Quiet: what goes wrong here is meant to. The metrics' and health ports are the stack's own worker's.
const { EVENKEEL_METRICS_ADDRESS: _metrics, EVENKEEL_HEALTH_PORT: _health, ...rest } = env;

void serve({
  config: readConfig(rest),
  clock: () => new Date(wallClock().getTime() + clockOffsetMs),
  write: (line) => void process.stderr.write(`${JSON.stringify(line)}\n`),
  until: () => {
    ready();
    return untilSignal('SIGTERM', 'SIGINT');
  },
  watch: observe,
}).then(() => process.exit(0));
