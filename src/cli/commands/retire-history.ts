import type { Command } from 'commander';
import { HistoryArchive } from '../../kit/histories/archive.ts';
import { wallClock } from '../../services.ts';
import type { Context } from '../context.ts';
import { examples } from '../options.ts';

export function register(program: Command, context: Context): void {
  const command = program
    .command('retire-history')
    .description('removes a recorded history that no run can look like any more; its manifest remembers it, and why')
    .argument('<file>', 'in an archive: <folder>/<workflow>/<what>.json')
    .requiredOption('--reason <text>', 'why nothing has to replay it any more')
    .action(async (path: string, { reason }: { reason: string }) => {
      const [archive, file] = HistoryArchive.of(path);
      await archive.retire(file, reason, wallClock());
      context.terminal.result({ file, reason }, `${path} is retired; its name stays taken`);
    });
  examples(
    command,
    context,
    "retire-history test/histories/fulfilOrder/refused.json --reason 'no run before 2.0 is open'",
  );
}
