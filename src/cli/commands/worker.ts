import { createServer } from 'node:net';
import type { Command } from 'commander';
import { environmentOf, withServices, type Context } from '../context.ts';
import { examples } from '../options.ts';

export function register(program: Command, context: Context): void {
  const command = program
    .command('worker')
    .description('runs a worker in this process until SIGTERM or Ctrl-C, then drains; more processes are more workers')
    .option('--pipelines <names>', 'only these, with commas between them (default: EVENKEEL_PIPELINES, else all)')
    .action(async ({ pipelines }: { pipelines?: string }) => {
      const environment = await environmentOf(context);
      if (pipelines !== undefined) environment['EVENKEEL_PIPELINES'] = pipelines;
      await withoutTakenPorts(environment, context);
      Object.assign(process.env, environment);
      // It drains and ends the process by itself; an error before that is told like any other.
      await withServices(context, () => import('../../worker.ts')).catch((error: unknown) => {
        setTimeout(() => process.exit(), 500); // what it had opened by then would keep the process alive
        throw error;
      });
    });
  examples(command, context, 'worker', 'worker --pipelines orders');
}

/** The stack's own worker may hold the ports that the stack gave out; a second one goes without. */
async function withoutTakenPorts(environment: Record<string, string>, { env, terminal }: Context): Promise<void> {
  const places = {
    EVENKEEL_METRICS_ADDRESS: environment['EVENKEEL_METRICS_ADDRESS'],
    EVENKEEL_HEALTH_PORT: environment['EVENKEEL_HEALTH_PORT'],
  };
  for (const [name, place] of Object.entries(places)) {
    if (place === undefined || env[name] || (await isFree(Number(place.split(':').at(-1))))) continue;
    delete environment[name];
    terminal.note(`${name}: the stack's worker has ${place}; this one goes without (set it to another to have it)`);
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
