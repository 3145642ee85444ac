import type { Command } from 'commander';
import { Option } from 'commander';
import { Evenkeel, type Started } from '../../index.ts';
import { start } from '../../kit/intake/start.ts';
import { webUi, withServices, type Context } from '../context.ts';
import { openAccounts, plentyOfStock } from '../development-data.ts';
import { fateInWords } from '../fate.ts';
import { readJson } from '../input.ts';
import { examples } from '../options.ts';
import { KINDS, type Kind } from '../kinds.ts';

interface Options {
  readonly wait?: true;
  readonly stock?: 'plenty';
  readonly accounts?: 'open';
}

export function register(program: Command, context: Context): void {
  const group = program
    .command('start')
    .description('starts one run from a JSON file; the same business id again attaches to it, or gives its fate');
  examples(group, context, 'start order samples/order.json --wait', 'start transfer - < transfer.json');
  for (const kind of KINDS) {
    const command = group
      .command(kind.name)
      .description(kind.description)
      .argument('<file>', 'the JSON file; - reads standard input')
      .option('--wait', 'waits for the fate and prints it')
      .action((file: string, options: Options) => startOne(context, kind, file, options));
    if (kind.name === 'order')
      command.addOption(
        new Option('--stock <how>', 'DEVELOPMENT ONLY: puts the SKUs of the order on stock first').choices(['plenty']),
      );
    if (kind.name === 'transfer' || kind.name === 'reservation')
      command.addOption(
        new Option('--accounts <how>', 'DEVELOPMENT ONLY: opens its accounts first, without bound').choices(['open']),
      );
    examples(command, context, ...kind.examples);
  }
}

async function startOne(context: Context, kind: Kind, file: string, { wait, stock, accounts }: Options): Promise<void> {
  const given = await readJson(file, context.stdin);
  await withServices(context, async (services) => {
    const { pipeline } = kind;
    const payload = kind.payload(given, services.config);
    if (stock === 'plenty') context.terminal.note(await plentyOfStock(services, payload));
    if (accounts === 'open') context.terminal.note(await openAccounts(services, payload));
    const started = await start(await services.starter(pipeline), pipeline, payload);
    const { workflowId } = started;
    const link = webUi(services.config, workflowId, started.start === 'ended' ? undefined : started.runId);
    context.terminal.result({ ...started, webUi: link }, `${workflowId}  ${wordsOf(started)}\n${link}`);
    if (!wait || started.start === 'ended') return;
    const ended = await new Evenkeel(services).result(workflowId);
    context.terminal.result({ workflowId, ...ended }, fateInWords(ended));
  });
}

const wordsOf = (started: Started): string =>
  started.start === 'ended'
    ? `ended before: ${fateInWords(started)}`
    : started.start === 'attached'
      ? 'attached: it was started before'
      : 'started';
