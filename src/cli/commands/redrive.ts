import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { Evenkeel, type Decision, type Redriven } from '../../index.ts';
import { Inbox } from '../../kit/intake/inbox.ts';
import type { Services } from '../../services.ts';
import { withServices, type Context } from '../context.ts';
import { actorOptions } from '../decision.ts';
import { EXIT, failureOf, unreachable, UsageError } from '../errors.ts';
import { fateInWords } from '../fate.ts';
import { examples, whole } from '../options.ts';
import { runsOf } from '../visibility.ts';
import { parseWorkflowId } from '../workflow-id.ts';

interface Options extends Decision {
  readonly query?: string;
  readonly lost?: true;
  readonly rate: number;
}

type Told = Redriven | { readonly redrive: 'failed'; readonly workflowId: string; readonly error: string };

export function register(program: Command, context: Context): void {
  const command = program
    .command('redrive')
    .description('runs again, under the same keys, what was closed without a fate (terminated, say) or is gone')
    .argument('[workflow...]', 'PIPELINE/ID, or the addresses of their pages')
    .option('--query <query>', 'those that Temporal lists under this query')
    .option('--lost', 'all that were started, have no fate and do not run')
    .option('--rate <n>', 'at most this many a second', whole(1, 1_000), 10)
    .action((workflows: string[], options: Options) => redriveAll(context, workflows.map(parseWorkflowId), options));
  actorOptions(command);
  examples(
    command,
    context,
    'redrive orders/ord_42 --actor ann --reason "terminated by mistake"',
    `redrive --query 'ExecutionStatus = "Terminated" and EvenkeelPipeline = "orders"' --actor ann --reason "the outage of May 3"`,
    'redrive --lost --actor ann --reason "the namespace was made anew"',
  );
}

async function redriveAll(context: Context, workflows: readonly string[], options: Options): Promise<void> {
  const { query, lost, rate, actor, reason } = options;
  if ([workflows.length > 0, query !== undefined, lost === true].filter(Boolean).length !== 1)
    throw new UsageError('which: workflows, or --query, or --lost');
  const { terminal } = context;
  await withServices(context, async (services) => {
    const evenkeel = new Evenkeel(services);
    const found = lost ? await lostOf(services) : query === undefined ? workflows : await listed(services, query);
    const ids = [...new Set(found)];
    const counts = { redriven: 0, started: 0, running: 0, ended: 0, overtaken: 0, failed: 0 };
    const bar = terminal.bar(ids.length, 'runs');
    const later: (() => void)[] = [];
    const one = async (workflowId: string): Promise<Told> =>
      evenkeel.redrive(workflowId, { actor, reason }).catch((error: unknown) => {
        if (unreachable(error, services.config)) throw error; // so would be all the others
        return { redrive: 'failed', workflowId, error: failureOf(error).message };
      });
    try {
      for (const [i, workflowId] of ids.entries()) {
        const [told] = await Promise.all([one(workflowId), pause(1_000 / rate)]);
        counts[told.redrive]++;
        const tell = (): void => terminal.result(told, `${workflowId}  ${wordsOf(told)}`);
        if (bar.drawn) later.push(tell);
        else tell();
        bar.at(i + 1);
      }
    } finally {
      bar.stop();
      for (const tell of later) tell();
    }
    if (counts.failed > 0) context.exit = EXIT.failed;
    const sum = Object.entries(counts).flatMap(([what, n]) => (n === 0 ? [] : [`${n} ${what}`]));
    terminal.result(counts, sum.join(', ') || 'There is nothing to redrive.');
  });
}

function wordsOf(told: Told): string {
  if (told.redrive === 'failed') return `failed: ${told.error}`;
  if (told.redrive === 'ended') return `ended before: ${fateInWords(told)}`;
  if (told.redrive === 'running') return `running: run ${told.run}, nothing was changed`;
  if (told.redrive === 'overtaken') return `overtaken: ${told.actor} has redriven it, run ${told.run}`;
  return `${told.redrive}: run ${told.run}`;
}

async function listed(services: Services, query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of runsOf(await services.client(), query)) ids.push(workflowId);
  return ids;
}

/** No query of Temporal's finds what it has forgotten: the inbox says what should run, Temporal what does. */
async function lostOf(services: Services): Promise<string[]> {
  const running = new Set(await listed(services, "ExecutionStatus = 'Running'"));
  return (await new Inbox(services.database).open()).filter((workflowId) => !running.has(workflowId));
}
