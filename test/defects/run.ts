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
    const { caught, red } = await work(chosen, shift);
    if (stop.signal.aborted) return 130;
    terminal.result(
      { defects: chosen.length, caught, red },
      `${chosen.length} defects, ${caught} caught${red > 0 ? `, by tests of which ${red} are red without any` : ''}`,
    );
    if (red > 0) return 2;
    return caught === chosen.length ? 0 : 1;
  } finally {
    await Promise.all(homes.map((home) => Workbench.close(home)));
    await rm(root, { recursive: true, force: true });
  }
}

/** What a bench does at a time. */
type Job =
  | { readonly defect: Defect }
  /** These tests of a file without any defect: a test that is red then has said nothing. */
  | { readonly file: string; readonly titles: readonly string[] };

/**
 * File by file: its defects, and then its tests as they are, on the stack that the defects have left. So it is seen too
 * that nothing planted is left, and that what one run leaves behind makes no other red.
 */
function jobsOf(chosen: readonly Defect[]): Job[] {
  const files = new Map<string, Defect[]>();
  for (const defect of chosen) {
    const [file] = defect.caughtBy;
    files.set(file, [...(files.get(file) ?? []), defect]);
  }
  return [...files].flatMap(([file, defects]) => [
    ...defects.map((defect) => ({ defect })),
    { file, titles: [...new Set(defects.map(({ caughtBy: [, title] }) => title))] },
  ]);
}

/** Gives how many defects were caught, and how many of the named tests are red without any. */
async function work(chosen: readonly Defect[], shift: Shift): Promise<{ caught: number; red: number }> {
  const { terminal, signal } = shift;
  let caught = 0;
  let red = 0;
  const later: (() => void)[] = [];
  // Where a bar is drawn, lines would run into it.
  const say = (line: () => void): void => (process.stderr.isTTY ? void later.push(line) : line());
  await share(jobsOf(chosen), shift, async (bench, job) => {
    if ('defect' in job) {
      const began = performance.now();
      const verdict = await bench.judge(job.defect);
      if (signal.aborted) return;
      if (verdict.caught) caught++;
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      say(() => tell(terminal, job.defect, verdict, seconds));
      return;
    }
    for (const [title, result] of await bench.test(job.file, job.titles)) {
      if (result.state === 'passed' || signal.aborted) continue;
      red++;
      say(() => terminal.error(`without any defect, "${title}" ${result.state}: ${result.error}`, 2));
    }
  });
  for (const line of later) line();
  return { caught, red };
}

function tell(terminal: Terminal, defect: Defect, { caught, why }: Verdict, seconds: number): void {
  const { promise, what, caughtBy } = defect;
  const [file, title] = caughtBy;
  terminal.result(
    { promise, defect: what, file, test: title, caught, why, seconds },
    `${promise}  ${what}: ${caught ? `caught by "${title}"` : `SURVIVED "${title}": ${why}`}`,
  );
}

/** Does all jobs, every bench one at a time; a bar shows how many are done. */
async function share(
  jobs: readonly Job[],
  { benches, terminal, signal }: Shift,
  each: (bench: Workbench, job: Job) => Promise<void>,
): Promise<void> {
  const queue = jobs.values();
  const bar = terminal.bar(jobs.length, 'defects and test files');
  let done = 0;
  await Promise.all(
    benches.map(async (bench) => {
      for (const job of queue) {
        if (signal.aborted) break;
        await each(bench, job);
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
