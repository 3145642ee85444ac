import type { Command } from 'commander';
import { down, restart, runningEnv, status, up, type Part } from '../../dev/stack.ts';
import { prepare, schedule } from '../../dev/prepare.ts';
import type { Context } from '../context.ts';
import { UsageError, EXIT } from '../errors.ts';
import { examples } from '../options.ts';
import type { Column } from '../terminal.ts';

const PARTS = ['temporal', 'postgres', 'aws', 'payments', 'carrier', 'rail', 'worker'] as const;
const COLUMNS: readonly Column<Part>[] = [
  ['part', ({ name }) => name],
  ['address', ({ address }) => address],
  ['version', ({ version }) => version],
  ['from', ({ origin }) => origin],
];

export function register(program: Command, context: Context): void {
  const { env, terminal } = context;
  const stateDir = env['EVENKEEL_STATE_DIR'] || undefined;
  const stack = program
    .command('stack')
    .description('the local stack: Temporal with its Web UI, Postgres, S3, the simulators, a worker');
  examples(stack, context, 'stack up', 'stack status', 'stack down');

  const webUi = async (): Promise<string | undefined> => (await runningEnv(stateDir))?.['TEMPORAL_UI_URL'];
  const print = async <P extends Part>(parts: readonly P[], columns: readonly Column<P>[]): Promise<void> => {
    terminal.results(parts, columns, 'Nothing runs; `stack up` starts it.');
    const ui = await webUi();
    if (terminal.json) terminal.result({ webUi: ui ?? null }, '');
    else if (ui !== undefined && parts.length > 0) terminal.result({}, `\n${terminal.bold(`Web UI: ${ui}`)}`);
  };

  const upCommand = stack
    .command('up')
    .description('starts what does not run yet, and keeps what does; the data stays from one time to the next')
    .option('--no-worker', 'services only')
    .action(async ({ worker }: { worker: boolean }) => {
      const { parts } = await up({
        worker,
        env,
        onProgress: (line) => terminal.note(line),
        async prepare(stackEnv) {
          await prepare(stackEnv);
          await schedule(stackEnv);
        },
      });
      await print(parts, COLUMNS);
    });
  examples(upCommand, context, 'stack up', 'stack up --no-worker');

  const statusCommand = stack
    .command('status')
    .description('what runs, and whether it answers; exits 1 when something does not, or nothing runs')
    .action(async () => {
      const parts = await status(stateDir);
      if (parts.length === 0 || parts.some(({ healthy }) => !healthy)) context.exit = EXIT.failed;
      await print(parts, [['state', ({ healthy }) => (healthy ? 'healthy' : 'does not answer')], ...COLUMNS]);
    });
  examples(statusCommand, context, 'stack status', 'stack status --json');

  const restartCommand = stack
    .command('restart')
    .description('restarts one part, such as the worker after an edit; same address, same data')
    .argument('<part>', PARTS.join(', '))
    .action(async (name: string) => {
      const part = PARTS.find((each) => each === name);
      if (!part) throw new UsageError(`${name} is no part of the stack; those are ${PARTS.join(', ')}.`);
      const restarted = await restart(part, stateDir, 'SIGTERM', (line) => terminal.note(line));
      terminal.results([restarted], COLUMNS, '');
    });
  examples(restartCommand, context, 'stack restart worker');

  const downCommand = stack
    .command('down')
    .description('stops what the stack started; data, ports and secrets stay')
    .action(async () => {
      const before = (await status(stateDir)).map(({ name }) => name);
      await down(stateDir, (line) => terminal.note(line));
      terminal.result({ stopped: before }, before.length === 0 ? 'Nothing ran.' : 'The stack is down.');
    });
  examples(downCommand, context, 'stack down');
}
