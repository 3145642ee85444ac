import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { Datasets } from '../../datasets.ts';
import { withServices, type Context } from '../context.ts';
import { decisionOptions, type DecisionOptions } from '../decision.ts';
import { LAST_NUMBER } from '../../kit/effects/dataset/index.ts';
import { examples, whole } from '../options.ts';

interface Options extends DecisionOptions {
  readonly to: number;
  readonly expected?: number;
  readonly evenIfSuperseded?: true;
}

export function register(program: Command, context: Context): void {
  const number = whole(1, LAST_NUMBER);
  const command = program
    .command('rollback')
    .description('shows an earlier version of a dataset again, under a new number')
    .argument('<dataset>', 'its name, such as reports/daily')
    .requiredOption('--to <version>', 'the number of the version to show again', number)
    .option(
      '--expected <version>',
      'the newest that you have seen: refused when there is a newer one (default: as it is now)',
      number,
    )
    .option('--even-if-superseded', 'also when somebody else has published meanwhile')
    .action((dataset: string, { id = randomUUID(), ...options }: Options) =>
      withServices(context, async (services) => {
        const { terminal } = context;
        terminal.note(`decision ${id}; to repeat it: --id ${id}`);
        const { made, already } = await new Datasets(services).rollback(dataset, { id, ...options });
        terminal.result(
          { ...made, to: options.to, id, already },
          `${dataset}: version ${made.number} shows what ${options.to} shows${already ? ' (it was recorded before)' : ''}`,
        );
      }),
    );
  decisionOptions(command);
  examples(
    command,
    context,
    'rollback reports/daily --to 41 --actor ann --reason "42 lacks a branch"',
    'rollback reports/daily --to 41 --even-if-superseded --actor ann --reason "all since 42 lack a branch"',
  );
}
