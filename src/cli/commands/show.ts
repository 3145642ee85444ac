import type { Command } from 'commander';
import { Evenkeel, type Shown, type Stage } from '../../index.ts';
import type { Config } from '../../config.ts';
import { parseHistory } from '../../kit/histories/saved.ts';
import { storyOf } from '../../kit/histories/story.ts';
import { keyringOf, type Services } from '../../services.ts';
import { webUi, withServices, type Context } from '../context.ts';
import { fateInWords } from '../fate.ts';
import { fetchHistory } from '../histories.ts';
import { examples, quoted } from '../options.ts';
import { workflowArgument } from '../workflow-id.ts';

export function register(program: Command, context: Context): void {
  const command = program
    .command('show')
    .description('one run: what it did, what it waits for, how it ended')
    .addArgument(workflowArgument())
    .option('--story', 'what happened in it, a line a happening, from its history: no datum of a sealed run')
    .action((workflowId: string, { story }: { story?: true }) =>
      withServices(context, async (services) => {
        if (story) return tell(context, services, workflowId);
        const shown = await new Evenkeel(services).show(workflowId);
        const resolve = shown.waits.map(({ key }) => resolveCommand(context, workflowId, key));
        const link = webUi(services.config, workflowId);
        context.terminal.result({ ...shown, resolve, webUi: link }, text(context, shown, services.config));
      }),
    );
  examples(command, context, 'show orders/ord_42', 'show orders/ord_42 --json', 'show orders/ord_42 --story');
}

async function tell({ terminal }: Context, services: Services, workflowId: string): Promise<void> {
  const history = await fetchHistory(await services.client(), workflowId);
  const story = storyOf(parseHistory(history)!, keyringOf(services.config)).trimEnd();
  terminal.result({ workflowId, story: story.split('\n') }, story);
}

const WHY_SILENT = 'No worker answered, so its stages are not shown; start one (`worker`), or see the Web UI.';

function text(context: Context, shown: Shown, config: Config): string {
  const { terminal, self } = context;
  const { workflowId, inbox, temporal, progress, waits } = shown;
  const lines = [`${terminal.bold(workflowId)}  ${headline(shown)}`];
  if (inbox)
    lines.push(`received ${inbox.receivedAt.toISOString()}, run ${inbox.run}, fingerprint ${inbox.fingerprint}`);
  lines.push(
    temporal
      ? `${temporal.status} in Temporal since ${(temporal.closedAt ?? temporal.startedAt).toISOString()}, ${temporal.events} events`
      : 'Temporal does not know it (any more)',
    webUi(config, workflowId, temporal?.runId),
  );
  if (progress)
    lines.push(
      '',
      terminal.table(progress.stages, [
        ['state', ({ state }) => state],
        ['activity', ({ activity }) => activity],
        ['key', ({ key }) => key],
        ['reason', ({ reason = '' }: Stage) => reason],
      ]),
    );
  else if (temporal) lines.push('', WHY_SILENT);
  if (isLost(shown)) lines.push('', `  ${self} redrive ${workflowId} --actor YOU --reason WHY`);
  for (const { activity, attempt, failure } of temporal?.pending ?? [])
    lines.push(`${activity}: attempt ${attempt}${failure === null ? '' : `, the last one failed with ${failure}`}`);
  for (const { key, reason, state } of waits)
    lines.push(
      '',
      `${key} is ${state} (${reason ?? 'unknown'}) and waits for a person:`,
      `  ${resolveCommand(context, workflowId, key)}`,
    );
  for (const { question, choices, fingerprint } of progress?.questions ?? [])
    lines.push(
      '',
      `It asks: ${question}`,
      `  ${self} answer ${workflowId} ${quoted(question)} --choice '${choices.join('|')}' --fingerprint ${fingerprint} --actor YOU --reason WHY`,
    );
  return lines.join('\n');
}

/** Nobody works on it, and it has no fate. */
const isLost = ({ inbox, temporal }: Shown): boolean => inbox?.state === 'started' && temporal?.status !== 'RUNNING';

const headline = ({ inbox, progress, temporal, waits }: Shown): string => {
  if (inbox?.fate) return fateInWords(inbox);
  if (inbox?.state === 'received' && temporal?.status !== 'RUNNING') return 'received, not started yet';
  if (temporal && temporal.status !== 'RUNNING') return 'closed without a fate: it has to be redriven';
  if (!temporal) return 'lost: it has to be redriven';
  const where =
    progress === null
      ? 'under way'
      : progress.pastPivot
        ? 'past its pivot, goes forward only'
        : 'under way, can be cancelled';
  return waits.length > 0 ? `${where}; waits for a person` : where;
};

const resolveCommand = ({ self }: Context, workflowId: string, key: string): string =>
  `${self} resolve ${workflowId} ${quoted(key)} --action 'retry|skip|complete' --actor YOU --reason WHY`;
