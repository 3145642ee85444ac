import { setTimeout as sleep } from 'node:timers/promises';
import { workflowIdOf } from '../../src/kit/contract/pipeline.ts';
import type { Point } from '../../src/kit/effects/store.ts';
import type { HeldProcess, Stop } from '../../src/kit/testing/barriers.ts';
import type { Course, End, Run } from './courses/course.ts';
import type { Score } from './score.ts';
import type { Stage } from './stage.ts';
import { stopOf, type Stand } from './stands.ts';

/** A case of a family that breaks something while an attempt stands somewhere. */
export interface At {
  readonly id: string;
  readonly stand: Stand;
}

/** A run that can be started. */
export interface Cast {
  readonly id: string;
  readonly run: Run;
  readonly payload: unknown;
}

/** A case whose attempt stands, and in which run. */
export interface Standing extends At {
  readonly run: Run;
  readonly stop: Stop;
  /** Epoch milliseconds of its arrival. */
  readonly since: number;
}

const ARRIVES_WITHIN_MS = 30_000;
/** The longest pause between two attempts is 30 s. */
const ENDS_WITHIN_MS = 75_000;
const LOOK_MS = 100;
/** Postgres ends a transaction in which nothing has moved for 5 s. */
const IN_TRANSACTION: ReadonlySet<Point> = new Set<Point>(['claimed', 'worked', 'settled']);
const TRANSACTION_MS = 4_500;

/** Makes what a run of this course needs, names the run, and has whoever it asks wait for that; it is not started yet. */
export async function cast(
  stage: Stage,
  id: string,
  course: Course,
  score: Score,
  or: readonly End[] = [],
): Promise<Cast> {
  const { payload, ids } = await course.make(stage, stage.businessId());
  const run: Run = { course, workflowId: workflowIdOf(course.pipeline, payload), ids, ends: [course, ...or] };
  score.began(id, run);
  const people = course.people?.(stage, run).catch((error: unknown) => score.wrong(id, messageOf(error)));
  if (people) stage.beside(people);
  return { id, run, payload };
}

export async function begin(stage: Stage, { run, payload }: Cast): Promise<void> {
  await stage.start(run.course.pipeline, payload);
}

/**
 * Has the attempt of each case stand where the case wants it, all in this worker. The score is told of those that do not
 * come, and of those that do; but not of one that has waited in its transaction until Postgres gave that up.
 */
export async function bring(
  stage: Stage,
  worker: HeldProcess,
  cases: readonly At[],
  score: Score,
): Promise<Standing[]> {
  const one = async (at: At): Promise<Standing | undefined> => {
    const { during } = at.stand.course;
    try {
      const made = await cast(stage, at.id, at.stand.course, score, at.stand.or);
      const { run } = made;
      const stop = stopOf(placeOf(at), run);
      await worker.hold(stop);
      if (during) await worker.hold(stopOf(during, run));
      await begin(stage, made);
      if (during) {
        await arrival(worker, stopOf(during, run));
        await during.act(stage, run);
        worker.go(stopOf(during, run));
      }
      await arrival(worker, stop);
      return { ...at, run, stop, since: Date.now() };
    } catch (error) {
      score.wrong(at.id, messageOf(error));
      return undefined;
    }
  };
  // Those in an open transaction come last, for they cannot wait long.
  const open = new Set(cases.filter((at) => IN_TRANSACTION.has(placeOf(at).at)));
  const patient = await Promise.all(cases.filter((at) => !open.has(at)).map(one));
  const standing = [...patient, ...(await Promise.all([...open].map(one)))].filter((each) => each !== undefined);
  const now = Date.now();
  for (const { id, stop, since } of standing)
    if (!IN_TRANSACTION.has(stop.at) || now - since < TRANSACTION_MS) score.reached(id);
  return standing;
}

const placeOf = ({ stand }: At): Pick<Stand, 'contract' | 'at'> => stand.held ?? stand;

async function arrival(worker: HeldProcess, stop: Stop): Promise<void> {
  const late = sleep(ARRIVES_WITHIN_MS, 'late' as const, { ref: false });
  if ((await Promise.race([worker.until(stop), late])) === 'late')
    throw new Error(`no attempt came to ${stop.at} of ${stop.key} within ${ARRIVES_WITHIN_MS / 1_000} s`);
}

/** Waits until each of these runs has its fate, and compares it with the one that it must have. */
export async function ended(
  stage: Stage,
  runs: readonly { readonly id: string; readonly run: Run }[],
  score: Score,
): Promise<void> {
  const open = new Map(runs.map(({ id, run }) => [run.workflowId, { id, run }]));
  for (const end = Date.now() + ENDS_WITHIN_MS; open.size > 0 && Date.now() < end; await sleep(LOOK_MS)) {
    for (const { workflowId, fate, reason } of await fates(stage, [...open.keys()])) {
      const { id, run } = open.get(workflowId)!;
      open.delete(workflowId);
      if (run.ends.some((end) => end.fate === fate && end.reason === reason)) score.ended(id);
      else score.wrong(id, `${workflowId} ended ${fate} ${reason}, not ${run.ends.map(told).join(' or ')}`);
    }
  }
  for (const { id, run } of open.values())
    score.wrong(id, `${run.workflowId} has no fate after ${ENDS_WITHIN_MS / 1_000} s`);
}

const told = ({ fate, reason }: End): string => `${fate} ${reason}`;

type Fate = End & { readonly workflowId: string };

/** None while the database is away. */
const fates = ({ database }: Stage, workflowIds: readonly string[]): Promise<Fate[]> =>
  database
    .query<Fate>(
      `select workflow_id as "workflowId", fate, reason from kit.inbox where state = 'ended' and workflow_id = any($1)`,
      [workflowIds],
    )
    .catch(() => []);

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.split('\n')[0]! : String(error);
