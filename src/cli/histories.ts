import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { RunError } from '../index.ts';
import { MANIFEST } from '../kit/histories/archive.ts';
import { parseHistory, savedHistory, type SavedHistory } from '../kit/histories/saved.ts';
import { PIPELINES } from '../pipelines/index.ts';
import type { Context } from './context.ts';
import { InputError } from './errors.ts';
import { cannotBeRead, readJson } from './input.ts';
import { GRPC, isGrpc, ofQuery, runsOf, type Run } from './visibility.ts';

/** A history to be replayed, and where it is from. */
export interface Subject {
  readonly name: string;
  readonly about: object;
  readonly workflow: string;
  /** False of a run on somebody else's task queue: they know its workflow. */
  readonly ours: boolean;
  /** Undefined where there was nothing to fetch. */
  readonly saved: SavedHistory | undefined;
}

/** Histories, one in memory after the other. */
export interface Subjects {
  readonly found: number;
  /** Of those found, how many are given. */
  readonly total: number;
  readonly each: AsyncIterable<Subject>;
}

/** A run's history as protobuf JSON, raw. */
export async function fetchHistory(client: Client, workflowId: string, runId?: string): Promise<string> {
  const text = await fetchIfThere(client, workflowId, runId);
  if (text === undefined) throw noHistory(workflowId);
  return text;
}

export const noHistory = (workflowId: string): RunError =>
  new RunError('unknown', `Temporal has no history of ${workflowId}`);

async function fetchIfThere(client: Client, workflowId: string, runId?: string): Promise<string | undefined> {
  try {
    return `${historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory())}\n`;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isGrpc(error, GRPC.notFound)) return undefined;
    throw error;
  }
}

/** Files, and of folders every `.json` below them, in order; the manifest of an archive is none. */
export async function savedIn(paths: readonly string[], { stdin }: Context): Promise<Subjects> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  return {
    found: files.length,
    total: files.length,
    each: (async function* () {
      for (const file of files) {
        const saved = savedHistory(await readJson(file, stdin));
        if (!saved) throw new InputError(`${file} is not the history of a run`);
        const { workflow, workflowId } = saved;
        yield { name: file, about: { file, workflowId }, workflow, ours: true, saved };
      }
    })(),
  };
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(cannotBeRead(path));
  if (!found.isDirectory()) return [path];
  const files = (await readdir(path, { recursive: true })).filter(
    (name) => name.endsWith('.json') && name !== MANIFEST,
  );
  if (files.length === 0) throw new InputError(`${path} holds no history (.json)`);
  return files.toSorted().map((name) => join(path, name));
}

/** Histories that are fetched while another is replayed. */
const FETCHED_AHEAD = 4;

/** Runs that visibility finds; the histories of those whose workflow is `known` are fetched. */
export async function foundBy(
  client: Client,
  query: string,
  most: number,
  known: (workflow: string) => boolean,
): Promise<Subjects> {
  const { count } = await client.workflow.count(query).catch((cause: unknown) => Promise.reject(ofQuery(cause)));
  const queues = new Set(PIPELINES.flatMap(({ starts }) => starts.map(({ name }) => name)));
  const fetched = async ({ workflowId, runId, workflow, taskQueue }: Run): Promise<Subject> => {
    const text = known(workflow) ? await fetchIfThere(client, workflowId, runId) : undefined;
    const saved = text === undefined ? undefined : parseHistory(text);
    return { name: workflowId, about: { workflowId, runId }, workflow, ours: queues.has(taskQueue), saved };
  };
  return { found: count, total: Math.min(count, most), each: ahead(first(most, runsOf(client, query)), fetched) };
}

async function* first<T>(most: number, items: AsyncIterable<T>): AsyncGenerator<T> {
  let left = most;
  for await (const item of items) {
    if (left-- === 0) return;
    yield item;
  }
}

/** In order; a few are worked on ahead of whoever takes them, and no more. */
async function* ahead<T, R>(items: AsyncIterable<T>, work: (item: T) => Promise<R>): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for await (const item of items) {
    const begun = work(item);
    begun.catch(() => undefined); // thrown to whoever takes it
    if (underWay.push(begun) > FETCHED_AHEAD) yield await underWay.shift()!;
  }
  for (const begun of underWay) yield await begun;
}
