import { parseArgs } from 'node:util';
import { Terminal } from '../../src/cli/terminal.ts';
import { writeDocument } from './document.ts';
import { plan } from './plan.ts';
import { isGood, playAll, type Played } from './play.ts';
import { COLUMNS, failuresIn, rowOf, summary, totalOf } from './report.ts';
import { Stage } from './stage.ts';

// `npm run faults`: the fault matrix.
const USAGE = `Usage: npm run -s faults -- [options]

Breaks everything that the plan enumerates, family by family, on a stack of its own, and asks the far sides what came of
it. A run of everything writes docs/reliability.md. Exits 1 when anything is not as it must be.

Options:
  --only <part>  only cases whose id has this part; then nothing is written
  --list         prints the ids of the cases and plays none
  --json         one JSON object a line on standard output, nothing else there
  --help         this

Examples:
  $ npm run -s faults
  $ npm run -s faults -- --only kill/orders/capturePayment
  $ npm run -s faults -- --list --only freeze`;

/** After this long people want to know what takes so long: the first time on a machine, Temporal is built. */
const QUIET_MS = 30_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const terminal = new Terminal(process);
  terminal.json = values.json;
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const families = plan();
  const chosen = (id: string): boolean => id.includes(values.only);
  const ids = families.flatMap(({ cases }) => cases).filter(chosen);
  if (values.list) {
    for (const id of ids) terminal.result({ case: id }, id);
    return 0;
  }
  if (ids.length === 0) {
    terminal.error(`no case has ${values.only} in its id; --list prints them`, 2);
    return 2;
  }
  return onStage(terminal, async (stage) => {
    const played = await playAll(stage, families, chosen, {
      begins({ name }, cases) {
        terminal.note(`${name}: ${cases} cases`);
        return terminal.bar(cases, 'cases');
      },
    });
    print(played, terminal);
    if (!played.every(isGood)) return 1;
    if (values.only !== '') return 0;
    const blind = played.at(-1)!.invariants.filter(({ counted }) => counted === 0);
    for (const { name } of blind) terminal.error(`there was nothing to look at: ${name}`, 1);
    if (blind.length > 0) return 1;
    await writeDocument(played, new Date());
    return 0;
  });
}

/** Brings a stage up for the story, and down again whatever happens, a signal included. */
async function onStage<T>(terminal: Terminal, story: (stage: Stage) => Promise<T>): Promise<T> {
  const began = Date.now();
  terminal.note('bringing up a stack of its own …');
  const stage = await Stage.open((line) => {
    if (Date.now() - began > QUIET_MS) terminal.note(`  ${line}`);
  });
  const stop = (signal: NodeJS.Signals): void => {
    terminal.note(`${signal}: taking the stack down …`);
    void stage.close().then(() => process.exit(1));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop).once('SIGHUP', stop);
  try {
    return await story(stage);
  } finally {
    await stage.close();
  }
}

function print(played: readonly Played[], terminal: Terminal): void {
  const rows = played.map(rowOf);
  const total = totalOf(rows);
  const failures = failuresIn(played);
  terminal.results(rows, COLUMNS, '');
  for (const failure of failures) terminal.result(failure, `\n✗ ${failure.wrong}\n  again: ${failure.again}`);
  terminal.result({ ...total, failures: failures.length }, `\n${terminal.bold(summary(total))}`);
}

process.exitCode = await main();
// What is printed into a pipe is written by then; a connection that was given up may still hold its timers.
setTimeout(() => process.exit(), 500).unref();
