import { z } from 'zod';
import { activity, segments, type InputOf } from '../contract/activity.ts';
import { FAILURE, type Json } from '../contract/outcome.ts';
import type { Decision, RunFate } from '../contract/updates.ts';
import { command } from '../effects/bind.ts';
import type { Local } from '../effects/body.ts';
import type { Tx } from '../effects/database.ts';
import { ContractViolation } from '../effects/errors.ts';
import { failureOf } from '../effects/failure.ts';
import type { EffectStore } from '../effects/store.ts';
import { latestOf } from './execution.ts';
import type { Kept } from './inbox.ts';
import { openedPayload, startReceived, type Starter } from './start.ts';

/** What redriving needs beside what starting needs: where the redrive itself is recorded. */
export interface Redriver extends Starter {
  readonly store: EffectStore<Tx>;
}

/**
 * What there was to redrive.
 * - `redriven`: it was closed without a fate, or gone; run `run` goes on under the same keys.
 * - `started`: it had been received and never started; now it is.
 * - `running`, `ended`: nothing was changed; an ended run is answered with its fate.
 * - `overtaken`: somebody else's redrive, by `actor`, made run `run` out of the one that was seen here.
 */
export type Redriven =
  | {
      readonly redrive: 'redriven' | 'started';
      readonly workflowId: string;
      readonly run: number;
      readonly runId: string | null;
    }
  | { readonly redrive: 'running'; readonly workflowId: string; readonly run: number; readonly runId: string }
  | { readonly redrive: 'overtaken'; readonly workflowId: string; readonly run: number; readonly actor: string }
  | {
      readonly redrive: 'ended';
      readonly workflowId: string;
      readonly fate: RunFate | null;
      readonly reason: string | null;
      readonly result: Json;
    };

/**
 * A command's effect, not a workflow's: no worker has this activity. Its key is of the run that it makes, so at most one
 * redrive makes run n; who and why are not what it is about, so a second one gets the outcome of the first.
 */
export const recordRedrive = activity('recordRedrive', {
  input: z.object({
    workflowId: z.string(),
    run: z.int().min(2),
    actor: z.string().min(1).max(200),
    reason: z.string().max(2_000),
  }),
  output: z.object({ actor: z.string() }),
  volatile: ['actor', 'reason'],
  key: ({ workflowId, run }) => `${segments(workflowId)}/runs/${run}/redrive`,
  errors: { Overtaken: 'retry' }, // nothing is recorded: another state of the row is another question
  attempt: '10s',
  within: '10s',
  actor: ({ actor }) => actor,
  undo: { none: 'the run that it starts is undone like any other' },
});

/** Compare-and-set on the inbox row: of two redrives that saw the same run, one makes the next. */
const nextRun: Local<typeof recordRedrive, Tx> = async ({ workflowId, run, actor, reason }, { tx, now, retry }) => {
  const taken = await tx.query(
    `update kit.inbox set state = 'received', run = $2, run_id = null, looked_at = null
     where workflow_id = $1 and run = $2 - 1 and state = 'started' returning run`,
    [workflowId, run],
  );
  if (taken.length === 0) throw retry('Overtaken');
  await tx.query(
    `insert into kit.decisions (workflow_id, update_id, kind, actor, reason, decided_at)
     values ($1, $2, 'redrive', $3, $4, $5)`,
    [workflowId, `runs/${run}`, actor, reason, now()],
  );
  return { actor };
};

/**
 * Runs again what was closed without a fate (terminated, say) or is gone, under the same keys: recorded outcomes are
 * given, and what a run before it had begun to undo is undone to the end. The decision is committed first; whatever
 * fails after that, the sweeper starts the run. Throws `ContractViolation` for an unknown id, for a payload that is not
 * the one that was received, and for an actor or reason that cannot be recorded.
 */
export async function redrive(redriver: Redriver, workflowId: string, decision: Decision): Promise<Redriven> {
  const { client, inbox } = redriver;
  const row = await inbox.kept(workflowId);
  if (!row) throw new ContractViolation(`nothing was ever started as ${workflowId}`);
  const { state, run, fate, reason, result } = row;
  if (state === 'ended') return { redrive: 'ended', workflowId, fate, reason, result };
  const there = await latestOf(client, workflowId);
  if (there?.open) return { redrive: 'running', workflowId, run, runId: there.runId };
  const payload = openedPayload(redriver, row);
  if (state === 'received') {
    const started = await startReceived(redriver, row, payload, 'started');
    if (started.start === 'started') return { redrive: 'started', workflowId, run, runId: started.runId };
    return redrive(redriver, workflowId, decision); // it had been started, and is marked so now
  }
  try {
    return await next(redriver, row, payload, decision);
  } catch (error) {
    // It ended, or was redriven and started, while we looked.
    const { type } = failureOf(error);
    if (type === 'Overtaken' || type === FAILURE.ended) return redrive(redriver, workflowId, decision);
    throw error;
  }
}

async function next(redriver: Redriver, row: Kept, payload: Json, { actor, reason }: Decision): Promise<Redriven> {
  const { workflowId } = row;
  const input: InputOf<typeof recordRedrive> = { workflowId, run: row.run + 1, actor, reason };
  const binding = { ...redriver, pipeline: row.pipeline, observe: () => undefined, log: () => undefined };
  const { value, fresh } = await command(recordRedrive, nextRun, binding, workflowId, input);
  const { run } = input;
  if (!fresh) return { redrive: 'overtaken', workflowId, run, actor: value.actor };
  const started = await startReceived(redriver, { ...row, run, runId: null }, payload, 'started');
  return { redrive: 'redriven', workflowId, run, runId: 'runId' in started ? started.runId : null };
}
