import { spawn, type ChildProcess } from 'node:child_process';

/** A script of the checkout in a process of its own. */
export interface Script {
  readonly process: ChildProcess;
  /** What it has written to its standard error by now. */
  readonly said: () => string;
  /** Resolves at its end. */
  readonly ended: Promise<{ code: number | null; out: string; err: string }>;
}

/** Runs it as `npm run` does, less npm, which says things of its own. */
export function script(file: string, args: readonly string[], env: Record<string, string> = {}): Script {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out, err })),
  );
  return { process: child, said: () => err, ended };
}
