import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Context } from '../../src/cli/context.ts';
import { EXIT, UsageError } from '../../src/cli/errors.ts';
import { examples, whole } from '../../src/cli/options.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { untilStopped } from '../../src/cli/until-stopped.ts';
import { runCommand } from '../support/command.ts';
import { testsOf, type Defect, type NamedTest } from './defect.ts';
import { DEFECTS } from './list.ts';
import { markdown } from './markdown.ts';
import { Workbench, type Verdict } from './workbench.ts';

interface Options {
  readonly only?: RegExp;
  readonly jobs: number;
  readonly markdown?: true;
}

await runCommand('npm run -s defects --', (program, context) => {
  program
    .description(
      'plants one known defect at a time into a copy of the checkout, and demands that each test that is named for it goes red; exits 1 when a defect survived, or when a named test is red without any',
    )
    .option('--only <pattern>', 'the defects that it matches, by name or by test', patternOf)
    .option('--jobs <n>', 'so many at once, each with a stack of its own', whole(1, 9), Math.min(2, cpus().length))
    .option('--markdown', 'prints the list as docs/defects.md has it, and plants nothing')
    .action((options: Options) => main(options, context));
  examples(program, context, '--only burn --json', '--markdown > docs/defects.md');
});

async function main({ only, jobs, markdown: asMarkdown }: Options, context: Context): Promise<void> {
  if (asMarkdown) return void process.stdout.write(markdown(DEFECTS));
  const chosen = DEFECTS.filter((defect) => only?.test([defect.what, ...testsOf(defect).flat()].join('\n')) ?? true);
  if (chosen.length === 0) throw new UsageError('no defect, and no test of one, is called so');
  const { terminal } = context;
  const done = await untilStopped(context, (signal) =>
    onBenches(Math.min(jobs, chosen.length), chosen, terminal, signal),
  );
  if (!done) return;
  const { caught, red } = done;
  terminal.result(
    { defects: chosen.length, caught, red },
    `${chosen.length} defects, ${caught} caught${red > 0 ? `, by tests of which ${red} are red without any` : ''}`,
  );
  if (red > 0 || caught < chosen.length) context.exit = EXIT.failed;
}

/** Sets up so many benches, does the work on them, and clears them away whatever happens. */
async function onBenches(
  count: number,
  chosen: readonly Defect[],
  terminal: Terminal,
  signal: AbortSignal,
): ReturnType<typeof work> {
  const root = await mkdtemp(join(tmpdir(), 'evenkeel-defects-'));
  await chmod(root, 0o711); // root's Postgres is run by another user, who has to get to its data
  const homes = Array.from({ length: count }, (_, i) => join(root, `${i + 1}`));
  try {
    for (const home of homes) await mkdir(home, { mode: 0o711 });
    const opened = await Promise.allSettled(homes.map((home) => Workbench.open(home, signal)));
    const benches = opened.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
    const done = await work(chosen, benches, terminal, signal);
    signal.throwIfAborted();
    return done;
  } finally {
    await Promise.all(homes.map((home) => Workbench.close(home)));
    await rm(root, { recursive: true, force: true });
  }
}

/** What a bench does at a time. */
type Job =
  | { readonly defect: Defect; readonly test: NamedTest }
  /** These tests of a file without any defect: a test that is red then has said nothing. */
  | { readonly file: string; readonly titles: readonly string[] };

/**
 * File by file: its defects, and then its tests as they are, on the stack that the defects have left. So it is seen too
 * that nothing planted is left, and that what one run leaves behind makes no other red.
 */
function jobsOf(chosen: readonly Defect[]): Job[] {
  const all = chosen.flatMap((defect) => testsOf(defect).map((test) => ({ defect, test })));
  return [...new Set(all.map(({ test: [file] }) => file))].flatMap((file) => {
    const jobs = all.filter(({ test }) => test[0] === file);
    return [...jobs, { file, titles: [...new Set(jobs.map(({ test: [, title] }) => title))] }];
  });
}

/** Does all jobs, every bench one at a time; gives how many defects were caught, and how many of the named tests are red without any. */
async function work(
  chosen: readonly Defect[],
  benches: readonly Workbench[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<{ caught: number; red: number }> {
  const jobs = jobsOf(chosen);
  const bar = terminal.bar(jobs.length, 'defects and test files');
  const survived = new Set<Defect>();
  let [done, red] = [0, 0];
  const later: (() => void)[] = [];
  // Where a bar is drawn, lines would run into it.
  const say = (line: () => void): void => (bar.drawn ? void later.push(line) : line());
  const one = async (bench: Workbench, job: Job): Promise<void> => {
    if ('defect' in job) {
      const began = performance.now();
      const verdict = await bench.judge(job.defect, job.test);
      if (signal.aborted) return;
      if (!verdict.caught) survived.add(job.defect);
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      say(() => tell(terminal, job, verdict, seconds));
      return;
    }
    for (const [title, result] of await bench.test(job.file, job.titles)) {
      if (result.state === 'passed' || signal.aborted) continue;
      red++;
      say(() => terminal.error(`without any defect, "${title}" ${result.state}: ${result.error}`, EXIT.failed));
    }
  };
  const queue = jobs.values();
  await Promise.all(
    benches.map(async (bench) => {
      for (const job of queue) {
        if (signal.aborted) break;
        await one(bench, job);
        bar.at(++done);
      }
    }),
  );
  bar.stop();
  for (const line of later) line();
  return { caught: chosen.length - survived.size, red };
}

function tell(
  terminal: Terminal,
  { defect, test }: { defect: Defect; test: NamedTest },
  { caught, why }: Verdict,
  seconds: number,
): void {
  const { promise, what } = defect;
  const [file, title] = test;
  terminal.result(
    { promise, defect: what, file, test: title, caught, why, seconds },
    `${promise}  ${what}: ${caught ? `caught by "${title}"` : `SURVIVED "${title}": ${why}`}`,
  );
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch {
    throw new InvalidArgumentError('Not a regular expression.');
  }
}
