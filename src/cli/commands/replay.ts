import type { Command } from 'commander';
import { ConfigError } from '../../config.ts';
import { HistoryArchive } from '../../kit/histories/archive.ts';
import type { Difference } from '../../kit/histories/replay.ts';
import { keyringOf, type Services } from '../../services.ts';
import { withServices, type Context } from '../context.ts';
import { EXIT, UsageError } from '../errors.ts';
import { foundBy, savedIn, type Subject } from '../histories.ts';
import { examples, limit } from '../options.ts';

interface Options {
  readonly query?: string;
  readonly limit?: number;
}

type Verdict = 'replays' | 'DIFFERS' | 'unknown' | 'gone';

export function register(program: Command, context: Context): void {
  const command = program
    .command('replay')
    .description('replays histories against the workflows as they are here; exits 1 when one would go another way')
    .argument('[path...]', 'files that `save-history` wrote, or folders of them; an archive is held to its manifest')
    .option('--query <query>', 'instead, the runs that Temporal finds by this visibility query')
    .addOption(limit())
    .action((paths: string[], options: Options) => {
      if ((paths.length === 0) === (options.query === undefined))
        throw new UsageError('replay either files and folders, or what --query finds');
      if (options.query === undefined && options.limit !== undefined) throw new UsageError('--limit goes with --query');
      return withServices(context, (services) => replay(context, services, paths, options));
    });
  examples(
    command,
    context,
    'replay orders.ord_42.completed.json',
    'replay test/histories',
    `replay --query 'ExecutionStatus = "Running"'`,
    `replay --query 'EvenkeelPipeline = "orders"' --limit 500 --json`,
  );
}

async function replay(
  context: Context,
  services: Services,
  paths: readonly string[],
  { query, limit = Number.MAX_SAFE_INTEGER }: Options,
): Promise<void> {
  const { terminal } = context;
  const ring = keyringOf(services.config);
  const workflows = new URL(`../../workflows/index${import.meta.url.slice(-3)}`, import.meta.url);
  // Loaded here: the worker's native library is no burden to the other commands.
  const [{ Replayer }, stories] = await Promise.all([
    import('../../kit/histories/replay.ts'),
    import(workflows.href) as Promise<object>,
  ]);
  const { found, total, each } =
    query === undefined
      ? await savedIn(paths, context)
      : await foundBy(await services.client(), query, limit, (workflow) => workflow in stories);

  const replayer = new Replayer(workflows, ring);
  const judge = async ({ name, workflow, ours, saved }: Subject): Promise<[Verdict, Difference?]> => {
    // Removed, or called otherwise: a worker of this version would fail its tasks.
    if (!(workflow in stories))
      return ours ? ['DIFFERS', { event: 1, type: STARTED, message: WHY.unknown }] : ['unknown'];
    if (!saved) return ['gone'];
    const { sealedUnder } = saved;
    if (sealedUnder !== undefined && !ring?.keys.has(sealedUnder))
      throw new ConfigError(`EVENKEEL_PAYLOAD_KEYS: ${name} is sealed under ${sealedUnder}, which is not there`);
    const difference = await replayer.replay(saved);
    return difference ? ['DIFFERS', difference] : ['replays'];
  };

  const counts: Record<Verdict, number> = { replays: 0, DIFFERS: 0, unknown: 0, gone: 0 };
  const bar = terminal.bar(total, 'histories');
  const lines: string[] = [];
  let done = 0;
  try {
    for await (const subject of each) {
      const [verdict, difference] = await judge(subject);
      counts[verdict]++;
      bar.at(++done);
      if (terminal.json) terminal.result(objectOf(subject, verdict, difference), '');
      else if (query === undefined || verdict !== 'replays') lines.push(textOf(subject, verdict, difference));
    }
  } finally {
    bar.stop();
    await replayer.close();
  }
  const archives = paths.map((path) => new HistoryArchive(path));
  const faults = await Promise.all(archives.map(async (each) => ((await each.exists()) ? each.faults(ring) : [])));
  for (const fault of faults.flat())
    if (terminal.json) terminal.result({ fault }, '');
    else lines.push(`FAULT    ${fault}`);
  if (!terminal.json) terminal.result({}, [...lines, sumOf(counts, done, found - total)].join('\n'));
  if (counts.DIFFERS + faults.flat().length > 0) context.exit = EXIT.failed;
}

const STARTED = 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED';
/** Why nothing could be replayed. */
const WHY = { unknown: 'there is no workflow of its name here', gone: 'Temporal has its history no more' } as const;

const objectOf = (
  { about, workflow, saved }: Subject,
  verdict: Verdict,
  difference: Difference | undefined,
): object => ({
  ...about,
  workflow,
  events: saved?.events.length ?? null,
  replays: verdict === 'replays' ? true : verdict === 'DIFFERS' ? false : null,
  ...(verdict === 'unknown' || verdict === 'gone' ? { message: WHY[verdict] } : difference),
});

function textOf({ name, workflow }: Subject, verdict: Verdict, difference: Difference | undefined): string {
  const line = `${verdict.padEnd(8)} ${name}`;
  if (verdict === 'unknown' || verdict === 'gone') return `${line}\n  ${workflow}: ${WHY[verdict]}`;
  if (!difference) return line;
  const { event, type, message } = difference;
  return `${line}\n  ${event === null ? '' : `event ${event} (${type}): `}${message}`;
}

const sumOf = ({ replays, DIFFERS, unknown, gone }: Record<Verdict, number>, done: number, left: number): string =>
  [
    `${replays} of ${done} replay`,
    ...(DIFFERS > 0 ? [`${DIFFERS} do not`] : []),
    ...(unknown > 0 ? [`${unknown} of workflows that are not here`] : []),
    ...(gone > 0 ? [`${gone} gone`] : []),
    ...(left > 0 ? [`${left} not looked at`] : []),
  ].join(', ');
