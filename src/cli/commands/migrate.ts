import type { Command } from 'commander';
import { migrate, readMigrations } from '../../kit/effects/migrate.ts';
import { withServices, type Context } from '../context.ts';
import { examples } from '../options.ts';

export const SQL = new URL('../../../sql/', import.meta.url);

export function register(program: Command, context: Context): void {
  const command = program
    .command('migrate')
    .description('brings the database at DATABASE_URL to what this version knows; safe to run any number of times')
    .action(async () => {
      const migrations = await readMigrations(SQL);
      const ran = await withServices(context, ({ database }) => migrate(database, migrations));
      const known = migrations.length;
      context.terminal.result(
        { ran, known },
        ran.length === 0 ? `Nothing to do: all ${known} migrations have run.` : `Ran ${ran.join(', ')}.`,
      );
    });
  examples(command, context, 'migrate');
}
