import type { Pipeline } from '../contract/pipeline.ts';
import { latestOf } from './execution.ts';
import type { Received } from './inbox.ts';
import { openedPayload, startReceived, type Starter } from './start.ts';

/** What one sweep found. */
export interface Swept {
  /** Were received, and are started now. */
  readonly started: readonly string[];
  /** Are marked started, and their run is gone or closed without a fate: for a person, or a redrive. */
  readonly lost: readonly string[];
  /** Could not be started or looked for, with the error's class: one bad row must not hold up the others. */
  readonly failed: readonly string[];
}

/** How long a row may stay `received` before somebody else starts it: longer than any honest start takes. */
const RECEIVED_GRACE_MS = 10_000;
/** How long after the start, and after the last look, a run without a fate is looked for. */
const STARTED_GRACE_MS = 300_000;
const BATCH = 100;

/** Of one pipeline: starts what was received and not started, and reports what was started and has no fate. Any number may sweep at once. */
export async function sweep(starter: Starter, starts: readonly Pipeline[]): Promise<Swept> {
  const [{ name }] = starts as [Pipeline];
  const ago = (ms: number): Date => new Date(starter.clock().getTime() - ms);
  const swept = { started: [] as string[], lost: [] as string[], failed: [] as string[] };
  const each = async (row: Received, look: () => Promise<void>): Promise<void> =>
    look().catch((error: unknown) => {
      swept.failed.push(`${row.workflowId}: ${error instanceof Error ? error.constructor.name : typeof error}`);
    });
  // Of a workflow that only another version knows, its own workers take care.
  const known = starts.map(({ workflow }) => workflow);
  for (const row of await starter.inbox.unstarted(name, known, ago(RECEIVED_GRACE_MS), BATCH))
    await each(row, async () => {
      await startReceived(starter, row, openedPayload(starter, row), 'started');
      swept.started.push(row.workflowId);
    });
  for (const row of await starter.inbox.unheardOf(name, ago(STARTED_GRACE_MS), starter.clock(), BATCH))
    await each(row, async () => {
      if ((await latestOf(starter.client, row.workflowId))?.open) return;
      if ((await starter.inbox.find(row.workflowId))?.state === 'started') swept.lost.push(row.workflowId);
    });
  return swept;
}
