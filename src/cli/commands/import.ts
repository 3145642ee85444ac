import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../options.ts';
import { register as retail } from './import/retail.ts';
import { register as returns } from './import/returns.ts';
import { register as screeningList } from './import/screening-list.ts';
import { register as statements } from './import/statements.ts';

export function register(program: Command, context: Context): void {
  const group = program.command('import').description('takes in what others deliver, each thing once');
  examples(group, context, 'import retail 2010-12.csv.gz --stock plenty', 'import returns');
  for (const each of [retail, statements, returns, screeningList]) each(group, context);
}
