import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ownEnvironment } from '../../src/dev/demo/stage.ts';
import { destroy, up } from '../../src/dev/stack.ts';
import { Database } from '../../src/kit/effects/database.ts';
import { plant, type Defect, type Edit, type NamedTest } from './defect.ts';
import { runTests, type Result } from './mocha.ts';

const run = promisify(execFile);

/** What came of one defect: caught with this error, or survived for this reason. */
export interface Verdict {
  readonly caught: boolean;
  readonly why: string;
}

/** A failure of the planted text itself: names that are not there, SQL that does not parse. That proves nothing. */
const BROKEN = /\bReferenceError\b|^SyntaxError|syntax error at|DatabaseError 42/;

/** A copy of this checkout with a stack of its own, in which one defect at a time is planted. */
export class Workbench {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #signal: AbortSignal;
  #runs = 0;

  private constructor(home: string, env: Record<string, string>, signal: AbortSignal) {
    this.#folder = join(home, 'checkout');
    // Whatever a test leaves in the folder for such things goes with ours.
    this.#env = { ...ownEnvironment(process.env), ...env, TMPDIR: join(home, 'tmp') };
    this.#signal = signal;
  }

  /** Makes everything below `home`, which must exist. `close` undoes it, also when this has failed. */
  static async open(home: string, signal: AbortSignal): Promise<Workbench> {
    const [{ env }] = await Promise.all([
      up({
        stateDir: join(home, 'stack'),
        ports: 'free',
        worker: false,
        env: ownEnvironment(process.env),
        onProgress: () => undefined,
      }),
      copyCheckout(join(home, 'checkout')),
      mkdir(join(home, 'tmp')),
    ]);
    const wrong = await compiles(join(home, 'checkout'));
    if (wrong !== undefined) throw new Error(`the checkout does not compile: ${wrong}`);
    return new Workbench(home, env, signal);
  }

  static async close(home: string): Promise<void> {
    // A run that was killed has not taken its own stack down.
    const left = await readdir(join(home, 'tmp')).catch(() => []);
    for (const name of left.filter((name) => name.startsWith('evenkeel-'))) await destroy(join(home, 'tmp', name));
    await destroy(join(home, 'stack'));
  }

  /** Runs tests of one file as they are. */
  async test(file: string, titles: readonly string[]): Promise<Map<string, Result>> {
    const n = ++this.#runs;
    // Migrations may differ from run to run, and objects are written once: a database and a bucket for each.
    const own = new URL(this.#env['DATABASE_URL']!);
    own.pathname = `/defect_${n}`;
    const server = new Database(this.#env['DATABASE_URL']!, { max: 1 });
    try {
      await server.query(`create database defect_${n}`);
      const env = { ...this.#env, DATABASE_URL: own.href, EVENKEEL_S3_BUCKET: `defect-${n}` };
      return await runTests(this.#folder, file, titles, env, this.#signal);
    } finally {
      await server.query(`drop database defect_${n} with (force)`);
      await server.close();
    }
  }

  /** Plants a defect, runs one of the tests that are named for it, and takes it out again. */
  async judge({ edits, hangs }: Defect, [file, title]: NamedTest): Promise<Verdict> {
    const takeOut = await plant(this.#folder, edits);
    try {
      const [wrong, results] = await Promise.all([
        edits.some(isTypeScript) ? compiles(this.#folder) : undefined,
        this.test(file, [title]),
      ]);
      if (wrong !== undefined) return { caught: false, why: `it does not compile: ${wrong}` };
      const result = results.get(title)!;
      if (result.state === 'passed') return { caught: false, why: 'the test stayed green' };
      if (result.state === 'did not run') return { caught: false, why: `the test did not run: ${result.error}` };
      if (result.timedOut && !hangs) return { caught: false, why: 'no more than a time-out of the test' };
      if (BROKEN.test(result.error)) return { caught: false, why: `it is broken, not wrong: ${result.error}` };
      return { caught: true, why: result.error };
    } finally {
      await takeOut();
    }
  }
}

const isTypeScript = ([file]: Edit): boolean => file.endsWith('.ts');

/** What git knows, as it stands on the disk, changed and new files too; the packages by a link. */
async function copyCheckout(to: string): Promise<void> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await run('git', args, { maxBuffer: 64 * 1024 * 1024 });
  await mkdir(to);
  for (const file of new Set(stdout.split('\0').filter((file) => file !== '')))
    await cp(file, join(to, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error; // deleted, and not yet committed
    });
  await symlink(join(process.cwd(), 'node_modules'), join(to, 'node_modules'));
}

/** Gives the first error. What a defect leaves unused is no error of it. */
async function compiles(folder: string): Promise<string | undefined> {
  const flags = '--noUnusedLocals false --noUnusedParameters false --allowUnreachableCode true --pretty false';
  const args = `-p tsconfig.json --incremental --tsBuildInfoFile ../types.json ${flags}`.split(' ');
  return run(join(folder, 'node_modules', '.bin', 'tsc'), args, { cwd: folder }).then(
    () => undefined,
    ({ stdout }: { stdout: string }) => stdout.split('\n')[0],
  );
}
