import { readMigrations, requireSchema, SchemaError } from '../../kit/effects/migrate.ts';
import type { Services } from '../../services.ts';
import { SQL } from '../commands/migrate.ts';
import type { Place } from '../errors.ts';
import type { Finding } from './finding.ts';

export async function postgresFindings({ database }: Services, { name, address }: Place): Promise<readonly Finding[]> {
  const [row] = await database.query<{ server_version: string }>('show server_version');
  const server: Finding = { check: name, state: 'ok', says: `${address}, server ${row?.server_version ?? ''}` };
  const migrations = await readMigrations(SQL);
  try {
    await requireSchema(database, migrations);
    return [server, { check: 'schema', state: 'ok', says: `all ${migrations.length} migrations have run` }];
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return [server, { check: 'schema', state: 'wrong', says: error.message }];
  }
}
