import { Pool } from 'pg';
import { sha256 } from '../src/kit/effects/fingerprint.ts';
import { Database, type Tx } from '../src/kit/effects/database.ts';
import { PostgresStore } from '../src/kit/effects/postgres.ts';
import type { Witness } from '../src/kit/effects/store.ts';
import { median, medianRatio } from './command.ts';
import { withStack } from './stack.ts';

// What exactly-once costs on Postgres: the same update of one row, bare in a transaction, and as an effect with key,
// outcome and audit entry. Round trips are counted at the driver; times are ratios of the two, alternating in one run.
//   npm run -s bench:effects
const ROUNDS = 7;
const EFFECTS = 400;

const witness = (subject: string): Witness => ({
  subject,
  now: () => new Date(),
  entry: (event, { key, outcome }) => JSON.stringify({ event, key, outcome: sha256(outcome) }),
});
const work = async (tx: Tx): Promise<null> => {
  await tx.query('update bench.counter set n = n + 1 where id = $1', [Math.floor(Math.random() * 1_000)]);
  return null;
};

await withStack(async (env) => {
  let trips = 0;
  const pool = Pool.prototype as {
    connect: (...args: unknown[]) => Promise<{ query: (...args: unknown[]) => unknown }>;
  };
  const connect = pool.connect;
  const counted = new WeakSet<object>();
  pool.connect = async function (...args) {
    const client = await connect.apply(this, args);
    if (client && !counted.has(client)) {
      counted.add(client);
      const query = client.query.bind(client);
      client.query = (...sent) => (trips++, query(...sent));
    }
    return client;
  };
  const database = new Database(env['DATABASE_URL']!, { max: 8 });
  await database.query('create schema bench');
  await database.query('create table bench.counter as select id, 0 as n from generate_series(0, 999) id');
  await database.query('create unique index on bench.counter (id)');
  const store = new PostgresStore(database);
  const bare = (): Promise<unknown> => database.transaction((tx) => work(tx));
  const effect = (base: string): Promise<unknown> =>
    store.once({ base, activity: 'bench', fingerprint: 'f' }, witness(base), work);
  const tripsOf = async (one: () => Promise<unknown>): Promise<number> => {
    const before = trips;
    await one();
    return trips - before - 1; // the work's own statement
  };
  const perSecond = async (one: (i: number) => Promise<unknown>): Promise<number> => {
    const began = performance.now();
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let i = next++; i < EFFECTS; i = next++) await one(i);
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    return EFFECTS / ((performance.now() - began) / 1_000);
  };
  await perSecond(bare);
  const [bareTrips, effectTrips, replayTrips] = [
    await tripsOf(bare),
    await tripsOf(() => effect('trips')),
    await tripsOf(() => effect('trips')),
  ];
  const figures: { bare: number; effect: number }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    figures.push({ bare: await perSecond(bare), effect: await perSecond((i) => effect(`r${round}/${i}`)) });
  const [bareMedian, effectMedian, ratio] = [
    median(figures.map((f) => f.bare)),
    median(figures.map((f) => f.effect)),
    medianRatio(
      figures.map((f) => f.effect),
      figures.map((f) => f.bare),
    ),
  ];
  process.stdout.write(
    [
      `| one row updated, 8 at once, median of ${ROUNDS} | bare transaction | effect | ratio |`,
      '|---|---|---|---|',
      `| effects/s | ${bareMedian.toFixed(0)} | ${effectMedian.toFixed(0)} | ${ratio.toFixed(2)} |`,
      `| round trips beyond the work's own | ${bareTrips} | ${effectTrips} (replayed: ${replayTrips + 1}) | |`,
      '',
    ].join('\n'),
  );
  await database.close();
});
