import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import type { Context } from '../../src/cli/context.ts';
import { EXIT, failureOf } from '../../src/cli/errors.ts';
import { StackError } from '../../src/dev/stack-error.ts';
import { Terminal } from '../../src/cli/terminal.ts';

/**
 * Runs the command line of this process as `evenkeel` runs its own: `--json`, `--help`, an error as one sentence and an
 * exit code. `self` is how the command is called here.
 */
export async function runCommand(self: string, build: (program: Command, context: Context) => void): Promise<void> {
  // As in src/cli/index.ts.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const terminal = new Terminal(process);
  terminal.json = process.argv.includes('--json'); // errors of usage come before the options are known
  const context: Context = { env: process.env, stdin: process.stdin, terminal, self, exit: 0 };
  const program = new Command(self)
    .option('--json', 'one JSON object a line on standard output, nothing else')
    .exitOverride()
    .configureOutput({ outputError: () => undefined }); // told once, below, like every other error
  build(program, context);
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return; // --help
    const { exit, message } = failureOf(error);
    terminal.error(message, exit);
    const unexpected = exit === EXIT.failed && !(error instanceof StackError);
    if (unexpected || process.env['EVENKEEL_DEBUG'] === '1') process.stderr.write(`${inspect(error)}\n`);
    context.exit = exit;
  }
  process.exitCode = context.exit;
  setTimeout(() => process.exit(), 500).unref(); // a connection that was given up may still hold its timers
}

const QUIET_MS = 15_000;

/** For what brings a stack up: says what that does when it takes long, as the first time on a machine, when Temporal is built. */
export function noteWhenSlow(terminal: Terminal): (line: string) => void {
  const began = Date.now();
  return (line) => {
    if (Date.now() - began > QUIET_MS) terminal.note(`  ${line}`);
  };
}
