import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { register as answer } from './commands/answer.ts';
import { register as audit } from './commands/audit.ts';
import { register as breaks } from './commands/breaks.ts';
import { register as cancel } from './commands/cancel.ts';
import { register as collectOrphans } from './commands/collect-orphans.ts';
import { register as decide } from './commands/decide.ts';
import { register as demo } from './commands/demo.ts';
import { register as doctor } from './commands/doctor.ts';
import { register as effects } from './commands/effects.ts';
import { register as imports } from './commands/import.ts';
import { register as list } from './commands/list.ts';
import { register as migrate } from './commands/migrate.ts';
import { register as previewReset } from './commands/preview-reset.ts';
import { register as redrive } from './commands/redrive.ts';
import { register as replay } from './commands/replay.ts';
import { register as resolve } from './commands/resolve.ts';
import { register as retireHistory } from './commands/retire-history.ts';
import { register as rollback } from './commands/rollback.ts';
import { register as saveHistory } from './commands/save-history.ts';
import { register as schedules } from './commands/schedules.ts';
import { register as show } from './commands/show.ts';
import { register as stack } from './commands/stack.ts';
import { register as start } from './commands/start.ts';
import { register as trialBalance } from './commands/trial-balance.ts';
import { register as versions } from './commands/versions.ts';
import { register as worker } from './commands/worker.ts';
import type { Context } from './context.ts';
import { failureOf } from './errors.ts';
import { examples } from './options.ts';
import { Terminal, type Streams } from './terminal.ts';

/** In the order in which they are needed. */
const COMMANDS = [
  demo,
  stack,
  worker,
  migrate,
  schedules,
  doctor,
  start,
  imports,
  show,
  list,
  cancel,
  resolve,
  answer,
  breaks,
  decide,
  redrive,
  effects,
  audit,
  trialBalance,
  versions,
  rollback,
  collectOrphans,
  saveHistory,
  retireHistory,
  replay,
  previewReset,
];

export function buildProgram(context: Context, streams: Streams): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('evenkeel')
    .description('Runs pipelines whose effects happen exactly once; starts, shows, decides, replays and proves.')
    .version(version)
    .option('--json', 'one JSON object a line on standard output, nothing else')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(text),
      outputError: () => undefined, // told once, below, like every other error
    })
    .exitOverride()
    .hook('preAction', (root) => {
      context.terminal.json = root.opts<{ json?: true }>().json ?? false;
    });
  examples(program, context, 'stack up', 'start order samples/order.json --stock plenty --wait', 'show orders/ord_42');
  for (const register of COMMANDS) register(program, context);
  return program;
}

export interface Io extends Streams {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: AsyncIterable<Buffer | string>;
}

/** Runs one command line (without `node` and the script) and gives its exit code. Never throws. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const terminal = new Terminal(io);
  terminal.json = args.includes('--json'); // errors of usage come before the options are known
  const self = import.meta.url.endsWith('.ts') ? 'npm run -s evenkeel --' : 'evenkeel';
  const context: Context = { env: io.env, stdin: io.stdin, terminal, self, exit: 0 };
  try {
    await buildProgram(context, io).parseAsync(args, { from: 'user' });
    return context.exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help, --version
    const { exit, message } = failureOf(error);
    // A group without its command has printed its help, which says more than commander's message.
    if (!(error instanceof CommanderError && error.code === 'commander.help')) terminal.error(message, exit);
    if (io.env['EVENKEEL_DEBUG'] === '1' && error instanceof Error) io.stderr.write(`${error.stack}\n`);
    return exit;
  }
}
