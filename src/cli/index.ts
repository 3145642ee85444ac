import { run } from './program.ts';

// `evenkeel list | head -1`: whoever reads has enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await run(process.argv.slice(2), process);
// A connection that was given up may still hold its timers.
setTimeout(() => process.exit(), 500).unref();
