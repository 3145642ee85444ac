import { readFileSync } from 'node:fs';
import { NativeConnection } from '@temporalio/worker';
import { Carrier } from './activities/shipping/carrier.ts';
import { stripeClient } from './activities/payments/stripe.ts';
import { readConfig } from './config.ts';
import { transfers } from './contracts/ledger.ts';
import { orders } from './contracts/orders.ts';
import { patients } from './contracts/patients.ts';
import type { Pipeline } from './kit/contract/pipeline.ts';
import type { ActivityFunction, Binding } from './kit/effects/bind.ts';
import type { Tx } from './kit/effects/database.ts';
import { readMigrations, requireSchema } from './kit/effects/migrate.ts';
import { PostgresStore } from './kit/effects/postgres.ts';
import { sweep } from './kit/intake/sweeper.ts';
import { bundleWorkflows } from './kit/worker/bundle.ts';
import { dataConverter } from './kit/worker/codec.ts';
import { repeatedly, runWorkers, serveHealth, untilSignal, type Manifest } from './kit/worker/run.ts';
import { countEffects, installRuntime, jsonLines } from './kit/worker/telemetry.ts';
import { ledgerPipeline } from './pipelines/ledger.ts';
import { orderPipeline } from './pipelines/orders.ts';
import { patientPipeline } from './pipelines/patients.ts';
import { keyringOf, privacyOf, s3Client, Services, temporalOptions, wallClock } from './services.ts';

// The wiring diagram: reads the configuration, builds the stores, runs the chosen pipelines until SIGTERM or SIGINT.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'; // the log is JSON lines
const config = readConfig(process.env);
const write = jsonLines(process.stderr, wallClock);
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

const pipelines: [Pipeline, (binding: Binding<Tx>) => Record<string, ActivityFunction>][] = [
  [orders, (binding) => orderPipeline({ s3, bucket, stripe, carrier }, binding)],
  [transfers, (binding) => ledgerPipeline({ s3, bucket }, binding)],
  [patients, (binding) => patientPipeline({ seal: privacyOf(config, patients).atRest }, binding)],
];
const chosen = pipelines.filter(([{ name }]) => config.EVENKEEL_PIPELINES.split(',').includes(name));
const workflows = new URL(`./workflows/index${import.meta.url.slice(-3)}`, import.meta.url);
const bundles = {
  clear: await bundleWorkflows(workflows, { sealed: false }),
  sealed: await bundleWorkflows(workflows, { sealed: true }),
};

const manifests: Manifest[] = chosen.map(([pipeline, activities]) => {
  const observe = countEffects(runtime.metricMeter, pipeline.name);
  const { fingerprint } = privacyOf(config, pipeline);
  const store = new PostgresStore(services.database, observe);
  const log: Binding<Tx>['log'] = (line) => write({ level: 'INFO', ...line });
  return {
    pipeline,
    activities: activities({ pipeline: pipeline.name, store, fingerprint, clock: wallClock, observe, log }),
    dataConverter: dataConverter(keyringOf(config), pipeline.sealed),
    workflowBundle: pipeline.sealed ? bundles.sealed : bundles.clear,
  };
});

const connection = await NativeConnection.connect(temporalOptions(config));
const client = await services.client();
const checks = {
  temporal: () => client.connection.ensureConnected(),
  postgres: () => services.database.query('select 1'),
};
const health =
  config.EVENKEEL_HEALTH_PORT && (await serveHealth(config.EVENKEEL_HEALTH_HOST, config.EVENKEEL_HEALTH_PORT, checks));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
write({ level: 'INFO', message: 'worker runs', version, pipelines: chosen.map(([{ name }]) => name) });

const stopped = untilSignal('SIGTERM', 'SIGINT');
const sweeping = repeatedly(10_000, stopped, async () => {
  for (const [pipeline] of chosen) {
    const { started, lost } = await sweep(await services.starter(pipeline), pipeline);
    if (started.length + lost.length > 0)
      write({ level: 'WARN', message: 'swept', pipeline: pipeline.name, started, lost });
  }
});
await runWorkers(
  manifests,
  {
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    version,
    maxCachedWorkflows: config.EVENKEEL_MAX_CACHED_WORKFLOWS,
    maxConcurrentActivities: config.EVENKEEL_MAX_CONCURRENT_ACTIVITIES,
  },
  stopped,
);
await sweeping;
if (health) health.close();
await connection.close();
await services.close();
write({ level: 'INFO', message: 'worker drained' });
process.exit(0);
