import { setTimeout as sleep } from 'node:timers/promises';
import type { PartKind, PartName, Site } from './part.ts';
import { isAlive, launch, stop } from './process.ts';
import type { Launch } from './process.ts';
import { messageOf, StackError } from './stack-error.ts';
import { logOf, runs, writeState } from './state.ts';
import type { PartRecord, State } from './state.ts';
import { complaintIn, freshLog } from './logs.ts';

/** A part that is alive may be just starting, from an `up` that was killed; past this it is taken for hung. */
const SETTLES_WITHIN_MS = 20_000;
const TRIES = 3;

type Keep = Pick<Site, 'stateDir' | 'env' | 'onProgress'>;

/** The environment's address for the part, unless it is the very one that this stack gives out. */
export function givenTo(kind: PartKind, env: NodeJS.ProcessEnv, ours: Record<string, string>): string | undefined {
  const address = kind.given === undefined ? undefined : env[kind.given];
  return address === undefined || address === '' || address === ours[kind.given ?? ''] ? undefined : address;
}

/** Makes the part run and answer: takes the given one, keeps the running one, or starts it. */
export async function ensure(kind: PartKind, site: Site, state: State): Promise<void> {
  const { name } = kind;
  const env = kind.env(site);
  const given = givenTo(kind, site.env, env);
  const record = state.parts[name];
  if (given !== undefined) {
    if (runs(record)) await stopPart(name, site, state);
    state.parts[name] = await adopt(kind, site.env, given);
    writeState(site.stateDir, state);
    return site.onProgress(`${name}: ${state.parts[name].address}, from ${kind.given ?? ''}`);
  }
  if (runs(record)) {
    const same = kind.settings === undefined || JSON.stringify(kind.settings) === JSON.stringify(record.how?.env);
    const settled = same && (await answersIn(kind, record, SETTLES_WITHIN_MS));
    if (settled) {
      writeState(site.stateDir, state);
      return site.onProgress(`${name}: runs at ${record.address} (${record.version}, pid ${record.running.pid})`);
    }
    site.onProgress(`${name}: ${same ? 'does not answer' : 'its settings have changed'}; starting it anew`);
    await stopPart(name, site, state);
  } else if (record?.running) {
    site.onProgress(`${name}: has died (it was process ${record.running.pid}); starting it again`);
  }
  const { how, origin } = await kind.prepare(site);
  await start(kind, how, { name, address: kind.address(env), version: 'starting', origin, env }, site, state);
}

/** Starts the part and waits until it answers. */
export async function start(kind: PartKind, how: Launch, record: PartRecord, keep: Keep, state: State): Promise<void> {
  const { name } = kind;
  const log = logOf(keep.stateDir, name);
  const startedAt = Date.now();
  for (let tries = 1; ; tries++) {
    keep.onProgress(`${name}: starting`);
    const current: PartRecord = { ...record, how };
    await kind.clearTheWay?.(how);
    const from = freshLog(log);
    await launch(how, log, keep.env, (running) => {
      current.running = running;
      state.parts[name] = current;
      writeState(keep.stateDir, state);
    });
    if (await answersIn(kind, current, kind.startsWithinMs)) {
      writeState(keep.stateDir, state);
      const { address, version, origin, running } = current;
      return keep.onProgress(
        `${name}: ${version} at ${address} (${origin}, pid ${running?.pid ?? 0}) after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`,
      );
    }
    if (current.running && isAlive(current.running)) {
      await stop(current.running, how.stopSignal);
      throw new StackError(`${name} did not answer within ${kind.startsWithinMs / 1000} s; see ${log}.`);
    }
    // Leaving at once may pass: a port still held by its last owner, Postgres's memory still held by killed children.
    if (tries === TRIES)
      throw new StackError(`${name} ended as soon as it was started (${complaintIn(log, from)}); see ${log}.`);
    await sleep(500);
  }
}

/** Whether the part answers in time; writes its version into the record. Gives up when its process ends. */
async function answersIn(kind: PartKind, record: PartRecord, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(50)) {
    if (!record.running || !isAlive(record.running)) return false;
    try {
      record.version = await kind.probe(record.env, true);
      // What answered may be a stranger on the same port, ours having left because of it.
      return isAlive(record.running);
    } catch {
      continue; // not yet
    }
  }
  return false;
}

async function adopt(kind: PartKind, env: NodeJS.ProcessEnv, address: string): Promise<PartRecord> {
  const given = kind.given ?? '';
  const passed = (kind.passed ?? []).flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  const known = { ...Object.fromEntries(passed), [given]: address };
  const shown = kind.address(known);
  try {
    return { name: kind.name, address: shown, version: await kind.probe(known, false), origin: given, env: known };
  } catch (cause) {
    throw new StackError(
      `${kind.name} does not answer at ${shown} (${messageOf(cause)}); start it, or unset ${given} to have one started.`,
      {
        cause,
      },
    );
  }
}

export async function stopPart(name: PartName, keep: Keep, state: State): Promise<void> {
  const record = state.parts[name];
  if (record && runs(record) && !(await stop(record.running, record.how?.stopSignal ?? 'SIGTERM'))) {
    keep.onProgress(`${name}: did not leave by itself and was killed`);
  }
  delete state.parts[name];
  writeState(keep.stateDir, state);
}

export async function isHealthy(kind: PartKind, record: PartRecord): Promise<boolean> {
  if (record.running && !isAlive(record.running)) return false;
  try {
    await kind.probe(record.env, record.running !== undefined);
    return true;
  } catch {
    return false;
  }
}
