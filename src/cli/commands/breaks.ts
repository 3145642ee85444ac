import type { Command } from 'commander';
import { isDifferent, isOpen, type Result, type ShownItem } from '../../domain/reconciliation/result.ts';
import { withServices, type Context } from '../context.ts';
import { examples } from '../options.ts';

/** Something that waits for a person: one entry of one side. */
interface Row {
  readonly period: string;
  readonly why: string;
  readonly side: string;
  readonly date: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly id: string;
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('breaks')
    .description('what waits for a person on an account, as its newest results have it')
    .argument('<account>', 'as its bank names it')
    .option('--period <month>', 'of one month, such as 2026-01')
    .action((account: string, { period }: { period?: string }) =>
      withServices(context, async ({ database }) => {
        const results = await database.query<{ result: Result }>(
          `select distinct on (period) result from reconciliation.results
           where account = $1 and ($2::text is null or period = $2)
             and period not in (select period from reconciliation.standing where account = $1 and kind = 'lock')
           order by period, n desc`,
          [account, period ?? null],
        );
        context.terminal.results(
          results.flatMap(({ result }) => waiting(result)),
          COLUMNS,
          results.length === 0 ? 'Nothing of this account was compared yet.' : 'Nothing waits for a person.',
        );
      }),
    );
  examples(command, context, 'breaks GB29NWBK60161331926819', 'breaks GB29NWBK60161331926819 --period 2026-01 --json');
}

function waiting({ period, breaks, matches, lapsed }: Result): Row[] {
  const row = (why: string, side: string, { date, amountMinor, currency, id }: ShownItem): Row => ({
    period,
    why,
    side,
    date,
    amountMinor,
    currency,
    id,
  });
  return [
    ...breaks.filter(isOpen).map(({ kind, side, item }) => row(kind, side, item)),
    ...matches.filter(isDifferent).flatMap(({ differenceMinor, statement, ledger }) => {
      const why = `difference ${differenceMinor}`;
      return [
        ...statement.map((item) => row(why, 'statement', item)),
        ...ledger.map((item) => row(why, 'ledger', item)),
      ];
    }),
    ...lapsed.map(({ kind, id }) =>
      row(`lapsed ${kind}`, '', { id, date: '', amountMinor: '', currency: '', references: [] }),
    ),
  ];
}

const COLUMNS = [
  ['period', ({ period }: Row) => period],
  ['why', ({ why }: Row) => why],
  ['side', ({ side }: Row) => side],
  ['date', ({ date }: Row) => date],
  ['amount', ({ amountMinor }: Row) => amountMinor],
  ['currency', ({ currency }: Row) => currency],
  ['id', ({ id }: Row) => id],
] as const;
