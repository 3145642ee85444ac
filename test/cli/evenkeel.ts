import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { run } from '../../src/cli/program.ts';

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A state folder in which no stack runs: the developer's own stack, if there is one, is left alone. */
export const NO_STACK = mkdtempSync(join(tmpdir(), 'evenkeel-cli-'));
process.once('exit', () => rmSync(NO_STACK, { recursive: true, force: true }));

/** Runs a command line in this process. */
export async function typed(args: readonly string[], env: NodeJS.ProcessEnv = {}, stdin = ''): Promise<Ran> {
  const stdout = new Memory();
  const stderr = new Memory();
  const exit = await run(args, {
    stdout,
    stderr,
    stdin: Readable.from(stdin === '' ? [] : [stdin]),
    env: { EVENKEEL_STATE_DIR: NO_STACK, ...env },
  });
  return { exit, stdout: stdout.text, stderr: stderr.text };
}

/** Collects what is written; no terminal. */
class Memory extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Starts a command line as a process of its own, as people do. */
export function spawned(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const tsx = pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve('tsx')).href;
  return spawn(process.execPath, ['--import', tsx, join(process.cwd(), 'src/cli/index.ts'), ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], EVENKEEL_STATE_DIR: NO_STACK, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** … and waits for its end. */
export async function evenkeel(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const child = spawned(args, env);
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exit = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  return { exit, stdout, stderr };
}

/** The objects of `--json`, one a line. */
export const lines = <T = Record<string, unknown>>({ stdout }: Ran): T[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
