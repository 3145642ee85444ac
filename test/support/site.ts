import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { readConfig } from '../../src/config.ts';
import type { Pipeline } from '../../src/kit/contract/pipeline.ts';
import type { Database } from '../../src/kit/effects/database.ts';
import { start, type Started, type Starter } from '../../src/kit/intake/start.ts';
import { Evenkeel, type Redriven } from '../../src/index.ts';
import { Services } from '../../src/services.ts';
import { freshDatabase, stack } from './stack.ts';
import { Server } from './temporal.ts';
import { WorkerProcess } from './worker-process.ts';

/** The product on the test stack: a database of its own, clients as the command line has them, workers as processes. */
export class Site {
  readonly env: Record<string, string>;
  readonly database: Database;
  readonly server: Server;
  readonly #services: Services;
  readonly #workers = new Set<WorkerProcess>();

  private constructor(env: Record<string, string>, database: Database, server: Server) {
    this.env = env;
    this.database = database;
    this.server = server;
    this.#services = new Services(readConfig(env));
  }

  static async open(name: string, pipelines: string): Promise<Site> {
    const [{ env }, { url, database }, server] = [await stack(), await freshDatabase(name), await Server.open()];
    return new Site({ ...env, DATABASE_URL: url, EVENKEEL_PIPELINES: pipelines }, database, server);
  }

  /** Leaves nothing running: the tests share one Temporal, and the next site's workers would go on with this one's orders. */
  async close(): Promise<void> {
    await this.killWorkers();
    // Those with a fate too: a run that was reset goes on after it.
    for (const { id } of await this.database.query<{ id: string }>('select workflow_id as id from kit.inbox')) {
      const workflow = this.server.client.workflow.getHandle(id);
      // Most are closed, some were received and never started.
      await workflow.terminate('its test has ended').catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
    }
    await Promise.all([this.server.close(), this.#services.close()]);
  }

  async work(metrics?: string): Promise<WorkerProcess> {
    const worker = await WorkerProcess.start(this.env, metrics);
    this.#workers.add(worker);
    return worker;
  }

  /** Ends every worker at once, unasked. */
  async killWorkers(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.kill()));
    this.#workers.clear();
  }

  starter(pipeline: Pipeline): Promise<Starter> {
    return this.#services.starter(pipeline);
  }

  async start<P>(pipeline: Pipeline<P>, payload: P): Promise<Started> {
    return start(await this.starter(pipeline), pipeline, payload);
  }

  redrive(workflowId: string): Promise<Redriven> {
    return new Evenkeel(this.#services).redrive(workflowId, { actor: 'ann', reason: 'terminated by mistake' });
  }

  /** A handle that reads and writes as this pipeline seals. */
  async handle(pipeline: Pipeline, businessId: string, runId?: string): Promise<WorkflowHandle> {
    const client = await this.#services.client(pipeline);
    return client.workflow.getHandle(`${pipeline.prefix}/${businessId}`, runId);
  }
}
