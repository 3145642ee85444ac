import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { destroy, up, type StackState } from '../../src/dev/stack.ts';
import { makeSealBucket } from '../../src/kit/effects/seal/index.ts';
import { Database, type Timeouts } from '../../src/kit/effects/database.ts';
import { migrate, readMigrations } from '../../src/kit/effects/migrate.ts';
import { s3Of } from './s3.ts';

/** Every migration of this version, kit first. Tests are run from the root of the checkout. */
export const SQL = pathToFileURL(join(process.cwd(), 'sql/'));

type TestStack = StackState & { database: Database };

const TEMPLATE = 'evenkeel_test_template';
const SHARED = Symbol.for('evenkeel.test.stack');
/** Names the folder of a run's stacks to every process of it. */
const STACKS = 'EVENKEEL_TEST_STACKS';
const progress: string[] = [];

interface Shared {
  started?: Promise<TestStack>;
  readonly opened: Database[];
}
// Mocha loads the root fixture as an ES module and tests as CommonJS: this file is there twice, the stack is not.
const holder = globalThis as { [SHARED]?: Shared };
const shared = (holder[SHARED] ??= { opened: [] });

/**
 * The local stack of this process: Temporal, Postgres (migrated), S3 with a versioned bucket, payments and carrier, in
 * a folder of its own, at free ports. Started by whoever asks first, the same for all who ask later, and destroyed after
 * the last test. Ask in a `before` hook with `this.timeout(STACK_TIMEOUT_MS)`. Where the environment names a service,
 * that one is used.
 */
export function stack(): Promise<TestStack> {
  shared.started ??= bringUp().catch((cause: unknown) => {
    throw new Error(`the stack is not up; it said:\n${progress.join('\n')}`, { cause });
  });
  return shared.started;
}

/** The first time on a machine, Temporal is built and MiniStack installed; later it takes seconds. */
export const STACK_TIMEOUT_MS = 600_000;

/**
 * A database of its own, with all migrations run and nothing in it: made from a template, so in 50 ms. For a suite that
 * counts rows. It is closed with the stack.
 */
export async function freshDatabase(name: string, timeouts?: Timeouts): Promise<{ url: string; database: Database }> {
  const { env } = await stack();
  const own = `evenkeel_test_${name}`;
  await maintain(env['DATABASE_URL']!, [
    `drop database if exists ${own} with (force)`,
    `create database ${own} template ${TEMPLATE}`,
  ]);
  const url = named(env['DATABASE_URL']!, own);
  return { url, database: open(url, timeouts) };
}

/** The same without any migration; the caller closes it. */
export async function emptyDatabase(name: string): Promise<{ database: Database }> {
  const { env } = await stack();
  const own = `evenkeel_test_${name}`;
  await maintain(env['DATABASE_URL']!, [`drop database if exists ${own} with (force)`, `create database ${own}`]);
  return { database: new Database(named(env['DATABASE_URL']!, own)) };
}

/** What the environment may name, and is then not started. */
const SERVICES = ['TEMPORAL_ADDRESS', 'DATABASE_URL', 'AWS_ENDPOINT_URL', 'PAYMENTS_URL', 'CARRIER_URL', 'RAIL_URL'];

/** Called once, by the root fixture, before any process of the run needs a stack. */
export function setUp(parallel: boolean): void {
  const given = SERVICES.find((name) => process.env[name]);
  if (given !== undefined && parallel)
    throw new Error(`two processes would share what ${given} names: EVENKEEL_TEST_JOBS=1 npm test runs in one`);
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-test-'));
  chmodSync(folder, 0o711); // root's Postgres is run by another user, who has to get to its data
  process.env[STACKS] = folder;
}

/** Called once, by the root fixture: the stacks of all processes of the run go. */
export async function tearDown(): Promise<void> {
  await Promise.all(shared.opened.map((database) => database.close()));
  await destroyStacks();
}

export async function destroyStacks(): Promise<void> {
  const folder = process.env[STACKS]!;
  // One that stays up must not keep the others so.
  const ended = await Promise.allSettled(readdirSync(folder).map((each) => destroy(join(folder, each))));
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
  rmSync(folder, { recursive: true, force: true });
}

async function bringUp(): Promise<TestStack> {
  const stateDir = join(process.env[STACKS]!, String(process.pid));
  const state = await up({
    stateDir,
    ports: 'free',
    worker: false,
    onProgress(line) {
      progress.push(line);
      // Minutes, once on a machine: not in silence.
      if (/building|installing|downloading/.test(line)) process.stderr.write(`    ${line}\n`);
    },
    prepare,
  });
  return { ...state, database: open(state.env['DATABASE_URL']!) };
}

async function prepare(env: Record<string, string>): Promise<void> {
  const url = env['DATABASE_URL']!;
  await Promise.all([makeBuckets(env), makeDatabases(url)]);
}

async function makeDatabases(url: string): Promise<void> {
  await maintain(url, [`drop database if exists ${TEMPLATE} with (force)`, `create database ${TEMPLATE}`]);
  const migrations = await readMigrations(SQL);
  for (const at of [named(url, TEMPLATE), url]) {
    const database = new Database(at, { max: 1 });
    try {
      await migrate(database, migrations);
    } finally {
      await database.close();
    }
  }
}

/** Makes the buckets that the environment names: one versioned, one for seals. */
export async function makeBuckets(env: Record<string, string>): Promise<void> {
  const s3 = s3Of(env);
  const at = { Bucket: env['EVENKEEL_S3_BUCKET']! };
  await s3.send(new CreateBucketCommand(at)).catch((error: Error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
  });
  await s3.send(new PutBucketVersioningCommand({ ...at, VersioningConfiguration: { Status: 'Enabled' } }));
  await makeSealBucket(s3, env['EVENKEEL_AUDIT_BUCKET']!);
  s3.destroy();
}

/** Statements that no transaction may hold, on the server's own database. */
async function maintain(url: string, statements: readonly string[]): Promise<void> {
  const server = new Database(named(url, 'postgres'), { max: 1 });
  try {
    for (const statement of statements) await server.query(statement);
  } finally {
    await server.close();
  }
}

function open(url: string, timeouts?: Timeouts): Database {
  const database = new Database(url, timeouts === undefined ? {} : { timeouts });
  shared.opened.push(database);
  return database;
}

function named(url: string, database: string): string {
  const at = new URL(url);
  at.pathname = `/${database}`;
  return at.href;
}
