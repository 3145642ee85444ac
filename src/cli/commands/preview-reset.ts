import type { Command } from 'commander';
import { parseHistory } from '../../kit/histories/saved.ts';
import { latestOf } from '../../kit/intake/execution.ts';
import { keyringOf, type Services } from '../../services.ts';
import { webUi, withServices, type Context } from '../context.ts';
import { InputError } from '../errors.ts';
import { fetchHistory, noHistory } from '../histories.ts';
import { examples, quoted } from '../options.ts';
import { tell, type Call } from '../reset/history.ts';
import { knownOf } from '../reset/known.ts';
import { lostRequests, predict, type Prediction } from '../reset/predict.ts';
import { workflowArgument } from '../workflow-id.ts';

export function register(program: Command, context: Context): void {
  const command = program
    .command('preview-reset')
    .description(
      'what a reset of a run to before one of its steps would call again, and what comes of it; changes nothing',
    )
    .addArgument(workflowArgument())
    .requiredOption('--to <step>', 'an activity that the run called, or the key')
    .action((workflowId: string, { to }: { to: string }) =>
      withServices(context, (services) => preview(context, services, workflowId, to)),
    );
  examples(
    command,
    context,
    'preview-reset orders/ord_42 --to capturePayment',
    'preview-reset orders/ord_42 --to orders/ord_42/stock/reserve --json',
  );
}

async function preview(context: Context, services: Services, workflowId: string, to: string): Promise<void> {
  const { config } = services;
  const client = await services.client();
  const execution = await latestOf(client, workflowId);
  if (!execution) throw noHistory(workflowId);
  const { runId } = execution;
  const saved = parseHistory(await fetchHistory(client, workflowId, runId))!;
  const run = await knownOf(services, workflowId, saved.workflow, execution);
  const told = tell(saved, run.contractOf, keyringOf(config));
  const step = stepOf(told.calls, to, workflowId);
  const bar = context.terminal.bar(told.calls.length, 'keys looked up');
  let looked = 0;
  const standingOf: typeof run.standingOf = (call) => {
    bar.at(++looked);
    return run.standingOf(call);
  };
  const prediction = await predict(told, step.task, { ...run, standingOf }).finally(() => bar.stop());
  const reset = {
    workflowId,
    runId,
    to: step.key,
    eventId: step.task,
    running: execution.open,
    fate: run.fate,
    until: prediction.until,
    left: prediction.left,
    lostRequests: lostRequests(told, step.task),
    command: [
      'temporal workflow reset',
      `--workflow-id ${workflowId} --run-id ${runId} --event-id ${step.task} --reason WHY`,
      `--namespace ${quoted(config.TEMPORAL_NAMESPACE)} --address ${config.TEMPORAL_ADDRESS}`,
    ].join(' '),
    webUi: webUi(config, workflowId, runId),
  };
  print(context, saved.events.length, prediction, reset);
}

/** The first call that is meant. */
function stepOf(calls: readonly Call[], to: string, workflowId: string): Call {
  const meant = calls.filter(({ key, activity }) => key === to || activity.name === to);
  const keys = [...new Set(meant.map(({ key }) => key))];
  if (keys.length > 1) throw new InputError(`${workflowId} called ${to} under several keys; which? ${keys.join(', ')}`);
  if (meant[0]) return meant[0];
  const names = [...new Set(calls.map(({ activity }) => activity.name))];
  throw new InputError(`${workflowId} never called ${to}; it called ${names.join(', ') || 'nothing'}`);
}

interface Reset extends Pick<Prediction, 'until' | 'left'> {
  readonly workflowId: string;
  readonly to: string;
  readonly eventId: number;
  readonly running: boolean;
  readonly fate: string | null;
  readonly lostRequests: number;
  readonly command: string;
  readonly webUi: string;
}

function print({ terminal }: Context, events: number, prediction: Prediction, reset: Reset): void {
  const steps = [
    ...prediction.replayed.map(({ activity, key }) => ({
      step: 'replayed' as const,
      activity: activity.name,
      key,
      standing: null,
      says: 'nothing runs: its answer is in the history',
    })),
    ...prediction.called.map((each) => ({ step: 'called' as const, ...each })),
  ];
  const decisions = prediction.reapplied.map(({ id, name, actor }) => ({ decision: name, id, actor }));
  if (terminal.json) {
    for (const each of [...steps, ...decisions, reset]) terminal.result(each, '');
    return;
  }
  const table = terminal.table(steps, [
    ['', ({ step }) => step],
    ['activity', ({ activity }) => activity],
    ['key', ({ key }) => key],
    ['what comes of it', ({ says }) => says],
  ]);
  const { workflowId, to, eventId, running, fate, until, left, lostRequests } = reset;
  const notes = [
    running && 'It is running: a reset terminates this run, and goes on in another.',
    fate !== null && `It has its fate (${fate}): nothing new is made, and it comes to that fate again.`,
    ...decisions.map(({ decision, id, actor }) => `Temporal asks again: ${decision} ${id}, by ${actor}.`),
    lostRequests > 0 && 'Temporal does not ask again: the cancellation that did not come as a decision.',
    until === 'parked' && 'What follows depends on how the parked step is resolved.',
    until === 'history' && 'What follows is not in this history yet.',
    left.length > 0 &&
      `NOT UNDONE: the run would walk back without coming to ${left.join(', ')}. Terminate and redrive it instead.`,
  ].filter((note) => note !== false);
  terminal.result(
    reset,
    [
      `${terminal.bold(workflowId)} to before ${to}: event ${eventId} of ${events}`,
      '',
      table,
      '',
      ...notes,
      'Nothing was changed. To do it:',
      `  ${reset.command}`,
      reset.webUi,
    ].join('\n'),
  );
}
