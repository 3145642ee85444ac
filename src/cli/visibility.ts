import { isGrpcServiceError, type Client } from '@temporalio/client';
import { UsageError } from './errors.ts';

/** gRPC status codes, grpc.github.io/grpc/core/md_doc_statuscodes.html */
export const GRPC = { invalidArgument: 3, notFound: 5 } as const;

/** As it is thrown, or wrapped by the client. */
export const isGrpc = (error: unknown, code: number): boolean =>
  [error, (error as Error).cause].some((each) => isGrpcServiceError(each) && (each.code as number) === code);

/** What visibility says of a run. */
export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly workflow: string;
  readonly taskQueue: string;
}

/**
 * The runs that Temporal's list filter finds, a page in memory after the other. The client's own `list` opens memos, and
 * so fails on a sealed run without its key.
 */
export async function* runsOf({ workflowService, options: { namespace } }: Client, query: string): AsyncGenerator<Run> {
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const page = await workflowService
      .listWorkflowExecutions({ namespace, query, nextPageToken })
      .catch((cause: unknown) => Promise.reject(ofQuery(cause)));
    for (const { execution, type, taskQueue } of page.executions)
      yield {
        workflowId: execution!.workflowId!,
        runId: execution!.runId!,
        workflow: type!.name!,
        taskQueue: taskQueue ?? '',
      };
    ({ nextPageToken } = page);
  } while (nextPageToken.length > 0);
}

/** Runs that wait for a person. */
export const STUCK = "EvenkeelStuck = true and ExecutionStatus = 'Running'";

/** What a query that Temporal does not take throws, for whoever typed it. */
export const ofQuery = (cause: unknown): unknown =>
  isGrpc(cause, GRPC.invalidArgument)
    ? new UsageError('--query: Temporal does not understand it (INVALID_ARGUMENT)', { cause })
    : cause;
