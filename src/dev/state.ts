import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Part, PartName } from './part.ts';
import type { PortName } from './ports.ts';
import type { Launch, Running } from './process.ts';
import { isAlive } from './process.ts';
import { StackError } from './stack-error.ts';

/** A part as the state remembers it: with the process and the command when this stack started it. */
export type PartRecord = Omit<Part, 'pid'> & {
  /** The variables that lead to it. */
  env: Record<string, string>;
  running?: Running;
  how?: Launch;
};

export interface State {
  format: 1;
  /** Remembered when the stack is down too: addresses stay the same from one day to the next. */
  ports: Partial<Record<PortName, number>>;
  parts: Partial<Record<PartName, PartRecord>>;
  /** Present from the moment all services were healthy until `down`. */
  env?: Record<string, string>;
}

export function lockOf(stateDir: string): string {
  return join(stateDir, 'up.lock');
}

export function logOf(stateDir: string, name: PartName): string {
  return join(stateDir, 'logs', `${name}.log`);
}

export function readState(stateDir: string): State {
  let text: string;
  try {
    text = readFileSync(join(stateDir, 'stack.json'), 'utf8');
  } catch {
    return { format: 1, ports: {}, parts: {} };
  }
  try {
    const found: unknown = JSON.parse(text);
    if (isState(found)) return found;
  } catch (cause) {
    throw new StackError(`${stateDir}/stack.json is damaged; end the processes it names and delete it.`, { cause });
  }
  throw new StackError(`${stateDir}/stack.json is of another version of evenkeel; stop that stack with that version.`);
}

/** Synchronous: it is called between a spawn and the next tick, and from parts that start side by side. */
export function writeState(stateDir: string, state: State): void {
  const file = join(stateDir, 'stack.json');
  // It holds the database's password and the payload keys.
  writeFileSync(`${file}.draft`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}

export function makeStateFolder(stateDir: string): void {
  try {
    // Others may pass through (Postgres runs as another user below root's stack), but not look.
    mkdirSync(stateDir, { recursive: true, mode: 0o711 });
    mkdirSync(join(stateDir, 'logs'), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StackError(`The state folder ${stateDir} cannot be made; set EVENKEEL_STATE_DIR to a writable one.`, {
      cause,
    });
  }
}

export function partOf(record: PartRecord): Part {
  const { name, address, version, origin, running } = record;
  return { name, address, version, origin, ...(running ? { pid: running.pid } : {}) };
}

export function runs(record: PartRecord | undefined): record is PartRecord & { running: Running } {
  return record?.running !== undefined && isAlive(record.running);
}

function isState(value: unknown): value is State {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === 1 && 'parts' in value;
}
