import type { Context } from '../../../src/cli/context.ts';
import { EXIT, failureOf, UsageError } from '../../../src/cli/errors.ts';
import { examples, quoted, whole } from '../../../src/cli/options.ts';
import { Terminal } from '../../../src/cli/terminal.ts';
import { untilStopped } from '../../../src/cli/until-stopped.ts';
import { StackError, up } from '../../../src/dev/stack.ts';
import { ownEnvironment } from '../../../src/dev/demo/stage.ts';
import { noteWhenSlow, runCommand } from '../../support/command.ts';
import { newFolder, removeFolder, stateIn } from '../folder.ts';
import type { Invariant } from '../invariants.ts';
import { soakInputs } from './inputs.ts';
import { judge, type Ran } from './judge.ts';
import { planFaults } from './plan.ts';
import {
  FAULT_COLUMNS,
  faultRows,
  INVARIANT_COLUMNS,
  repeatOf,
  verdictOf,
  writeInto,
  type Asked,
  type Measured,
} from './report.ts';
import { soak } from './soak.ts';
import { openStage, type Stage } from './stage.ts';

interface Options extends Asked {
  readonly keep?: true;
  readonly write?: string;
}

await runCommand('npm run -s soak --', (program, context) => {
  program
    .description(
      'runs orders under faults that are planned by a seed, on a stack of its own, and looks for what was lost or doubled; exits 1 with the breaches and the command that repeats it',
    )
    .option('--orders <n>', 'orders, beside which some transfers and patients run', whole(20, 1_000_000), 10_000)
    .option('--faults <n>', 'faults, a quarter of them kills of a worker', whole(0, 100_000), 1_000)
    .option('--seed <n>', 'of the inputs and of the faults: the same seed plans the same', whole(0, 2 ** 31 - 1), 42)
    .option('--write <page>', 'puts what it prints between the marks of a page, such as docs/soak.md')
    .option('--keep', 'leaves the stack running, with a worker, to look at it')
    .action(async ({ orders, faults, seed, keep, write }: Options) => {
      const asked = { orders, faults, seed };
      const both = planned(asked);
      const done = await untilStopped(context, (signal) =>
        run(both, keep ?? false, context, signal).catch((cause: unknown) => {
          throw new StackError(`${failureOf(cause).message} To see it again: ${repeatOf(asked)} --keep`, { cause });
        }),
      );
      if (done) print(asked, done, write, context);
    });
  examples(program, context, '--orders 10000 --faults 1000 --seed 7', '--orders 500 --faults 50 --keep');
});

interface Done {
  readonly ran: Ran;
  readonly found: readonly Invariant[];
  readonly measured: Measured;
}

function planned({ seed, orders, faults }: Asked): Pick<Ran, 'inputs' | 'plan'> {
  try {
    const inputs = soakInputs(seed, orders);
    return { inputs, plan: planFaults(seed, inputs.runs, faults) };
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** Whatever happens, nothing is left running and nothing behind, unless it is to be kept. */
async function run(
  { inputs, plan }: ReturnType<typeof planned>,
  keep: boolean,
  { env, terminal }: Context,
  signal: AbortSignal,
): Promise<Done> {
  const beganAt = Date.now();
  const folder = newFolder('soak');
  let stage: Stage | undefined;
  try {
    terminal.note('building, and bringing up a stack of its own …');
    stage = await openStage(folder, env, signal, noteWhenSlow(terminal));
    terminal.note(`Web UI: ${stage.services.config.TEMPORAL_UI_URL}`);
    const bar = terminal.bar(inputs.runs.length, 'runs');
    const startedAt = Date.now();
    const ran = await soak(stage, inputs, plan, signal, (ended, done) =>
      bar.at(ended, `; ${done} faults done`),
    ).finally(() => bar.stop());
    const ranMs = Date.now() - startedAt;
    terminal.note('looking at the far sides …');
    const found = await judge(stage, ran);
    const measured = {
      seconds: Math.round((Date.now() - beganAt) / 1_000),
      ordersPerSecond: Math.round((inputs.orders.length * 10_000) / ranMs) / 10,
      workersGone: stage.workers.ownEnds,
    };
    return { ran, found, measured };
  } finally {
    await stage?.close();
    if (keep) await leave(folder, env, terminal);
    else await removeFolder(folder);
  }
}

async function leave(folder: string, given: NodeJS.ProcessEnv, terminal: Terminal): Promise<void> {
  const stateDir = stateIn(folder);
  await up({ stateDir, worker: true, ports: 'free', env: ownEnvironment(given), onProgress: () => undefined });
  const down = `EVENKEEL_STATE_DIR=${quoted(stateDir)} npm run -s evenkeel -- stack down`;
  terminal.note(`It runs on. To stop it: ${down} && rm -r ${quoted(folder)}`);
}

function print(asked: Asked, { ran, found, measured }: Done, page: string | undefined, context: Context): void {
  const { terminal } = context;
  const faults = faultRows(ran);
  const verdict = verdictOf(asked, found, measured);
  const ok = found.every(({ breaches }) => breaches.length === 0);
  if (page !== undefined) {
    const plain = new Terminal({ stdout: { write: () => true }, stderr: process.stderr }); // no colours
    const tables = [plain.table(faults, FAULT_COLUMNS), plain.table(found, INVARIANT_COLUMNS)];
    writeInto(page, [`$ ${repeatOf(asked)}`, ...tables, verdict].join('\n\n'));
  }
  terminal.results(faults, FAULT_COLUMNS, 'No faults.');
  terminal.note('');
  terminal.results(found, INVARIANT_COLUMNS, '');
  terminal.result({ ok, ...asked, ...measured, repeat: repeatOf(asked) }, `\n${terminal.bold(verdict)}`);
  if (!ok) context.exit = EXIT.failed;
}
