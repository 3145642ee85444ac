import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../src/config.ts';
import * as orderContracts from '../src/contracts/orders.ts';
import { seededRandom, wholeBelow } from '../src/domain/random.ts';
import { contractsOf } from '../src/kit/worker/manifest.ts';
import { start } from '../src/kit/intake/start.ts';
import { ordersPipeline } from '../src/pipelines/orders.ts';
import { Services } from '../src/services.ts';
import { commandLine } from './command.ts';
import { withStack } from './stack.ts';

const USAGE = `How long an order stands still when a worker dies. Two workers, orders in a closed loop, and SIGKILL at random moments;
of every kill the pause of the order that waited longest counts: from the signal to its next effect. An order whose next
effect is one that must be looked up at the other side is counted apart.

  npm run -s bench:recovery -- --kills 100 --seed 1
`;
const { numbers } = commandLine(USAGE, { kills: 100, seed: 1 });
const KILLS = numbers.kills;
const OPEN_ORDERS = 8;
const SKUS = 50;
/** Longer than a recovery takes and a worker needs to start, so that every kill meets two workers at work. */
const PAUSE_MS = 5_500;

execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });

await withStack(async (env) => {
  const { EVENKEEL_METRICS_ADDRESS: _metrics, EVENKEEL_HEALTH_PORT: _health, ...rest } = env;
  const services = new Services(readConfig(env));
  const { database } = services;
  const random = seededRandom(numbers.seed);
  await database.query(
    `insert into inventory.stock (sku, on_hand) select 'sku-' || n, 1000000 from generate_series(0, $1) n`,
    [SKUS - 1],
  );

  const worker = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['dist/worker.js'], {
      env: { ...process.env, ...rest },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8');
    for await (const text of child.stderr.iterator({ destroyOnReturn: false }) as AsyncIterable<string>)
      if (text.includes('worker runs')) break;
    child.stderr.resume();
    return child;
  };
  const workers = [await worker(), await worker()];

  const starter = await services.starter(orderContracts.orders);
  const over = new AbortController();
  let made = 0;
  const lane = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const orderId = `bench-${made++}`;
      const lines = [{ sku: `sku-${wholeBelow(random, SKUS)}`, quantity: 1, unitPriceMinor: 1_000 }];
      const order = {
        orderId,
        currency: 'GBP',
        lines,
        charges: [],
        shipTo: { country: 'Norway' },
        payment: { method: 'pm_card_visa' },
      };
      const { workflowId } = await start(starter, orderContracts.orders, order);
      await starter.client.workflow.getHandle(workflowId).result();
    }
  };
  const lanes = Array.from({ length: OPEN_ORDERS }, lane);

  await sleep(3_000);
  const kills: Date[] = [];
  for (let n = 1; n <= KILLS; n++) {
    const [victim] = workers.splice(wholeBelow(random, 2), 1) as [ChildProcess];
    kills.push(new Date());
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    workers.push(await worker());
    if (process.stderr.isTTY) process.stderr.write(`\r${n} of ${KILLS} kills, ${made} orders`);
    await sleep(PAUSE_MS + wholeBelow(random, 500));
  }
  over.abort();
  await Promise.all(lanes);
  for (const each of workers) each.kill('SIGKILL');

  const probed = new Set(
    contractsOf(ordersPipeline)
      .filter(({ remote }) => remote === 'probeable')
      .map(({ name }) => name),
  );
  const ours: number[] = [];
  const looked: number[] = [];
  for (const killed of kills) {
    const pauses = await database.query<{ activity: string; ms: number }>(
      `select distinct on (workflow_id) e.activity, (extract(epoch from e.settled_at - $1) * 1000)::float8 as ms
       from kit.inbox i join kit.effects e using (workflow_id)
       where i.received_at < $1 and i.ended_at > $1 and e.settled_at > $1 order by workflow_id, e.settled_at`,
      [killed],
    );
    const worst = (of: typeof pauses): number[] => (of.length === 0 ? [] : [Math.max(...of.map(({ ms }) => ms))]);
    ours.push(...worst(pauses.filter(({ activity }) => !probed.has(activity))));
    looked.push(...worst(pauses.filter(({ activity }) => probed.has(activity))));
  }
  const row = (what: string, pauses: readonly number[]): string => {
    const sorted = pauses.toSorted((a, b) => a - b);
    const at = (share: number): string =>
      ((sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN) / 1_000).toFixed(1);
    return `| ${what} | ${sorted.length} | ${at(0.5)} | ${at(0.9)} | ${at(0.99)} | ${at(1)} |`;
  };
  process.stdout.write(
    [
      `| longest pause of an order, seconds, ${OPEN_ORDERS} orders open, 2 workers, ${made} orders in all | kills | p50 | p90 | p99 | max |`,
      '|---|---|---|---|---|---|',
      row('next effect in Postgres or under the other side’s key', ours),
      row('next effect to be looked up at the other side', looked),
      '',
    ].join('\n'),
  );
  await services.close();
});
