import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StackError } from './stack-error.ts';

export interface ToolOptions {
  env: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number | undefined;
  gid?: number | undefined;
  /** Called every few seconds while it runs. */
  onTick?: (seconds: number) => void;
}

const TICK_MS = 5_000;
const KEPT_OUTPUT_CHARACTERS = 20_000;

/** The full path of a program on the PATH. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      continue; // not in this folder, or not ours to run
    }
  }
  return undefined;
}

/** Runs a program to its end and gives its standard output; a failure says what the program said last. */
export function run(command: string, args: string[], options: ToolOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    });
    const startedAt = Date.now();
    const tick = setInterval(() => options.onTick?.(Math.round((Date.now() - startedAt) / 1000)), TICK_MS);
    let out = '';
    let all = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out = (out + text).slice(-KEPT_OUTPUT_CHARACTERS);
      all = (all + text).slice(-KEPT_OUTPUT_CHARACTERS);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (all = (all + text).slice(-KEPT_OUTPUT_CHARACTERS)));
    child.once('error', (cause) => {
      clearInterval(tick);
      reject(new StackError(`${command} cannot be started.`, { cause }));
    });
    child.once('close', (code, by) => {
      clearInterval(tick);
      if (code === 0) resolve(out);
      else
        reject(new StackError(`${command} ${args[0] ?? ''} ended with ${by ?? `exit code ${code}`}: ${lastLine(all)}`));
    });
  });
}

export function lastLine(text: string): string {
  return (
    text
      .trimEnd()
      .split('\n')
      .findLast((line) => line.trim() !== '')
      ?.trim() ?? 'it said nothing'
  );
}
