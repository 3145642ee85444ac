import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What became of one test. `error` is what it failed with, shortened; `timedOut`: Mocha gave it up. */
export type Result =
  | { readonly state: 'passed' }
  | { readonly state: 'failed'; readonly error: string; readonly timedOut: boolean }
  | Undone;
/** It came to no verdict of its own: not loaded, a hook that failed, no end. */
type Undone = { readonly state: 'did not run'; readonly error: string };

interface Failure {
  readonly message?: string;
  readonly stack?: string;
  readonly code?: string;
}
interface Report {
  readonly passes: readonly { fullTitle: string }[];
  readonly failures: readonly { fullTitle: string; err: Failure }[];
}

/** Longer than any one test may take with its stack; what lasts longer hangs. */
const PATIENCE_MS = 240_000;
const ERROR_CHARACTERS = 300;

/** Runs these tests of one file in the checkout at `folder`, in a process of their own. */
export async function runTests(
  folder: string,
  file: string,
  titles: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Map<string, Result>> {
  const out = await mkdtemp(join(folder, 'report-'));
  const output = join(out, 'report.json');
  const args = [
    'node_modules/mocha/bin/mocha.js',
    file,
    `--grep=^(${titles.map((title) => title.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})$`,
    '--reporter=json',
    `--reporter-option=output=${output}`,
    '--exit', // a red test may leave behind what would keep the process
  ];
  try {
    const { said, hung } = await ended(folder, args, env, signal);
    const report = await readFile(output, 'utf8').then(
      (text) => JSON.parse(text) as Report,
      () => undefined,
    );
    const failed = (why: string): Undone => ({ state: 'did not run', error: why });
    if (!report) return all(titles, failed(hung ? `no end within ${PATIENCE_MS / 1_000} s` : lastLines(said)));
    const hook = report.failures.find(({ fullTitle }) => !titles.includes(fullTitle));
    return new Map(
      titles.map((title): [string, Result] => {
        const failure = report.failures.find(({ fullTitle }) => fullTitle === title);
        if (failure) {
          const { err } = failure;
          return [title, { state: 'failed', error: told(err), timedOut: err.code === 'ERR_MOCHA_TIMEOUT' }];
        }
        if (report.passes.some(({ fullTitle }) => fullTitle === title)) return [title, { state: 'passed' }];
        return [title, failed(hook ? `${hook.fullTitle}: ${told(hook.err)}` : 'there is no such test')];
      }),
    );
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

const all = (titles: readonly string[], result: Result): Map<string, Result> =>
  new Map(titles.map((title) => [title, result]));

async function ended(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ said: string; hung: boolean }> {
  // A group of its own: what it has started, frozen processes too, ends with it.
  const child = spawn(process.execPath, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
  };
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-5_000)));
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    kill();
  }, PATIENCE_MS);
  if (signal.aborted) kill();
  signal.addEventListener('abort', kill, { once: true });
  await once(child, 'close');
  clearTimeout(timer);
  signal.removeEventListener('abort', kill);
  return { said, hung };
}

/** What it says, on one line: of a comparison, the beginning of what differs. */
const told = ({ message = '', stack = '' }: Failure): string => {
  const [kind = ''] = /^\w+/.exec(stack) ?? [];
  const line = message.trim().replaceAll(/\s+/g, ' ').slice(0, ERROR_CHARACTERS);
  return line.startsWith(kind) ? line : `${kind}: ${line}`;
};
const lastLines = (said: string): string => said.trim().split('\n').slice(-5).join(' / ');
