import type { Command } from 'commander';
import { RetailFileRefused } from '../../domain/retail/refused.ts';
import { demo, type Proof } from '../../dev/demo/demo.ts';
import { fileInputs, madeInputs, SEED, type Inputs } from '../../dev/demo/inputs.ts';
import { asideOf, asideText, columnsOf, differencesIn } from '../../dev/demo/print.ts';
import { readRetail } from '../../domain/retail/read.ts';
import type { Context } from '../context.ts';
import { EXIT, InputError } from '../errors.ts';
import { examples, quoted, whole } from '../options.ts';
import { retailFile } from '../retail-file.ts';
import { untilStopped } from '../until-stopped.ts';

interface Options {
  seed: number;
  file?: string;
  kills: number;
  keep?: true;
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('demo')
    .description(
      'runs all pipelines under faults on a stack of its own, and proves what came of it; exits 1 on a difference',
    )
    .option('--seed <n>', 'of the made inputs and of the faults', whole(0, 2 ** 31 - 1), SEED)
    .option('--file <csv>', 'orders from a retail file of the UCI shape, .gz or not, instead of made ones')
    .option('--kills <n>', 'how often the worker is killed', whole(0, 20), 3)
    .option('--keep', 'leaves the stack running, to look at it')
    .action(async ({ keep, kills, ...options }: Options) => {
      const inputs = await inputsOf(options, context);
      const proof = await untilStopped(context, (signal) =>
        demo({ inputs, seed: options.seed, kills, keep: keep ?? false, env: context.env, signal }, audienceOf(context)),
      );
      if (proof) print(proof, keep ?? false, context);
    });
  examples(command, context, 'demo', 'demo --seed 7 --keep', 'demo --file 2010-12.csv.gz --json');
}

async function inputsOf({ seed, file }: Pick<Options, 'seed' | 'file'>, { terminal }: Context): Promise<Inputs> {
  if (file === undefined) return madeInputs(seed);
  try {
    const { orders, lines, goodsLines, chargeLines, quarantined } = await readRetail((await retailFile(file)).chunks());
    terminal.note(
      `${file}: ${lines} lines are ${goodsLines} of goods and ${chargeLines} of charges in ${orders.length} orders, ` +
        `and ${quarantined.length} that are in none`,
    );
    return fileInputs(seed, orders);
  } catch (cause) {
    if (cause instanceof RetailFileRefused || cause instanceof RangeError)
      throw new InputError(`${file}: ${cause.message}`, { cause });
    throw cause;
  }
}

const audienceOf = ({ terminal }: Context): Parameters<typeof demo>[1] => ({
  note: (text) => terminal.note(text),
  bar: (total, unit) => terminal.bar(total, unit),
});

function print(proof: Proof, kept: boolean, context: Context): void {
  const { terminal } = context;
  const { rows, webUi, seconds, stateDir } = proof;
  const differences = differencesIn(rows);
  terminal.results(rows, columnsOf(rows), '');
  const after = kept
    ? `It runs on. To stop it: EVENKEEL_STATE_DIR=${quoted(stateDir)} ${context.self} stack down && rm -r ${quoted(stateDir)}`
    : 'It is gone with its stack; --keep leaves it running.';
  terminal.result(
    {
      ok: differences === 0,
      seconds,
      webUi,
      rows: rows.length,
      differences,
      ...asideOf(proof),
      ...(kept ? { stateDir } : {}),
    },
    `\n${asideText(proof)}\n${terminal.bold(`${rows.length} rows, ${differences} differences`)}, ${seconds} s. Web UI: ${webUi}\n${after}`,
  );
  if (differences > 0) context.exit = EXIT.failed;
}
