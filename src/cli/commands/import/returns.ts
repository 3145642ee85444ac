import type { Command } from 'commander';
import { Rail } from '../../../activities/ledger/rail.ts';
import { returns } from '../../../contracts/rail.ts';
import { importReturns } from '../../../intake/returns.ts';
import { withServices, type Context } from '../../context.ts';
import { examples } from '../../options.ts';

export function register(group: Command, context: Context): void {
  const command = group
    .command('returns')
    .description('asks the payment rail what came back, and books each back once')
    .action(() =>
      withServices(context, async (services) => {
        const { config, database } = services;
        const rail = new Rail(new URL(config.RAIL_URL));
        const imported = await importReturns(rail, await services.starter(returns), database);
        const { started, absorbed, quarantined } = imported;
        context.terminal.result(
          imported,
          `${started} returns started, ${absorbed} known before, ${quarantined} quarantined`,
        );
      }),
    );
  examples(command, context, 'import returns', 'import returns --json');
}
