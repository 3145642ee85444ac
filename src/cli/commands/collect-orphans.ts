import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { Datasets } from '../../datasets.ts';
import { GRACE_DAYS } from '../../kit/effects/dataset/index.ts';
import { withServices, type Context } from '../context.ts';
import { examples, whole } from '../options.ts';

interface Options {
  readonly actor: string;
  readonly dryRun?: boolean;
  readonly grace: number;
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('collect-orphans')
    .description('deletes content of datasets that no version names: of publishes that were undone or refused')
    .requiredOption('--actor <name>', 'who collects; it goes into the audit')
    .option('--grace <days>', 'only what has been over for so many days', whole(0, 3_650), GRACE_DAYS)
    .option('--dry-run', 'says what would be deleted')
    .action(({ actor, grace: graceDays, dryRun: dry = false }: Options) =>
      withServices(context, async (services) => {
        const { terminal } = context;
        const id = randomUUID();
        let objects = 0;
        for await (const paths of new Datasets(services).collect({ id, actor }, { dry, graceDays }))
          for (const path of paths) {
            objects++;
            terminal.result({ path, collected: !dry }, path);
          }
        terminal.result(
          { objects, collected: !dry, ...(dry ? {} : { id }) },
          `${objects} objects ${dry ? 'would be' : 'were'} collected`,
        );
      }),
    );
  examples(command, context, 'collect-orphans --actor nightly', 'collect-orphans --actor ann --grace 30 --dry-run');
}
