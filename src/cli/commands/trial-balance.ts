import type { Command } from 'commander';
import { trialBalance, type Balanced } from '../../activities/ledger/trial-balance.ts';
import { withServices, type Context } from '../context.ts';
import { EXIT } from '../errors.ts';
import { examples } from '../options.ts';

export function register(program: Command, context: Context): void {
  const command = program
    .command('trial-balance')
    .description('what was debited and credited, by account and currency; exits 1 when the books do not balance')
    .action(() =>
      withServices(context, async ({ database }) => {
        const { terminal } = context;
        const balance = await trialBalance(database);
        const totals = balance.totals.map((total) => ({ ...total, account: 'all' }));
        if (terminal.json) terminal.result(balance, '');
        else terminal.results([...balance.accounts, ...totals], COLUMNS, 'There are no accounts.');
        for (const wrong of balance.wrong) terminal.note(`${wrong} does not balance`);
        if (balance.wrong.length > 0) context.exit = EXIT.failed;
      }),
    );
  examples(command, context, 'trial-balance', 'trial-balance --json');
}

const COLUMNS = [
  ['currency', ({ currency }: Balanced) => currency],
  ['account', ({ account }: Balanced) => account],
  ['debit', ({ debitMinor }: Balanced) => debitMinor],
  ['credit', ({ creditMinor }: Balanced) => creditMinor],
  ['balance', ({ balanceMinor }: Balanced) => balanceMinor],
] as const;
