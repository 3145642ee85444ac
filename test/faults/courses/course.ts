import type { Activity } from '../../../src/kit/contract/activity.ts';
import type { Pipeline } from '../../../src/kit/contract/pipeline.ts';
import type { RunFate } from '../../../src/kit/contract/updates.ts';
import { PostgresStore } from '../../../src/kit/effects/postgres.ts';
import type { Point } from '../../../src/kit/effects/store.ts';
import { redrive, type Redriven } from '../../../src/kit/intake/redrive.ts';
import type { Stage, WorkerKind } from '../stage.ts';

/** How a run ends. */
export interface End {
  readonly fate: RunFate;
  readonly reason: string | null;
}

/** One way that a run of a workflow may take, to the end that it must come to, whatever is broken meanwhile. */
export interface Course extends End {
  readonly pipeline: Pipeline;
  /** In few words: `card declined`. */
  readonly what: string;
  /** Puts on the books what such a run needs. `id` is a business id that no other run has. */
  readonly make: (stage: Stage, id: string) => Promise<Made>;
  /** What somebody does while an attempt of this run stands at a barrier: it goes on when that is done. */
  readonly during?: During;
  /** What people do when the run asks them; from before its start, until it is done. */
  readonly people?: (stage: Stage, run: Run) => Promise<void>;
  /** Who runs it. Absent: the product's own worker. */
  readonly worker?: WorkerKind;
}

export interface During {
  readonly contract: Activity;
  readonly at: Point;
  readonly act: (stage: Stage, run: Run) => Promise<void>;
}

export interface Made {
  readonly payload: unknown;
  /** All business ids of the run, from which every key in it is made. */
  readonly ids: Readonly<Record<string, string | number>>;
}

/** A run that was started. */
export interface Run {
  readonly course: Course;
  readonly workflowId: string;
  readonly ids: Made['ids'];
  /** Any of these is right. */
  readonly ends: readonly End[];
}

/** The id of the cancelling update, which is part of its decision's key. */
export const CANCEL_ID = 'cancel-1';

/** Somebody cancels; resolves when the run has taken it, and not when it is written down. */
export async function cancel(stage: Stage, { course, workflowId }: Run): Promise<void> {
  const decision = { actor: 'ann', reason: 'changed her mind' };
  const handle = await stage.handle(course.pipeline, workflowId);
  await handle.startUpdate('cancel', { args: [decision], updateId: CANCEL_ID, waitForStage: 'ACCEPTED' });
}

/** As somebody may in the Web UI: the run is closed, and nothing is undone. */
export async function terminate(stage: Stage, { course, workflowId }: Run): Promise<void> {
  await (await stage.handle(course.pipeline, workflowId)).terminate('a test');
}

export async function redriveRun(stage: Stage, { course, workflowId }: Run): Promise<Redriven> {
  const starter = await stage.services.starter(course.pipeline);
  const redriver = { ...starter, store: new PostgresStore(stage.database) };
  return redrive(redriver, workflowId, { actor: 'ann', reason: 'it was terminated' });
}
