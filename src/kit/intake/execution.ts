import { WorkflowNotFoundError, type Client } from '@temporalio/client';

/** What Temporal has of the latest run under a workflow id. */
export interface Execution {
  readonly open: boolean;
  /** The number that it was started with. */
  readonly run: number;
  readonly runId: string;
}

/** Undefined: Temporal never had it, or has forgotten it. */
export async function latestOf(client: Client, workflowId: string): Promise<Execution | undefined> {
  try {
    const { closeTime, memo, runId } = await client.workflow.getHandle(workflowId).describe();
    return { open: closeTime === undefined, run: typeof memo?.['run'] === 'number' ? memo['run'] : 1, runId };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
