import { readConfig } from './config.ts';
import { untilSignal } from './kit/worker/run.ts';
import { jsonLines } from './kit/worker/telemetry.ts';
import { serve } from './serve.ts';
import { wallClock } from './services.ts';

// Reads the configuration, and serves until SIGTERM or SIGINT.
await serve({
  config: readConfig(process.env),
  clock: wallClock,
  write: jsonLines(process.stderr, wallClock),
  until: () => untilSignal('SIGTERM', 'SIGINT'),
});
process.exit(0);
