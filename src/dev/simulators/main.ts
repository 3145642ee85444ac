import process from 'node:process';
import type { Simulator } from './simulator.ts';

/** The life of a simulator's process: says where it listens, and stops cleanly on SIGTERM or SIGINT. */
export function runUntilStopped(name: string, simulator: Simulator): void {
  process.stdout.write(`${name} simulator on ${simulator.url}\n`);
  const stop = () => {
    // Leaves nothing that keeps the process alive: it ends by itself, with status 0.
    void simulator.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** `--port`, absent: a free one. */
export function portOf(text: string | undefined): number {
  const port = Number(text ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port must be 0 to 65535');
  return port;
}

/** `--file`, compulsory. */
export function fileOf(path: string | undefined): string {
  if (path === undefined || path === '') throw new Error('--file F.jsonl is missing');
  return path;
}
