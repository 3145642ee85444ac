import { createServer, type Server } from 'node:http';
import { NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { DataConverter, VersioningBehavior } from '@temporalio/common';
import type { ActivityFunction } from '../effects/bind.ts';

/** One pipeline as a worker process hosts it. */
export interface Hosted {
  readonly taskQueue: string;
  readonly activities: Record<string, ActivityFunction>;
  readonly dataConverter: DataConverter;
  readonly workflowBundle: WorkflowBundleOption;
}

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** The build: shown in the Web UI beside every task, and what runs are pinned to. */
  readonly version: string;
  /**
   * Temporal's worker versioning: `PINNED` runs end on the build that they began on, `AUTO_UPGRADE` runs move to the
   * current build at their next task. Then only the build that an operator made current is given new runs.
   */
  readonly versioning?: VersioningBehavior | undefined;
  /** Workflows kept in memory, all pipelines together. */
  readonly maxCachedWorkflows: number;
  /** Attempts at once, a pipeline. Each may hold a database connection. */
  readonly maxConcurrentActivities: number;
}

/** All pipelines are one code base, and are deployed as one. */
export const DEPLOYMENT = 'evenkeel';

/** How long a worker may go on with what it has begun after SIGTERM. Then attempts are left to their successors. */
const DRAIN = '20s';

/** Runs the pipelines, a Temporal worker each on its own task queue, until `stopped`. Then drains: nothing new is taken. */
export async function runWorkers(
  hosted: readonly Hosted[],
  options: WorkerOptions,
  stopped: Promise<void>,
): Promise<void> {
  const workers = await Promise.all(
    hosted.map((pipeline) =>
      Worker.create({
        ...pipeline,
        connection: options.connection,
        namespace: options.namespace,
        workerDeploymentOptions: {
          version: { deploymentName: DEPLOYMENT, buildId: options.version },
          ...(options.versioning
            ? { useWorkerVersioning: true, defaultVersioningBehavior: options.versioning }
            : { useWorkerVersioning: false }),
        },
        maxCachedWorkflows: options.maxCachedWorkflows,
        maxConcurrentActivityTaskExecutions: options.maxConcurrentActivities,
        // A dead worker's sticky tasks go back to the queue after a second instead of ten.
        stickyQueueScheduleToStartTimeout: '1s',
        shutdownGraceTime: DRAIN,
        shutdownForceTime: '30s',
      }),
    ),
  );
  const running = workers.map((worker) => worker.run());
  const drain = stopped.then(() =>
    workers.filter((worker) => worker.getState() === 'RUNNING').forEach((worker) => worker.shutdown()),
  );
  await Promise.race([drain, ...running]); // a worker that fails ends the process: a supervisor starts it anew
  await Promise.all(running);
}

/** `GET /healthz`: 200 while every check passes, else 503 with the names of those that failed. Bound to loopback by default. */
export function serveHealth(
  host: string,
  port: number,
  checks: Record<string, () => Promise<unknown>>,
): Promise<Server> {
  const server = createServer((_request, response) => {
    void Promise.allSettled(Object.values(checks).map((check) => check())).then((results) => {
      const failed = Object.keys(checks).filter((_name, i) => results[i]!.status === 'rejected');
      response
        .writeHead(failed.length === 0 ? 200 : 503, { 'content-type': 'application/json' })
        .end(JSON.stringify({ healthy: failed.length === 0, failed }));
    });
  });
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, host, () => resolve(server)));
}

/** Resolves at the first of these signals; a second one ends the process as usual. */
export const untilSignal = (...signals: NodeJS.Signals[]): Promise<void> =>
  new Promise((resolve) => {
    const stop = (): void => {
      for (const signal of signals) process.off(signal, stop);
      resolve();
    };
    for (const signal of signals) process.on(signal, stop);
  });

/** Does `task` every `pauseMs` until stopped. After a failure, which is told, the next time finds what this one left. */
export async function repeatedly(
  pauseMs: number,
  stopped: Promise<void>,
  task: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const end = stopped.then(() => 'over' as const);
  for (;;) {
    await task().catch(onFailure);
    if ((await Promise.race([end, new Promise((resolve) => setTimeout(resolve, pauseMs).unref())])) === 'over') return;
  }
}
