import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { began, isAlive } from './process.ts';
import type { Running } from './process.ts';
import { StackError } from './stack-error.ts';

/** Longer than building Temporal from its Go module on a slow machine. */
const PATIENCE_MS = 15 * 60_000;
const RELEASED: Running = { pid: 0, began: 'released' };

/**
 * Does the work while no other process does it under the same lock.
 *
 * A lock file that is deleted and made anew cannot be taken over from a dead holder without a race: two see the same
 * dead one, the slower deletes the faster's. So generations are counted: `up.lock.7` is made by linking (one winner),
 * and the highest one that exists is never deleted, only marked as released. Whoever sees a dead or released 7 makes 8.
 */
export async function withLock<T>(
  path: string,
  onProgress: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const mine = await acquire(path, onProgress);
  try {
    return await work();
  } finally {
    write(`${path}.${process.pid}.draft`, RELEASED);
    renameSync(`${path}.${process.pid}.draft`, mine);
  }
}

async function acquire(path: string, onProgress: (line: string) => void): Promise<string> {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    const top = generations(path).at(-1) ?? 0;
    const holder = top === 0 ? RELEASED : read(`${path}.${top}`);
    if (!isAlive(holder)) {
      if (holder.pid !== 0) onProgress(`${basename(path)}: taken over from process ${holder.pid}, which is gone`);
      if (claim(path, top + 1)) return `${path}.${top + 1}`;
    } else if (Date.now() > end) {
      throw new StackError(
        `Process ${holder.pid} has held ${path} for ${PATIENCE_MS / 60_000} minutes; end it and try again.`,
      );
    } else if (!told) {
      onProgress(`${basename(path)}: waiting for process ${holder.pid}`);
      told = true;
    }
  }
}

function claim(path: string, generation: number): boolean {
  // Written whole before it is linked: nobody ever reads half a lock.
  const draft = `${path}.${process.pid}.draft`;
  try {
    write(draft, { pid: process.pid, began: began(process.pid) ?? '' });
    linkSync(draft, `${path}.${generation}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw new StackError(`The lock ${path} cannot be made; check that its folder is writable.`, { cause: error });
  } finally {
    rmSync(draft, { force: true });
  }
  const all = generations(path);
  if ((all.at(-1) ?? 0) > generation) {
    // Looked long ago: the lock has moved on, and the generation just made had been cleared away.
    rmSync(`${path}.${generation}`, { force: true });
    return false;
  }
  for (const old of all) if (old < generation) rmSync(`${path}.${old}`, { force: true });
  return true;
}

function generations(path: string): number[] {
  const prefix = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .toSorted((a, b) => a - b);
}

function read(file: string): Running {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof found === 'object' && found !== null && 'pid' in found && 'began' in found) {
      return { pid: Number(found.pid), began: String(found.began) };
    }
  } catch {
    // Cleared away by its successor, or cut off by a full disk: either way nobody holds it.
  }
  return RELEASED;
}

function write(file: string, running: Running): void {
  writeFileSync(file, JSON.stringify(running), { mode: 0o600 });
}
