import type { Command } from 'commander';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { LIST_LIMITS, loadScreeningList } from '../../../intake/screening-list.ts';
import { wallClock } from '../../../services.ts';
import { withServices, type Context } from '../../context.ts';
import { InputError } from '../../errors.ts';
import { readText } from '../../input.ts';
import { examples } from '../../options.ts';

const Names = z
  .array(z.object({ id: z.string().regex(/^[\w.:/-]{1,100}$/), name: z.string().min(1).max(LIST_LIMITS.name) }))
  .min(1)
  .max(LIST_LIMITS.names);

export function register(group: Command, context: Context): void {
  const command = group
    .command('screening-list')
    .description('loads the names that are not paid without a person, as the next version of the list')
    .argument('<file>', 'a CSV of id,name; an id may have several names (`-`: standard input)')
    .action((file: string) =>
      withServices(context, async ({ database }) => {
        const text = await readText(file, context.stdin);
        const loaded = await loadScreeningList(database, text, namesIn(text, file), wallClock());
        const { version, names } = loaded;
        context.terminal.result(
          loaded,
          loaded.loaded ? `version ${version}: ${names} names` : `version ${version} is this list already`,
        );
      }),
    );
  examples(command, context, 'import screening-list samples/screening.csv');
}

/** An error names the row and what is wrong with it, never what is in it. */
function namesIn(text: string, file: string): z.infer<typeof Names> {
  let rows: unknown;
  try {
    rows = parse(text, { bom: true, columns: true, skip_empty_lines: true });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause['lines'] === 'number' ? ` line ${cause['lines']}` : '';
    throw new InputError(`${file}${line}: ${cause.code}`, { cause });
  }
  const parsed = Names.safeParse(rows);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [row, ...path] = issue!.path;
  throw new InputError(
    `${file} row ${typeof row === 'number' ? row + 1 : '?'}: ${path.join('.') || 'id,name'}: ${issue!.code}`,
  );
}
