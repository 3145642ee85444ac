import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { HistoryArchive } from '../../kit/histories/archive.ts';
import { fateOf, parseHistory } from '../../kit/histories/saved.ts';
import { keyringOf } from '../../services.ts';
import { withServices, type Context } from '../context.ts';
import { InputError, UsageError } from '../errors.ts';
import { fetchHistory } from '../histories.ts';
import { examples } from '../options.ts';
import { workflowArgument } from '../workflow-id.ts';

interface Options {
  readonly out?: string;
  readonly archive?: string;
  readonly as?: string;
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('save-history')
    .description(
      'writes the history of a run to a file, as it is (sealed stays sealed), for `replay`; never over another',
    )
    .addArgument(workflowArgument())
    .option('--out <file>', 'where to (default: <pipeline>.<id>.<fate>.json here)')
    .option('--archive <folder>', 'adds it to the recorded histories of this folder instead, with its story')
    .option('--as <what>', 'with --archive: what happened in it, its name there')
    .action((workflowId: string, { out, archive, as }: Options) => {
      if ((archive === undefined) !== (as === undefined) || (archive !== undefined && out !== undefined))
        throw new UsageError('--archive and --as go together, and without --out');
      return withServices(context, async (services) => {
        const history = await fetchHistory(await services.client(), workflowId);
        const saved = parseHistory(history)!;
        const file =
          archive === undefined || as === undefined
            ? await written(out ?? `${workflowId.replace('/', '.')}.${fateOf(saved) ?? 'open'}.json`, history)
            : await new HistoryArchive(archive).add(as, history, keyringOf(services.config));
        const events = saved.events.length;
        context.terminal.result({ workflowId, file, events }, `${file}: ${events} events of ${workflowId}`);
      });
    });
  examples(
    command,
    context,
    'save-history orders/ord_42',
    'save-history orders/ord_42 --archive test/histories --as late-refund',
  );
}

async function written(file: string, history: string): Promise<string> {
  await writeFile(file, history, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'is there already; histories are never overwritten' : 'cannot be written';
    throw new InputError(`${file} ${why} (${cause.code ?? cause.name})`, { cause });
  });
  return file;
}
