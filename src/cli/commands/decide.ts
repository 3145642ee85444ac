import { randomUUID } from 'node:crypto';
import { Argument, type Command } from 'commander';
import { decisions, type Decision } from '../../contracts/decisions.ts';
import { Evenkeel } from '../../index.ts';
import { start } from '../../kit/intake/start.ts';
import { webUi, withServices, type Context } from '../context.ts';
import { decisionOptions, type DecisionOptions } from '../decision.ts';
import { fateInWords } from '../fate.ts';
import { examples } from '../options.ts';

const KINDS: readonly Decision['kind'][] = ['match', 'unmatch', 'write-off', 'explain', 'lock', 'withdraw'];

interface Options extends DecisionOptions {
  readonly statement?: string[];
  readonly ledger?: string[];
  readonly difference?: string;
  readonly period?: string;
  readonly withdraws?: string;
  readonly wait?: true;
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('decide')
    .description('decides about breaks of an account, or about one of its months; compares and publishes anew')
    .addArgument(new Argument('<what>', 'match, unmatch, write-off, explain, lock, withdraw').choices(KINDS))
    .argument('<account>', 'as its bank names it')
    .option('--statement <id...>', 'entries of the bank, as `breaks` and items.csv have their ids')
    .option('--ledger <id...>', 'entries of ours')
    .option('--difference <minor>', 'write-off: statement less ledger in minor units, as you have seen it')
    .option('--period <month>', 'lock: which month, such as 2026-01')
    .option('--withdraws <decision>', 'withdraw: the id of the decision that counts no more')
    .option('--wait', 'waits for the fate and prints it')
    .action((what: Decision['kind'], account: string, options: Options) => decide(context, what, account, options));
  decisionOptions(command);
  examples(
    command,
    context,
    'decide match GB29… --statement 4f1c… --ledger transfers/t-17/settlement#2 --actor ann --reason "same invoice"',
    'decide write-off GB29… --statement 4f1c… --difference -250 --actor ann --reason "charges of December"',
    'decide lock GB29… --period 2026-01 --actor ann --reason "closed" --wait',
  );
}

async function decide(context: Context, kind: Decision['kind'], account: string, options: Options): Promise<void> {
  const { terminal } = context;
  const { id: decisionId = randomUUID(), actor, reason, statement = [], ledger = [] } = options;
  const entries = kind === 'lock' || kind === 'withdraw' ? {} : { statement, ledger };
  const decision = {
    decisionId,
    account,
    actor,
    reason,
    kind,
    ...entries,
    ...(options.difference === undefined ? {} : { differenceMinor: options.difference }),
    ...(options.period === undefined ? {} : { period: options.period }),
    ...(options.withdraws === undefined ? {} : { withdraws: options.withdraws }),
  } as Decision; // the pipeline's schema says whether it is one
  terminal.note(`decision ${decisionId}; to repeat it: --id ${decisionId}`);
  await withServices(context, async (services) => {
    const started = await start(await services.starter(decisions), decisions, decision);
    const { workflowId } = started;
    const link = webUi(services.config, workflowId, started.start === 'ended' ? undefined : started.runId);
    if (started.start === 'ended' || options.wait !== true) {
      const words = started.start === 'ended' ? `ended before: ${fateInWords(started)}` : started.start;
      terminal.result({ ...started, webUi: link }, `${workflowId}  ${words}\n${link}`);
      return;
    }
    const ended = await new Evenkeel(services).result(workflowId);
    terminal.result({ workflowId, ...ended }, `${workflowId}  ${fateInWords(ended)}`);
  });
}
