import { readFileSync } from 'node:fs';
import type { VersioningBehavior } from '@temporalio/common';
import { NativeConnection } from '@temporalio/worker';
import { bind } from '../../src/kit/effects/bind.ts';
import type { Implementation } from '../../src/kit/effects/body.ts';
import { Database, type Tx } from '../../src/kit/effects/database.ts';
import { PostgresStore } from '../../src/kit/effects/postgres.ts';
import { bindRun } from '../../src/kit/effects/run.ts';
import { runWorkers, serveHealth, untilSignal } from '../../src/kit/worker/run.ts';
import { installRuntime } from '../../src/kit/worker/telemetry.ts';
import { bindingOn } from './bound.ts';
import * as contracts from './workflows/contracts.ts';

/** What a story worker is told, as its environment. */
export interface StoryWorker {
  readonly TEMPORAL_ADDRESS: string;
  readonly DATABASE_URL: string;
  readonly STORY_QUEUE: string;
  /** A file with the code of the bundled stories: one version of them. */
  readonly STORY_BUNDLE: string;
  readonly STORY_BUILD: string;
  readonly STORY_VERSIONING?: VersioningBehavior;
}

/** A worker of trips, as a process that a test may kill. Every booking is a row: the far side, where effects are counted. */
async function work(env: StoryWorker, healthPort: number): Promise<void> {
  installRuntime(() => undefined, undefined);
  const database = new Database(env.DATABASE_URL);
  const binding = bindingOn(new PostgresStore(database));
  const books =
    (what: string) =>
    async ({ trip }: contracts.Trip, { tx }: { tx: Tx }): Promise<{ booking: string }> => {
      await tx.query('insert into bookings (trip, what) values ($1, $2)', [trip, what]);
      return { booking: `${what} 1` };
    };
  const bodies = Object.fromEntries(Object.keys(contracts).map((name) => [name, books(name)]));
  const connection = await NativeConnection.connect({ address: env.TEMPORAL_ADDRESS });
  const health = await serveHealth('127.0.0.1', healthPort, {});
  await runWorkers(
    [
      {
        taskQueue: env.STORY_QUEUE,
        activities: {
          ...bind(contracts, bodies as unknown as Implementation<typeof contracts, Tx>, binding),
          ...bindRun(Object.values(contracts), binding),
        },
        dataConverter: {},
        workflowBundle: { code: readFileSync(env.STORY_BUNDLE, 'utf8') },
      },
    ],
    {
      connection,
      namespace: 'default',
      version: env.STORY_BUILD,
      versioning: env.STORY_VERSIONING,
      maxCachedWorkflows: 200,
      maxConcurrentActivities: 20,
    },
    untilSignal('SIGTERM'),
  );
  health.close();
  await connection.close();
  await database.close();
}

void work(process.env as unknown as StoryWorker, Number(process.env['EVENKEEL_HEALTH_PORT'])).then(() =>
  process.exit(0),
);
