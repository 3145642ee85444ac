import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { CombinedWorkerRunError, NativeConnection, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import type { WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';
import type { Json } from '../../src/kit/contract/outcome.ts';
import { PROGRESS_QUERY, type Progress } from '../../src/kit/contract/updates.ts';
import type { ActivityFunction } from '../../src/kit/effects/bind.ts';
import { bundleWorkflows } from '../../src/kit/worker/bundle.ts';
import { until } from './conditions.ts';
import { stack } from './stack.ts';

/** Every test of a workflow runs in both: from the cache, and replayed from its history at every task. */
export const MODES = ['cached', 'always replayed'] as const;
export type Mode = (typeof MODES)[number];

const QUIET = Symbol.for('evenkeel.test.quiet');
// Mocha may load this file twice, as an ES module and as CommonJS: Temporal's runtime is not there twice.
const holder = globalThis as { [QUIET]?: true };
/** Workers report failed tasks on standard error; tests assert them instead. Once a process, before the first worker. */
export function quietly(): void {
  const nothing = (): void => undefined;
  if (!holder[QUIET])
    Runtime.install({
      logger: { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing },
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
    });
  holder[QUIET] = true;
}

const bundles = new Map<string, Promise<WorkflowBundle>>();
/** The bundle of `test/support/workflows/<file>`, or of any file of the checkout; made once a process. */
export function bundleOf(file: string): Promise<WorkflowBundle> {
  quietly();
  const path = join(process.cwd(), file);
  const made = bundles.get(path) ?? bundleWorkflows(pathToFileURL(path), { sealed: false });
  bundles.set(path, made);
  return made;
}

/** A workflow task that went down with its worker is given to the next after this. */
export const WORKFLOW_TASK_TIMEOUT = '2s';

/** Workers whose workflows run in the thread that their bundle has already: to start one takes 0.4 s of the processor. */
const sharing = (threads: Map<string, Promise<WorkflowCreator>>): typeof Worker =>
  class extends Worker {
    protected static override async createWorkflowCreator(
      ...of: Parameters<typeof Worker.createWorkflowCreator>
    ): Promise<WorkflowCreator> {
      const [{ code }] = of;
      const thread = threads.get(code) ?? super.createWorkflowCreator(...of);
      threads.set(code, thread);
      const workflows = await thread;
      return { createWorkflow: (run) => workflows.createWorkflow(run), destroy: () => Promise.resolve() };
    }
  };

/** The test stack's Temporal, for one suite: opened in `before`, closed in `after`. */
export class Server {
  readonly client: Client;
  readonly #native: NativeConnection;
  readonly #threads = new Map<string, Promise<WorkflowCreator>>();

  private constructor(client: Client, native: NativeConnection) {
    this.client = client;
    this.#native = native;
  }

  static async open(): Promise<Server> {
    quietly();
    const { env } = await stack();
    const address = env['TEMPORAL_ADDRESS']!;
    const [connection, native] = await Promise.all([
      Connection.connect({ address }),
      NativeConnection.connect({ address }),
    ]);
    return new Server(new Client({ connection }), native);
  }

  async close(): Promise<void> {
    const threads = await Promise.all(this.#threads.values());
    await Promise.all([this.client.connection.close(), this.#native.close(), ...threads.map((each) => each.destroy())]);
  }

  /** Runs a worker for as long as `story` lasts. A queue of its own: no other test's tasks, and none for others. */
  async withWorker<T>(
    of: { taskQueue: string; mode: Mode; bundle: WorkflowBundle; activities: Record<string, ActivityFunction> },
    story: () => Promise<T>,
  ): Promise<T> {
    const worker = await sharing(this.#threads).create({
      connection: this.#native,
      taskQueue: of.taskQueue,
      workflowBundle: of.bundle,
      activities: of.activities,
      maxCachedWorkflows: of.mode === 'cached' ? 20 : 0,
      stickyQueueScheduleToStartTimeout: '1s',
      shutdownForceTime: '5s',
    });
    return worker.runUntil(story).catch((error: unknown) => {
      // A story that fails may leave attempts that hang, and the worker then fails too: of that nobody wants to hear.
      throw error instanceof CombinedWorkerRunError ? error.cause.innerError : error;
    });
  }

  reset(handle: WorkflowHandle, before: string): Promise<WorkflowHandle> {
    return resetRun(this.client, handle, before);
  }

  resetTo(handle: WorkflowHandle, eventId: number): Promise<WorkflowHandle> {
    return resetTo(this.client, handle, eventId);
  }
}

/** Resets a run to before the first task that called the activity `before`, and gives the handle of the new run. */
export async function resetRun(client: Client, handle: WorkflowHandle, before: string): Promise<WorkflowHandle> {
  const { events } = await handle.fetchHistory();
  const called = events!.find(
    ({ activityTaskScheduledEventAttributes: at }) => at?.activityType?.name === before,
  )!.activityTaskScheduledEventAttributes!;
  return resetTo(client, handle, Number(called.workflowTaskCompletedEventId));
}

/** … or to this event, a completed workflow task. */
async function resetTo(client: Client, handle: WorkflowHandle, eventId: number): Promise<WorkflowHandle> {
  const { runId: base } = await handle.describe();
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: handle.workflowId, runId: base },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: eventId as never, // a Long, on the wire
  });
  return client.workflow.getHandle(handle.workflowId, runId);
}

/** The activities that a reset run called from this event on, in the order of their scheduling. */
export async function calledFrom(handle: WorkflowHandle, eventId: number): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return events!.flatMap(({ activityTaskScheduledEventAttributes: call }) =>
    call && Number(call.workflowTaskCompletedEventId) >= eventId ? [call.activityType!.name!] : [],
  );
}

/** Calls of activities and their ends, in the order of the history: `bookFlight`, `bookFlight done`, … */
export async function callsOf(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  const names = new Map<string, string>();
  return events!.flatMap((event) => {
    const called = event.activityTaskScheduledEventAttributes;
    if (called) {
      names.set(String(event.eventId), called.activityType!.name!);
      return [called.activityType!.name!];
    }
    const ended = (
      [
        ['done', event.activityTaskCompletedEventAttributes],
        ['failed', event.activityTaskFailedEventAttributes],
        ['timed out', event.activityTaskTimedOutEventAttributes],
        ['cancelled', event.activityTaskCanceledEventAttributes],
        ['asked to cancel', event.activityTaskCancelRequestedEventAttributes],
      ] as const
    ).find(([, attributes]) => attributes);
    return ended ? [`${names.get(String(ended[1]!.scheduledEventId))} ${ended[0]}`] : [];
  });
}

export const progressOf = (handle: WorkflowHandle): Promise<Progress> => handle.query<Progress>(PROGRESS_QUERY);

/** The stage table as the query gives it: `bookFlight done`, `insureTrip parked: TimeoutFailure`. */
export async function stagesOf(handle: WorkflowHandle): Promise<string[]> {
  const { stages } = await progressOf(handle);
  return stages.map(
    ({ activity, state, reason }) => `${activity} ${state}${reason === undefined ? '' : `: ${reason}`}`,
  );
}

/** Whether Temporal lists the run as waiting for a person. */
export async function stuck(handle: WorkflowHandle): Promise<boolean> {
  return (await handle.describe()).searchAttributes['EvenkeelStuck']?.[0] === true;
}

/**
 * Waits for a stage, with any reason where none is given. What waits for a person is listed too: a query also tells what
 * a workflow task found that Temporal then lost, and a decision sent with the next one comes before it is found again.
 */
export async function shows(handle: WorkflowHandle, stage: string): Promise<void> {
  await until(stage, async () => {
    const shown = (await stagesOf(handle)).some((each) => each === stage || each.startsWith(`${stage}: `));
    return shown && (!/ (parked|stuck)/.test(stage) || (await stuck(handle)));
  });
}

/** Waits until the run asks, and answers. */
export async function answer(
  handle: WorkflowHandle,
  question: string,
  choice: string,
  { updateId, ...over }: { actor?: string; value?: Json; updateId?: string } = {},
): Promise<void> {
  const { fingerprint } = await until(question, async () =>
    (await progressOf(handle)).questions.find((each) => each.question === question),
  );
  await handle.executeUpdate('answer', {
    args: [{ actor: 'cara', reason: 'a test', question, fingerprint, choice, ...over }],
    ...(updateId === undefined ? {} : { updateId }),
  });
}

/** What the Web UI shows of the run. */
export async function detailsOf(handle: WorkflowHandle): Promise<string> {
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return currentDetails;
}

export async function statusOf(handle: WorkflowHandle): Promise<string> {
  return (await handle.describe()).status.name;
}
