import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { NativeConnection } from '@temporalio/worker';
import { Pool } from 'pg';
import { readConfig } from '../../src/config.ts';
import type { Transfer } from '../../src/contracts/ledger.ts';
import type { Json } from '../../src/kit/contract/outcome.ts';
import type { ActivityFunction } from '../../src/kit/effects/bind.ts';
import { runWorkers } from '../../src/kit/worker/run.ts';
import { installRuntime, jsonLines } from '../../src/kit/worker/telemetry.ts';
import { serve } from '../../src/serve.ts';
import { s3Client, wallClock } from '../../src/services.ts';
import { record, replayOf, type Recording } from './recorded.ts';
import type { BareActivities } from './workflow.ts';

/** What a worker of the bench is told. */
export type Task =
  | { readonly kind: 'ours'; readonly record: boolean }
  | { readonly kind: 'bare'; readonly queue: string; readonly bundle: string; readonly recording: Recording; readonly names: readonly string[] }; // prettier-ignore

/** As ours answer. */
const ANSWERS: Record<keyof BareActivities, (input: Transfer) => Json> = {
  validateTransfer: () => ({ approval: false }),
  holdFunds: ({ amountMinor }) => ({ availableMinor: amountMinor }),
  postTransfer: ({ transferId }) => ({ transactionId: `transfers/${transferId}` }),
  storeAdvice: ({ transferId }) => ({ path: `advices/${transferId}.json` }),
  recordFate: (ended) => ended as unknown as Json,
};

const task = JSON.parse(process.argv[2]!) as Task;
const config = readConfig(process.env);
const write = jsonLines(process.stderr, wallClock);
const recording: Recording = {};
process.on('message', (asked) => {
  if (asked === 'cpu') process.send!(process.cpuUsage());
  if (asked === 'recording') process.send!(recording);
});
const told = once(process, 'disconnect').then(() => undefined);

/** As a worker of the product runs. */
function ours(): Promise<void> {
  if (task.kind === 'ours' && task.record) record(recording);
  return serve({
    config,
    clock: wallClock,
    write,
    until: () => {
      process.send!('ready');
      return told;
    },
  });
}

/** The SDK with activities that send what ours have sent, and nothing else: nothing checked, keyed, digested or declared. */
async function bare({ queue, bundle, recording: sent, names }: Task & { kind: 'bare' }): Promise<void> {
  installRuntime(write, undefined);
  const pool = new Pool({ connectionString: config.DATABASE_URL, max: config.EVENKEEL_DATABASE_CONNECTIONS });
  const s3 = s3Client(config);
  const activities = Object.fromEntries(
    Object.entries(sent).map(([name, each]): [string, ActivityFunction] => {
      const send = replayOf(each, names, { pool, s3 });
      return [
        name,
        async (raw) => {
          const input = raw as Transfer;
          await send([input.transferId, input.debtor, input.creditor!]);
          return ANSWERS[name as keyof BareActivities](input);
        },
      ];
    }),
  );
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  process.send!('ready');
  await runWorkers(
    [{ taskQueue: queue, activities, dataConverter: {}, workflowBundle: { code: readFileSync(bundle, 'utf8') } }],
    {
      connection,
      namespace: config.TEMPORAL_NAMESPACE,
      version: 'bench',
      maxCachedWorkflows: config.EVENKEEL_MAX_CACHED_WORKFLOWS,
      maxConcurrentActivities: config.EVENKEEL_MAX_CONCURRENT_ACTIVITIES,
    },
    told,
  );
  await connection.close();
  await pool.end();
}

await (task.kind === 'ours' ? ours() : bare(task));
process.exit(0);
