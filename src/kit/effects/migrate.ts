import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Database, Tx } from './database.ts';

/** One numbered file of `sql/<schema>/`. */
export interface Migration {
  /** `kit/0001_effects`. */
  readonly name: string;
  readonly sql: string;
  readonly hash: string;
}

/** The kit's schema first: the others may refer to it. */
const FIRST = 'kit/';
/** Any number, the same for all who migrate: the lock that lets one in at a time. */
const LOCK = 4_207_211_001;

export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/** All migrations of these folders, each `<schema>/<number>_<what>.sql`: ours, and a team's own beside them. */
export async function readMigrations(...folders: readonly URL[]): Promise<Migration[]> {
  const read = await Promise.all(folders.map(readFolder));
  return read.flat().toSorted((a, b) => Number(b.name.startsWith(FIRST)) - Number(a.name.startsWith(FIRST)));
}

async function readFolder(folder: URL): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const schemas = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const migrations: Migration[] = [];
  for (const schema of schemas.sort()) {
    const files = (await readdir(new URL(`${schema}/`, folder))).filter((file) => file.endsWith('.sql'));
    for (const file of files.sort()) {
      const sql = await readFile(new URL(`${schema}/${file}`, folder), 'utf8');
      migrations.push({
        name: `${schema}/${file.slice(0, -4)}`,
        sql,
        hash: createHash('sha256').update(sql).digest('hex'),
      });
    }
  }
  return migrations;
}

/** Brings the database to what this version knows, one at a time under an advisory lock. Gives the names of what it ran. */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  return database.transaction(async (tx) => {
    // A schema change may wait for others longer than an effect may.
    await tx.query("select set_config('lock_timeout', '60s', true), set_config('statement_timeout', '600s', true)");
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await tx.query(`create table if not exists public.evenkeel_migrations (
      name text primary key, hash text not null, ran_at timestamptz not null default now())`);
    const ran = await ranOn(tx);
    refuseUnknown(ran, migrations);
    const missing = migrations.filter(({ name }) => !ran.has(name));
    for (const { name, sql, hash } of missing) {
      await tx.query(sql);
      await tx.query('insert into public.evenkeel_migrations (name, hash) values ($1, $2)', [name, hash]);
    }
    return missing.map(({ name }) => name);
  });
}

/** Throws unless the database is exactly what this version knows: a worker never guesses at a schema. */
export async function requireSchema(database: Database, migrations: readonly Migration[]): Promise<void> {
  const ran = await ranOn({ query: (sql, values) => database.query(sql, values) }).catch((error: { code?: string }) => {
    if (error.code === '42P01') return new Map<string, string>(); // no such table: nothing ever ran
    throw error;
  });
  refuseUnknown(ran, migrations);
  const missing = migrations.filter(({ name }) => !ran.has(name)).map(({ name }) => name);
  if (missing.length > 0) throw new SchemaError(`the database lacks ${missing.join(', ')}; run \`evenkeel migrate\``);
}

const ranOn = async (tx: Tx): Promise<Map<string, string>> =>
  new Map(
    (await tx.query<{ name: string; hash: string }>('select name, hash from public.evenkeel_migrations')).map(
      ({ name, hash }) => [name, hash],
    ),
  );

function refuseUnknown(ran: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map(({ name, hash }) => [name, hash]));
  // A schema that this process does not read is somebody else's.
  const schemas = new Set(migrations.map(({ name }) => schemaOf(name)));
  for (const [name, hash] of ran) {
    if (!schemas.has(schemaOf(name))) continue;
    if (!known.has(name))
      throw new SchemaError(`the database has ${name}, which this version does not know; use a newer version`);
    if (known.get(name) !== hash)
      throw new SchemaError(`${name} was edited after it ran on this database; migrations are never edited`);
  }
}

const schemaOf = (name: string): string => name.slice(0, name.indexOf('/'));
