import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import type { Pipeline } from '../../src/kit/contract/pipeline.ts';
import type { Ended } from '../../src/kit/contract/updates.ts';
import type { Database } from '../../src/kit/effects/database.ts';
import { sha256 } from '../../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../../src/kit/effects/postgres.ts';
import type { Observe } from '../../src/kit/effects/store.ts';
import { Inbox, type Received } from '../../src/kit/intake/inbox.ts';
import { redrive, type Redriven, type Redriver } from '../../src/kit/intake/redrive.ts';
import { start } from '../../src/kit/intake/start.ts';
import { until } from './conditions.ts';
import { bundleOf, statusOf, type Mode, type Server } from './temporal.ts';
import { durableEffects, Trips } from './trips.ts';

const STORIES = 'test/support/workflows/index.ts';
export const BY = { actor: 'ann', reason: 'it was terminated by mistake' };

/** One trip as a pipeline has it: through the inbox, on Postgres, on a queue of its own that a worker takes or nobody. */
export class Agency {
  readonly trips = new Trips();
  readonly trip = `trip-${randomUUID()}`;
  readonly pipeline: Pipeline<{ trip: string }>;
  readonly redriver: Redriver;
  readonly #server: Server;
  readonly #database: Database;

  constructor(server: Server, database: Database, story: string, observe: Observe = () => undefined) {
    this.#server = server;
    this.#database = database;
    const name = `trips-${randomUUID()}`;
    this.pipeline = {
      name,
      prefix: name,
      workflow: story,
      payload: z.object({ trip: z.string() }),
      businessId: ({ trip }) => trip,
      summary: ({ trip }) => trip,
      sealed: false,
    };
    this.redriver = {
      client: server.client,
      inbox: new Inbox(database),
      store: new PostgresStore(database, observe),
      fingerprint: sha256,
      atRest: (payload) => payload,
      fromRest: (kept) => kept,
      clock: () => new Date(),
    };
  }

  get workflowId(): string {
    return `${this.pipeline.name}/${this.trip}`;
  }

  /** Of the latest run. */
  get handle(): WorkflowHandle {
    return this.#server.client.workflow.getHandle(this.workflowId);
  }

  async start(): Promise<void> {
    await start(this.redriver, this.pipeline, { trip: this.trip });
  }

  /** A worker takes the queue for as long as `story` lasts. */
  async withWorker<T>(mode: Mode, story: () => Promise<T>): Promise<T> {
    const activities = this.trips.durable(this.#database);
    const bundle = await bundleOf(STORIES);
    return this.#server.withWorker({ taskQueue: this.pipeline.name, mode, bundle, activities }, story);
  }

  async terminate(): Promise<void> {
    await this.handle.terminate();
    await until('terminated', async () => (await statusOf(this.handle)) === 'TERMINATED');
  }

  redrive(by = BY): Promise<Redriven> {
    return redrive(this.redriver, this.workflowId, by);
  }

  ended(): Promise<Ended<unknown>> {
    return this.handle.result() as Promise<Ended<unknown>>;
  }

  async inbox(): Promise<Received> {
    return (await this.redriver.inbox.find(this.workflowId))!;
  }

  /** `applied flight`, `burned flight`, …, in the order of the audit chain. */
  effects(): Promise<string[]> {
    return durableEffects(this.#database, this.workflowId, this.trip);
  }

  /** Every run that Temporal has of it, oldest first, by the number that it was started with. */
  async runs(): Promise<number[]> {
    const found: { run: number; at: Date }[] = [];
    for await (const { memo, startTime } of this.#server.client.workflow.list({
      query: `WorkflowId = '${this.workflowId}'`,
    }))
      found.push({ run: memo!['run'] as number, at: startTime });
    return found.toSorted((a, b) => a.at.getTime() - b.at.getTime()).map(({ run }) => run);
  }
}
