import type { Command } from 'commander';
import { Option } from 'commander';
import { FATES } from '../../kit/contract/updates.ts';
import { Inbox, type Received } from '../../kit/intake/inbox.ts';
import type { Services } from '../../services.ts';
import { withServices, type Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { examples, limit, parsePipelineName } from '../options.ts';
import { runsOf, STUCK } from '../visibility.ts';

interface Options {
  readonly pipeline?: string;
  readonly state?: string;
  readonly fate?: string;
  readonly stuck?: true;
  readonly limit: number;
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('list')
    .description('runs, newest first, as the inbox remembers them')
    .option('--pipeline <name>', 'only of this pipeline', parsePipelineName)
    .addOption(new Option('--state <state>', 'only in this state').choices(['received', 'started', 'ended']))
    .addOption(new Option('--fate <fate>', 'only with this fate').choices(FATES))
    .option('--stuck', 'only those that wait for a person, as Temporal knows them')
    .addOption(limit(50))
    .action((options: Options) =>
      withServices(context, async (services) => {
        const rows = options.stuck ? await stuck(services, options) : await new Inbox(services.database).list(options);
        context.terminal.results(
          rows,
          [
            ['workflow', ({ workflowId }) => workflowId],
            ['state', ({ state }) => (options.stuck ? 'stuck' : state)],
            ['fate', ({ fate, reason }) => [fate, reason].filter(Boolean).join(': ')],
            ['run', ({ run }) => String(run)],
            ['received', ({ receivedAt }) => receivedAt.toISOString()],
            ['summary', ({ summary }) => summary],
          ],
          options.stuck ? 'No run waits for a person.' : 'No run is like that.',
        );
      }),
    );
  examples(
    command,
    context,
    'list --pipeline orders --fate compensated',
    'list --stuck',
    'list --state started --json',
  );
}

async function stuck(services: Services, { pipeline, state, fate, limit }: Options): Promise<Received[]> {
  if (state !== undefined || fate !== undefined)
    throw new UsageError('--stuck runs are under way: leave out --state and --fate');
  const client = await services.client();
  const inbox = new Inbox(services.database);
  const only = pipeline === undefined ? '' : ` and EvenkeelPipeline = '${pipeline}'`;
  const found: Received[] = [];
  for await (const { workflowId } of runsOf(client, STUCK + only)) {
    const row = await inbox.find(workflowId);
    if (row) found.push(row);
    if (found.length >= limit) break;
  }
  return found;
}
