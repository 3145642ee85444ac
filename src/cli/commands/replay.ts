import { stat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { configOf, type Context } from '../context.ts';
import { EXIT, InputError } from '../errors.ts';
import { readJson } from '../input.ts';
import { examples } from '../options.ts';
import { historyOf, replayer, type SavedHistory } from '../replayer.ts';

export function register(program: Command, context: Context): void {
  const command = program
    .command('replay')
    .description('replays saved histories against the code as it is here; exits 1 when one would go another way')
    .argument('<path...>', 'files that `save-history` wrote, or folders of them')
    .action(async (paths: string[]) => {
      const { terminal } = context;
      const files = (await Promise.all(paths.map(filesOf))).flat();
      const histories: [string, SavedHistory][] = [];
      for (const file of files) histories.push([file, historyOf(file, await readJson(file, context.stdin))]);
      const replay = await replayer(await configOf(context));
      const bar = terminal.bar(files.length, 'histories');
      const told: (() => void)[] = [];
      let differing = 0;
      for (const [i, [file, history]] of histories.entries()) {
        const difference = await replay(history);
        bar.at(i + 1);
        if (difference) differing++;
        told.push(() => tell(context, file, history, difference));
      }
      bar.stop();
      for (const tell of told) tell();
      if (differing > 0) context.exit = EXIT.failed;
      if (!terminal.json)
        terminal.result(
          {},
          `${files.length - differing} of ${files.length} replay${differing > 0 ? `, ${differing} do not` : ''}`,
        );
    });
  examples(command, context, 'replay orders.ord_42.completed.json', 'replay test/histories/fulfilOrder');
}

function tell({ terminal }: Context, file: string, { workflowId, events }: SavedHistory, difference: Difference): void {
  terminal.result(
    { file, workflowId, events: events.length, replays: difference === undefined, ...(difference ?? {}) },
    difference === undefined
      ? `replays  ${file}`
      : `DIFFERS  ${file}\n  ${difference.event === null ? '' : `event ${difference.event} (${difference.type}): `}${difference.message}`,
  );
}

type Difference = Awaited<ReturnType<Awaited<ReturnType<typeof replayer>>>>;

/** A file itself; of a folder every `.json` below it, in order. */
async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new InputError(`${path} cannot be read (${cause.code ?? cause.name})`, { cause });
  });
  if (!found.isDirectory()) return [path];
  const files = (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.json')).toSorted();
  if (files.length === 0) throw new InputError(`${path} holds no history (.json)`);
  return files.map((name) => join(path, name));
}
