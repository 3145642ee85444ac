import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Terminal } from '../../src/cli/terminal.ts';
import type { Defect } from './defect.ts';
import { DEFECTS } from './list.ts';
import { markdown } from './markdown.ts';
import { Workbench, type Verdict } from './workbench.ts';

interface Options {
  readonly only?: RegExp;
  readonly jobs: number;
  readonly json?: true;
  readonly markdown?: true;
}

const program = new Command('npm run defects --')
  .description(
    'Plants one known defect at a time into a copy of the checkout, and demands that the test that is named for it goes red. ' +
      'Ends with 1 when a defect survived, with 2 when a named test is red without any.',
  )
  .addOption(new Option('--only <pattern>', 'the defects that it matches, by name or by test').argParser(patternOf))
  .addOption(
    new Option('--jobs <n>', 'so many at once, each with a stack of its own')
      .default(Math.min(2, cpus().length))
      .argParser(digitOf),
  )
  .option('--json', 'one JSON object a line on standard output, nothing else')
  .option('--markdown', 'prints the list as docs/defects.md has it, and plants nothing')
  .addHelpText('after', '\nExamples:\n  $ npm run defects\n  $ npm run -s defects -- --only burn --json')
  .action(async (options: Options) => {
    process.exitCode = await main(options);
  });
await program.parseAsync();

/** What the work is done with. */
interface Shift {
  readonly benches: readonly Workbench[];
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

async function main({ only, jobs, json, markdown: asMarkdown }: Options): Promise<number> {
  if (asMarkdown) {
    process.stdout.write(markdown(DEFECTS));
    return 0;
  }
  const terminal = new Terminal(process);
  terminal.json = json ?? false;
  const chosen = DEFECTS.filter(({ what, caughtBy }) => only?.test(`${what}\n${caughtBy.join('\n')}`) ?? true);
  if (chosen.length === 0) {
    terminal.error('no defect, and no test of one, is called so', 1);
    return 1;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      terminal.note('stopping: taking the stacks down');
      stop.abort();
    });
  const root = await mkdtemp(join(tmpdir(), 'evenkeel-defects-'));
  await chmod(root, 0o711); // root's Postgres is run by another user, who has to get to its data
  const homes = Array.from({ length: Math.min(jobs, chosen.length) }, (_, i) => join(root, `${i + 1}`));
  try {
    for (const home of homes) await mkdir(home, { mode: 0o711 });
    const opened = await Promise.allSettled(homes.map((home) => Workbench.open(home, stop.signal)));
    const benches = opened.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
    const shift: Shift = { benches, terminal, signal: stop.signal };
    if (!(await areGreen(chosen, shift))) return stop.signal.aborted ? 130 : 2;
    const caught = await judge(chosen, shift);
    // And again: nothing that was planted is left, and nothing that a test left behind can have made the next one red.
    const green = stop.signal.aborted || (await areGreen(chosen, shift));
    if (stop.signal.aborted) return 130;
    terminal.result({ defects: chosen.length, caught }, `${chosen.length} defects, ${caught} caught`);
    if (!green) return 2;
    return caught === chosen.length ? 0 : 1;
  } finally {
    await Promise.all(homes.map((home) => Workbench.close(home)));
    await rm(root, { recursive: true, force: true });
  }
}

/** The control: without any defect every named test is green, else a red one would say nothing. */
async function areGreen(chosen: readonly Defect[], shift: Shift): Promise<boolean> {
  const files = new Map<string, Set<string>>();
  for (const { caughtBy } of chosen) {
    const [file, title] = caughtBy;
    files.set(file, (files.get(file) ?? new Set()).add(title));
  }
  let green = true;
  await share([...files], shift, 'test files, as they are', async (bench, [file, titles]) => {
    for (const [title, result] of await bench.test(file, [...titles])) {
      if (result.state === 'passed' || shift.signal.aborted) continue;
      green = false;
      shift.terminal.error(`without any defect, "${title}" ${result.state}: ${result.error}`, 2);
    }
  });
  return green && !shift.signal.aborted;
}

/** Gives how many were caught. */
async function judge(chosen: readonly Defect[], shift: Shift): Promise<number> {
  let caught = 0;
  const later: (() => void)[] = [];
  await share(chosen, shift, 'defects', async (bench, defect) => {
    const began = performance.now();
    const verdict = await bench.judge(defect);
    if (shift.signal.aborted) return;
    if (verdict.caught) caught++;
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    // Where a bar is drawn, lines would run into it.
    if (process.stderr.isTTY) later.push(() => tell(shift.terminal, defect, verdict, seconds));
    else tell(shift.terminal, defect, verdict, seconds);
  });
  for (const each of later) each();
  return caught;
}

function tell(terminal: Terminal, defect: Defect, { caught, why }: Verdict, seconds: number): void {
  const { promise, what, caughtBy } = defect;
  const [file, title] = caughtBy;
  terminal.result(
    { promise, defect: what, file, test: title, caught, why, seconds },
    `${promise}  ${what}: ${caught ? `caught by "${title}"` : `SURVIVED "${title}": ${why}`}`,
  );
}

/** Does `each` with all items, every bench one at a time; a bar shows how many are done. */
async function share<T>(
  items: readonly T[],
  { benches, terminal, signal }: Shift,
  unit: string,
  each: (bench: Workbench, item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const bar = terminal.bar(items.length, unit);
  let done = 0;
  await Promise.all(
    benches.map(async (bench) => {
      for (const item of queue) {
        if (signal.aborted) break;
        await each(bench, item);
        bar.at(++done);
      }
    }),
  );
  bar.stop();
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch {
    throw new InvalidArgumentError('Not a regular expression.');
  }
}

function digitOf(text: string): number {
  if (!/^[1-9]$/.test(text)) throw new InvalidArgumentError('A number from 1 to 9.');
  return Number(text);
}
