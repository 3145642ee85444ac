import { NativeConnection } from '@temporalio/worker';
import { transferActivities } from '../../../src/activities/ledger/transfers.ts';
import { paymentActivities, stripeClient } from '../../../src/activities/payments/stripe.ts';
import { readConfig } from '../../../src/config.ts';
import * as ledger from '../../../src/contracts/ledger.ts';
import * as payments from '../../../src/contracts/payments.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../../../src/kit/effects/postgres.ts';
import { barriers } from '../../../src/kit/testing/barriers.ts';
import { workflowBundle } from '../../../src/kit/worker/bundle.ts';
import { dataConverter } from '../../../src/kit/worker/codec.ts';
import { activitiesOf, implemented } from '../../../src/kit/worker/manifest.ts';
import { runWorkers, untilSignal } from '../../../src/kit/worker/run.ts';
import { installRuntime } from '../../../src/kit/worker/telemetry.ts';
import { s3Client, Services, temporalOptions, wallClock } from '../../../src/services.ts';
import type { HeldWorker } from '../../support/held-worker.ts';
import { offers, sales } from './contract.ts';

// A worker of the tests' own pipeline, with a hook at every barrier, as a team would have one of its own.
const { task, observe, ready } = barriers<HeldWorker>();
const write = (line: object): void => void process.stderr.write(`${JSON.stringify(line)}\n`);

async function serve(): Promise<void> {
  const { EVENKEEL_METRICS_ADDRESS: _metrics, EVENKEEL_HEALTH_PORT: _health, ...env } = task.env;
  const config = readConfig(env);
  installRuntime(write, undefined);
  const services = new Services(config);
  const clock = (): Date => new Date(wallClock().getTime() + (task.clockOffsetMs ?? 0));
  const stripe = stripeClient(config.STRIPE_API_KEY, new URL(config.PAYMENTS_URL!));
  const s3 = s3Client(config);
  const { remindOf } = transferActivities(s3, config.EVENKEEL_S3_BUCKET);
  const manifest = {
    starts: [sales, offers],
    modules: [
      implemented(payments, () => paymentActivities(stripe)),
      implemented({ remindOf: ledger.remindOf }, () => ({ remindOf })),
    ],
  };
  const store = new PostgresStore(services.database, observe);
  const binding = { pipeline: sales.name, store, fingerprint: sha256, clock, observe, log: write };
  const hosted = {
    taskQueue: sales.name,
    activities: activitiesOf(manifest, {}, binding),
    dataConverter: dataConverter(undefined, false),
    workflowBundle: await workflowBundle(new URL(`./workflows${import.meta.url.slice(-3)}`, import.meta.url), {
      sealed: false,
    }),
  };
  const connection = await NativeConnection.connect(temporalOptions(config));
  const stopped = untilSignal('SIGTERM', 'SIGINT');
  ready();
  const options = {
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    version: 'test',
    maxCachedWorkflows: config.EVENKEEL_MAX_CACHED_WORKFLOWS,
    maxConcurrentActivities: config.EVENKEEL_MAX_CONCURRENT_ACTIVITIES,
  };
  await runWorkers([hosted], options, stopped);
  await connection.close();
  s3.destroy();
  await services.close();
}

void serve().then(() => process.exit(0));
