import { existsSync } from 'node:fs';
import { cacheFolder, stateFolder } from './folders.ts';
import { ensure, isHealthy, start, stopPart } from './keeper.ts';
import { withLock } from './lock.ts';
import { aws } from './ministack.ts';
import { carrier, payments, rail, workerWith } from './node-parts.ts';
import type { Part, PartKind, PartName, Site } from './part.ts';
import { postgres } from './postgres.ts';
import { deleteState } from './delete-state.ts';
import { isGone, signal as send } from './process.ts';
import { secretsOf } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import { choosePorts } from './stack-ports.ts';
import { messageOf, StackError } from './stack-error.ts';
import { lockOf, makeStateFolder, partOf, readState, runs, writeState } from './state.ts';
import type { State } from './state.ts';
import { temporal } from './temporal.ts';

export { StackError } from './stack-error.ts';
export type { Part, PartName } from './part.ts';

export interface StackState {
  parts: Part[];
  /** All that a worker, a client or a test needs: addresses, credentials, keys. */
  env: Record<string, string>;
}

export interface UpOptions {
  /** Default: `EVENKEEL_STATE_DIR`, else `~/.local/state/evenkeel`. */
  stateDir?: string;
  /** `preferred` (default): the usual ports where they are free. `free`: any, and data that need not survive the machine. */
  ports?: 'preferred' | 'free';
  worker: boolean;
  onProgress: (line: string) => void;
  env?: NodeJS.ProcessEnv;
  /** Called on every `up` once the services answer, before the worker starts: migrations, search attributes, bucket. */
  prepare?: (env: Record<string, string>) => Promise<void>;
}

const SERVICES: readonly PartKind[] = [temporal, postgres, aws, payments, carrier, rail];
const KILLED_WITHIN_MS = 5_000;
const silent = () => undefined;

/**
 * Brings the stack up, and answers when all of it does. What runs already is kept, what died is started again at the
 * same address with the same data. When one part fails the others are left running: the next `up` goes on from there.
 */
export async function up(options: UpOptions): Promise<StackState> {
  if (process.platform === 'win32')
    throw new StackError('The local stack runs on Linux and macOS; on Windows use it inside WSL.');
  const env = options.env ?? process.env;
  const stateDir = stateFolder(options.stateDir, env);
  const { onProgress } = options;
  makeStateFolder(stateDir);
  return withLock(lockOf(stateDir), onProgress, async () => {
    const state = readState(stateDir);
    const secrets = secretsOf(stateDir);
    const free = options.ports === 'free';
    // A worker that a person started by hand may sit on the ports that the stack gave out for it.
    const kinds = options.worker || state.ports.health === undefined ? [...SERVICES, workerWith({})] : SERVICES;
    const ports = await choosePorts(kinds, state, !free, env, secrets, onProgress);
    writeState(stateDir, state);
    const site: Site = { stateDir, cacheDir: cacheFolder(env), env, ports, secrets, durable: !free, onProgress };

    await all(SERVICES.map((kind) => ensure(kind, site, state)));
    const stackEnv = environment(state, site, secrets);
    state.env = stackEnv;
    writeState(stateDir, state);
    await options.prepare?.(stackEnv);
    if (options.worker) await ensure(workerWith(stackEnv), site, state);
    return { parts: inOrder(state).map(({ record }) => partOf(record)), env: stackEnv };
  });
}

/** What belongs to the stack, and whether it answers; empty when it is down. */
export async function status(stateDir?: string): Promise<Array<Part & { healthy: boolean }>> {
  const state = readState(stateFolder(stateDir, process.env));
  return Promise.all(
    inOrder(state).map(async ({ kind, record }) => ({ ...partOf(record), healthy: await isHealthy(kind, record) })),
  );
}

/** Stops what this stack started, the worker first. Data, ports and secrets stay for the next `up`. */
export async function down(stateDir?: string, onProgress: (line: string) => void = silent): Promise<void> {
  const folder = stateFolder(stateDir, process.env);
  if (!existsSync(folder)) return;
  await withLock(lockOf(folder), onProgress, async () => {
    const state = readState(folder);
    delete state.env;
    for (const { record } of inOrder(state).toReversed()) {
      const ours = runs(record);
      await stopPart(record.name, { stateDir: folder, env: process.env, onProgress }, state);
      if (ours) onProgress(`${record.name}: stopped`);
    }
  });
}

/** Stops the stack and deletes its data, logs and secrets: for the throw-away stacks of tests. The cache stays. */
export async function destroy(stateDir?: string, onProgress: (line: string) => void = silent): Promise<void> {
  const folder = stateFolder(stateDir, process.env);
  await down(folder, onProgress);
  await deleteState(folder);
}

/** The environment of the running stack, for other commands; undefined when it is down. Nothing is probed. */
export async function runningEnv(stateDir?: string): Promise<Record<string, string> | undefined> {
  const state = readState(stateFolder(stateDir, process.env));
  const started = inOrder(state).filter(({ record }) => record.running);
  return started.length === 0 || started.some(({ record }) => runs(record)) ? state.env : undefined;
}

/** Sends the signal to a part that this stack started, and does not wait. */
export async function kill(name: PartName, signal: NodeJS.Signals, stateDir?: string): Promise<void> {
  const record = readState(stateFolder(stateDir, process.env)).parts[name];
  if (!record?.running) throw new StackError(notOurs(name, record?.origin));
  send(record.running, signal);
}

/**
 * Ends the part with the signal and starts it again: same command, ports and data. On SIGKILL nothing is said to it
 * beforehand; any other signal is waited for.
 */
export async function restart(
  name: PartName,
  stateDir?: string,
  signal: NodeJS.Signals = 'SIGKILL',
  onProgress: (line: string) => void = silent,
): Promise<Part> {
  const folder = stateFolder(stateDir, process.env);
  return withLock(lockOf(folder), onProgress, async () => {
    const state = readState(folder);
    const record = state.parts[name];
    const kind = kindOf(name);
    if (!record?.running || !record.how) throw new StackError(notOurs(name, record?.origin));
    send(record.running, signal);
    if (signal !== 'SIGKILL') send(record.running, 'SIGCONT');
    if (!(await isGone(record.running, signal === 'SIGKILL' ? KILLED_WITHIN_MS : kind.startsWithinMs))) {
      throw new StackError(`${name} (pid ${record.running.pid}) has not left after ${signal}; use SIGKILL.`);
    }
    await start(kind, record.how, record, { stateDir: folder, env: process.env, onProgress }, state);
    return partOf(state.parts[name] ?? record);
  });
}

function environment(state: State, site: Site, secrets: Secrets): Record<string, string> {
  const fromParts = SERVICES.map((kind) => state.parts[kind.name]?.env ?? {});
  return {
    ...Object.assign({}, ...fromParts),
    ...workerWith({}).env(site),
    EVENKEEL_S3_BUCKET: site.env['EVENKEEL_S3_BUCKET'] || 'evenkeel',
    EVENKEEL_AUDIT_BUCKET: site.env['EVENKEEL_AUDIT_BUCKET'] || 'evenkeel-audit',
    EVENKEEL_AUDIT_KEY: site.env['EVENKEEL_AUDIT_KEY'] || secrets.auditKey,
    EVENKEEL_PAYLOAD_KEYS: site.env['EVENKEEL_PAYLOAD_KEYS'] || secrets.payloadKeys,
    EVENKEEL_PATIENT_HMAC_KEY: site.env['EVENKEEL_PATIENT_HMAC_KEY'] || secrets.patientHmacKey,
  };
}

function kindOf(name: PartName): PartKind {
  return SERVICES.find((kind) => kind.name === name) ?? workerWith({});
}

function inOrder(state: State) {
  return [...SERVICES, workerWith({})].flatMap((kind) => {
    const record = state.parts[kind.name];
    return record ? [{ kind, record }] : [];
  });
}

function notOurs(name: PartName, origin: string | undefined): string {
  return `${name} was not started by this stack${origin ? ` (it comes from ${origin})` : ''}; bring it up here first.`;
}

/** Waits for all, so that nothing runs on behind the answer; then fails with the first failure, naming the others. */
async function all(works: Array<Promise<void>>): Promise<void> {
  const failures = (await Promise.allSettled(works)).flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new StackError(failures.map(messageOf).join(' '), { cause: failures[0] });
}
