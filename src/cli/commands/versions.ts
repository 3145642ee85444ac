import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { Datasets } from '../../datasets.ts';
import type { DatasetFault, Version } from '../../kit/effects/dataset/index.ts';
import { withServices, type Context } from '../context.ts';
import { EXIT, UsageError } from '../errors.ts';
import { examples, limit } from '../options.ts';

interface Options {
  readonly limit: number;
  readonly verify?: true;
  readonly repair?: true;
  readonly actor?: string;
  readonly reason?: string;
  readonly id?: string;
}

const FAULT: Record<DatasetFault['fault'], string> = {
  overwritten: 'was overwritten',
  deleted: 'was deleted',
  gone: 'is gone',
  replaced: 'was replaced, its history too',
  foreign: 'is no version, and lies among them',
};

export function register(program: Command, context: Context): void {
  const command = program
    .command('versions')
    .description(
      'the versions of a dataset, newest first; --verify reads them all, and exits 1 when anything was changed',
    )
    .argument('<dataset>', 'its name, such as reports/daily')
    .addOption(limit(20))
    .option('--verify', 'compares every object with what was published')
    .option('--repair', 'restores what was changed from the bucket itself; with --verify, --actor and --reason')
    .option('--actor <name>', 'who has it repaired; it goes into the audit')
    .option('--reason <text>', 'why')
    .option('--id <id>', 'the id of the repair, to repeat one whose answer was lost (default: a new one)')
    .action((dataset: string, options: Options) => (options.verify ? verify : show)(context, dataset, options));
  examples(
    command,
    context,
    'versions reports/daily',
    'versions reports/daily --verify',
    'versions reports/daily --verify --repair --actor ann --reason "overwritten by hand"',
  );
}

async function show(context: Context, dataset: string, { limit, repair }: Options): Promise<void> {
  if (repair) throw new UsageError('--repair goes with --verify');
  await withServices(context, async (services) => {
    const versions = await new Datasets(services).versions(dataset, limit);
    context.terminal.results(
      versions,
      [
        ['version', ({ number }) => String(number)],
        ['made', madeInWords],
        ['by', ({ key, rollback }) => rollback?.actor ?? key],
        ['at', ({ at }) => at],
        ['shows', ({ content }) => (content ? String(content.number) : 'nothing')],
        [
          'files',
          ({ content }) => content?.files.map(({ name, bytes }) => `${name} (${bytes} bytes)`).join(', ') ?? '',
        ],
      ],
      'There is no version.',
    );
  });
}

const madeInWords = ({ made, rollback }: Version): string =>
  rollback ? `rolled back to ${rollback.to}: ${rollback.reason}` : made;

async function verify(context: Context, dataset: string, options: Options): Promise<void> {
  const { repair, actor, reason, id = randomUUID() } = options;
  if (repair && (actor === undefined || reason === undefined))
    throw new UsageError('--repair needs --actor and --reason: it goes into the audit');
  const { terminal } = context;
  await withServices(context, async (services) => {
    const datasets = new Datasets(services);
    const [newest] = await datasets.versions(dataset, 1);
    const look = async () => {
      const bar = terminal.bar(newest?.number ?? 0, 'versions');
      return datasets.verify(dataset, (versions) => bar.at(versions)).finally(() => bar.stop());
    };
    let report = await look();
    const tell = (fault: DatasetFault): void =>
      terminal.result(
        fault,
        `${fault.path} ${FAULT[fault.fault]}${fault.intact === null ? ', and the bucket has nothing to restore it from' : ''}`,
      );
    for (const fault of report.faults) tell(fault);
    if (repair && report.faults.length > 0) {
      terminal.note(`repair ${id}; to repeat it: --id ${id}`);
      const done = await datasets.repair(dataset, { actor: actor!, reason: reason!, id });
      report = await look();
      terminal.result({ id, ...done }, `${done.restored.length} objects restored, ${report.faults.length} cannot be`);
    }
    const { versions, files, faults } = report;
    if (faults.length > 0) context.exit = EXIT.failed;
    terminal.result(
      { versions, files, faults: faults.length },
      `${versions} versions, ${files} files: ${faults.length === 0 ? 'all as they were published' : `${faults.length} faults`}`,
    );
  });
}
