import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from './stack-error.ts';

/** How a part is started. Kept in the state, so that a restart is the same command on the same ports and data. */
export interface Launch {
  command: string;
  args: string[];
  /** On top of the environment of whoever starts it. */
  env: Record<string, string>;
  cwd: string;
  uid?: number;
  gid?: number;
  /** The signal that means "finish and leave". */
  stopSignal: NodeJS.Signals;
}

/** A process, and the moment it began: pids are reused, so a pid alone may be somebody else's by now. */
export interface Running {
  pid: number;
  began: string;
}

const KILL_AFTER_MS = 20_000;

/** When the process began, in words only ever compared for equality; undefined when it is gone (a zombie is gone). */
export function began(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      // The second field is the command in parentheses and may hold anything; fields are counted after its end.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
      // Ticks since boot: the boot's id keeps a state folder that outlives a reboot from matching by chance.
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19] ?? ''}`;
    } catch {
      return undefined;
    }
  }
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}

/** The program's name; empty when there is no such process. */
export function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/comm`, 'utf8');
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}

/** The processes at work in the folder, as far as we may see them. Linux only: elsewhere the killed are collected. */
export function workIn(folder: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readlinkSync(`/proc/${pid}/cwd`) === folder && began(pid) !== undefined;
      } catch {
        return false; // gone, or another user's
      }
    });
}

export function isAlive(process: Running): boolean {
  return began(process.pid) === process.began;
}

/**
 * Starts a process that outlives this one, its output appended to `log`. `record` is called in the same tick as the
 * spawn, before anything is awaited: an `up` that is killed at any moment leaves no process that the state does not know.
 */
export async function launch(
  how: Launch,
  log: string,
  base: NodeJS.ProcessEnv,
  record: (running: Running) => void,
): Promise<void> {
  const output = openSync(log, 'a', 0o600);
  try {
    const child = spawn(how.command, how.args, {
      cwd: how.cwd,
      env: { ...base, ...how.env },
      detached: true,
      stdio: ['ignore', output, output],
      ...(how.uid === undefined ? {} : { uid: how.uid }),
      ...(how.gid === undefined ? {} : { gid: how.gid }),
    });
    if (child.pid !== undefined) record({ pid: child.pid, began: began(child.pid) ?? 'gone' });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) =>
        reject(new StackError(`${how.command} cannot be started; see ${log}.`, { cause })),
      );
    });
    child.unref();
  } finally {
    closeSync(output);
  }
}

/** Signals the process if it is still the one that was started; true when it was. */
export function signal(process_: Running, name: NodeJS.Signals): boolean {
  if (!isAlive(process_)) return false;
  try {
    return process.kill(process_.pid, name);
  } catch {
    return false; // it went between the look and the signal
  }
}

export async function isGone(process_: Running, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; ; await sleep(20)) {
    if (!isAlive(process_)) return true;
    if (Date.now() > end) return false;
  }
}

/** Asks it to leave, waits, and only then kills it. Answers whether it left by itself. */
export async function stop(process_: Running, politely: NodeJS.Signals): Promise<boolean> {
  if (!signal(process_, politely)) return true;
  // A stopped process (SIGSTOP) keeps its signals until it goes on.
  signal(process_, 'SIGCONT');
  if (await isGone(process_, KILL_AFTER_MS)) return true;
  signal(process_, 'SIGKILL');
  await isGone(process_, KILL_AFTER_MS);
  return false;
}
