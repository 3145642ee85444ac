import { WorkflowNotFoundError } from '@temporalio/client';
import { Evenkeel, RunError } from '../../../src/index.ts';
import type { Message } from './deliveries.ts';
import type { RunFault } from './plan.ts';
import { patiently, type Progress } from './progress.ts';
import type { Stage } from './stage.ts';
import type { Tally } from './tally.ts';

/** One run's fault, when the run has come to its moment. */
export async function strikeRun(
  stage: Stage,
  fault: RunFault,
  message: Message,
  progress: Progress,
  signal: AbortSignal,
  tally: Tally,
): Promise<void> {
  await progress.untilEffects(signal, message.workflowId, fault.afterEffects);
  const act = fault.kind === 'reset' ? reset : fault.kind === 'cancelled' ? cancel : redrive;
  const came = await patiently(signal, () => act(stage, fault, message));
  if (fault.kind === 'cancelled') tally.cancelled.set(fault.run, came);
  tally.add(fault.kind, came);
}

type Act = (stage: Stage, fault: RunFault, message: Message) => Promise<string>;
const DECISION = { actor: 'soak', reason: 'planned' };

/** Asked again until there is an answer, yes or no: under one id, so that it is one decision. */
const cancel: Act = async ({ services }, { run }, { workflowId }) => {
  try {
    await new Evenkeel(services).cancel(workflowId, DECISION, `soak-${run}`);
    return 'taken';
  } catch (error) {
    if (error instanceof RunError && error.code === 'rejected') return 'rejected';
    if (error instanceof RunError && error.code === 'over') return 'too late';
    throw error;
  }
};

/** Back to one of the workflow tasks that the run has completed. */
const reset: Act = async ({ services }, { run, back }, { pipeline, workflowId }) => {
  const { workflow, workflowService, options } = await services.client(pipeline);
  const { runId, status } = await workflow.getHandle(workflowId).describe();
  const { events } = await workflow.getHandle(workflowId, runId).fetchHistory();
  const completed = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const to = completed[Math.floor(back * completed.length)];
  if (!to) throw new Error('no workflow task is completed yet');
  await workflowService.resetWorkflowExecution({
    namespace: options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'soak',
    requestId: `soak-${run}-${runId}`,
    workflowTaskFinishEventId: to.eventId!,
  });
  return status.name === 'RUNNING' ? 'under way' : 'after its end';
};

/** Ended from outside, in the midst of whatever it does; then it goes on in another run. */
const redrive: Act = async ({ services }, _fault, { pipeline, workflowId }) => {
  const { workflow } = await services.client(pipeline);
  await workflow
    .getHandle(workflowId)
    .terminate('soak')
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error; // closed: by itself, or by an answer of ours that was lost
    });
  const { redrive } = await new Evenkeel(services).redrive(workflowId, DECISION);
  return redrive === 'ended' ? 'had ended' : 'redriven';
};
