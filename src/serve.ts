import { readFileSync } from 'node:fs';
import { NativeConnection } from '@temporalio/worker';
import { Rail } from './activities/ledger/rail.ts';
import { Carrier } from './activities/shipping/carrier.ts';
import { stripeClient } from './activities/payments/stripe.ts';
import type { Config } from './config.ts';
import type { Pipeline } from './kit/contract/pipeline.ts';
import type { Binding } from './kit/effects/bind.ts';
import { Database, type Tx } from './kit/effects/database.ts';
import { readMigrations, requireSchema } from './kit/effects/migrate.ts';
import { PostgresStore } from './kit/effects/postgres.ts';
import type { Observe } from './kit/effects/store.ts';
import { sweep } from './kit/intake/sweeper.ts';
import { workflowBundle } from './kit/worker/bundle.ts';
import { dataConverter } from './kit/worker/codec.ts';
import { repeatedly, runWorkers, serveHealth, type Hosted } from './kit/worker/run.ts';
import { activitiesOf } from './kit/worker/manifest.ts';
import { PIPELINES } from './pipelines/index.ts';
import type { Resources } from './pipelines/resources.ts';
import { countEffects, installRuntime, type WriteLine } from './kit/worker/telemetry.ts';
import { chosenOf, keyringOf, privacyOf, sealerOf, s3Client, Services, temporalOptions } from './services.ts';

/** How a worker process serves; what a test has its own of. */
export interface Serving {
  readonly config: Config;
  readonly clock: () => Date;
  readonly write: WriteLine;
  /** Resolves when it is to drain. Called when it runs. */
  readonly until: () => Promise<void>;
  /** Is told where every attempt stands, beside the metrics: a test holds it there. */
  readonly watch?: Observe;
}

/** The wiring diagram: builds the stores, and runs the chosen pipelines until it is told to drain. */
export async function serve({ config, clock, write, until, watch }: Serving): Promise<void> {
  const runtime = installRuntime(write, config.EVENKEEL_METRICS_ADDRESS);
  const services = new Services(config);
  await requireSchema(services.database, await readMigrations(new URL('../sql/', import.meta.url)));

  const bucket = config.EVENKEEL_S3_BUCKET;
  const s3 = s3Client(config);
  const stripe = stripeClient(
    config.STRIPE_API_KEY,
    config.PAYMENTS_URL === undefined ? undefined : new URL(config.PAYMENTS_URL),
  );
  const carrier = new Carrier(new URL(config.CARRIER_URL));
  const rail = new Rail(new URL(config.RAIL_URL));

  const resources: Resources = {
    database: services.database,
    s3,
    bucket,
    stripe,
    carrier,
    rail,
    seal: sealerOf(config),
  };

  const chosen = chosenOf(PIPELINES, config);
  const workflows = new URL(`./workflows/index${import.meta.url.slice(-3)}`, import.meta.url);
  const bundles = {
    clear: await workflowBundle(workflows, { sealed: false }),
    sealed: await workflowBundle(workflows, { sealed: true }),
  };

  const hosted: Hosted[] = chosen.map((manifest) => {
    const [{ name, sealed }] = manifest.starts as [Pipeline];
    const count = countEffects(runtime.metricMeter, name);
    const observe: Observe = async (point, at) => {
      await count(point, at);
      await watch?.(point, at);
    };
    const { fingerprint } = privacyOf(config, { name, sealed });
    const store = new PostgresStore(services.database, observe);
    const log: Binding<Tx>['log'] = (line) => write({ level: 'INFO', ...line });
    return {
      taskQueue: name,
      activities: activitiesOf(manifest, resources, {
        pipeline: name,
        store,
        fingerprint,
        clock,
        observe,
        log,
      }),
      dataConverter: dataConverter(keyringOf(config), sealed),
      workflowBundle: sealed ? bundles.sealed : bundles.clear,
    };
  });

  const connection = await NativeConnection.connect(temporalOptions(config));
  const client = await services.client();
  const pulse = new Database(config.DATABASE_URL, { max: 1, name: 'evenkeel health' });
  const checks = {
    temporal: () => client.withDeadline(Date.now() + 2_000, () => client.workflowService.getSystemInfo({})),
    postgres: () => pulse.query('select 1'), // a connection of its own: a busy pool is not ill
  };
  const health =
    config.EVENKEEL_HEALTH_PORT &&
    (await serveHealth(config.EVENKEEL_HEALTH_HOST, config.EVENKEEL_HEALTH_PORT, checks));
  const { version: released } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const version = config.EVENKEEL_BUILD_ID ?? released;
  write({ level: 'INFO', message: 'worker runs', version, pipelines: hosted.map(({ taskQueue }) => taskQueue) });

  const stopped = until();
  const sweeping = chosen.map(({ starts }) =>
    repeatedly(
      10_000,
      stopped,
      async () => {
        const swept = await sweep({ ...(await services.starter(starts[0]!)), clock }, starts);
        if (Object.values(swept).flat().length > 0) write({ level: 'WARN', message: 'swept', ...swept });
      },
      (error) =>
        write({ level: 'ERROR', message: 'sweep failed', error: error instanceof Error ? error.name : 'unknown' }),
    ),
  );
  await runWorkers(
    hosted,
    {
      connection,
      namespace: config.TEMPORAL_NAMESPACE,
      version,
      versioning: config.EVENKEEL_WORKER_VERSIONING,
      maxCachedWorkflows: config.EVENKEEL_MAX_CACHED_WORKFLOWS,
      maxConcurrentActivities: config.EVENKEEL_MAX_CONCURRENT_ACTIVITIES,
    },
    stopped,
  );
  await Promise.all(sweeping);
  if (health) health.close();
  await connection.close();
  await pulse.close();
  await services.close();
  write({ level: 'INFO', message: 'worker drained' });
}
