import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readConfig } from '../src/config.ts';
import { transfers, type Transfer } from '../src/contracts/ledger.ts';
import type { Pipeline } from '../src/kit/contract/pipeline.ts';
import { start } from '../src/kit/intake/start.ts';
import type { Database } from '../src/kit/effects/database.ts';
import { bundleWorkflows } from '../src/kit/worker/bundle.ts';
import { Services } from '../src/services.ts';
import { commandLine, median, medianRatio } from './command.ts';
import { withStack } from './stack.ts';
import type { Recording, Sent } from './transfer/recorded.ts';
import type { Task } from './transfer/worker.ts';

const USAGE = `What a transfer costs beside the SDK alone. Ours, and bare workflows with bare activities that send to Postgres and
S3 what ours were heard to send: the same statements in the same transactions, the same object. All workers run as they
are built, without tsx. Rounds alternate; CPU is user and system time of each worker's process, a transfer.

  npm run -s bench:transfer -- --rounds 7 --transfers 200
  npm run -s bench:transfer -- --json
`;

/** Kept for their lengths: all ids of the bench have as many characters. */
const NAMES = ['recorded-0000-00000', 'payer-00', 'payee-00'] as const;
const ACCOUNTS = 64;
/** Transfers under way at once. */
const LANES = 16;

/** Statements of the kit: keys, outcomes, audit, inbox. What is left is the domain's, in its transactions. */
const KIT = /\bkit\./;
const withoutKit = (sent: readonly Sent[]): Sent[] =>
  sent.flatMap((each) => {
    if (!('sql' in each) || !KIT.test(each.sql)) return [each];
    return /^begin\b/.test(each.sql) ? [{ sql: 'begin', values: [] }] : [];
  });

interface Variant {
  readonly name: string;
  readonly queue: string;
  readonly workflow: string;
  readonly task: (recording: Recording, bundle: string) => Task;
}
const bareOf = (name: string, workflow: string, sends: (recording: Recording) => Recording): Variant => {
  const queue = `bare-${name.replaceAll(/\W+/g, '-')}`;
  const task = (recording: Recording, bundle: string): Task => ({
    kind: 'bare',
    queue,
    bundle,
    recording: sends(recording),
    names: NAMES,
  });
  return { name, queue, workflow, task };
};
const OURS: Variant = {
  name: 'ours',
  queue: transfers.name,
  workflow: transfers.workflow,
  task: () => ({ kind: 'ours', record: false }),
};
const VARIANTS: readonly Variant[] = [
  OURS,
  bareOf('bare, the same SQL', 'recordedTransfer', (all) => all),
  bareOf('bare, without the fate', 'bareTransfer', ({ recordFate: _fate, ...rest }) => rest),
  bareOf('bare, without keys and audit', 'bareTransfer', (all) =>
    Object.fromEntries(Object.entries(all).map(([name, sent]) => [name, withoutKit(sent)])),
  ),
];

/** That all have done the same: a booking a transfer, and with the same SQL as many effects and audit entries as ours. */
async function agree(database: Database, transfers: number): Promise<void> {
  const rows = await database.query<{ booked: string; effects: string; audit: string }>(
    `select (select count(*) from ledger.transactions where transaction_id like at) as booked,
            (select count(*) from kit.effects where state = 'applied' and key like at) as effects,
            (select count(*) from kit.audit where key like at) as audit
     from unnest($1::text[]) with ordinality as of (at, n) order by n`,
    [VARIANTS.map((_, i) => `%/r___-v${i}-%`)],
  );
  const [ours, same] = rows.map(({ effects, audit }) => `${effects} ${audit}`);
  if (rows.some(({ booked }) => Number(booked) !== transfers) || ours !== same)
    throw new Error(`they did not do the same: ${JSON.stringify(rows)}`);
}

/** CPU a transfer, in ms. */
interface Round {
  readonly worker: number;
  readonly temporal: number | undefined;
  readonly postgres: number | undefined;
  readonly perSecond: number;
}

/** The bench's worker and all that it imports, compiled as `npm run build` does, in a folder that finds our dependencies. */
function built(): string {
  const root = fileURLToPath(new URL('..', import.meta.url));
  mkdirSync(join(root, '.evenkeel'), { recursive: true });
  const folder = mkdtempSync(join(root, '.evenkeel/bench-'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'bench/transfer'), '--outDir', folder], { stdio: 'inherit' });
  for (const name of ['sql', 'package.json']) symlinkSync(join(root, name), join(folder, name));
  return folder;
}

async function workerOf(folder: string, task: Task, env: Record<string, string>): Promise<ChildProcess> {
  const { EVENKEEL_METRICS_ADDRESS: _metrics, EVENKEEL_HEALTH_PORT: _health, ...rest } = env;
  const child = fork(join(folder, 'bench/transfer/worker.js'), [JSON.stringify(task)], {
    execArgv: [],
    env: { ...process.env, ...rest, EVENKEEL_PIPELINES: transfers.name },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('a worker of the bench ended')));
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined); // that is how it is stopped
  return child;
}

async function asked<T>(child: ChildProcess, what: 'cpu' | 'recording'): Promise<T> {
  const answer = once(child, 'message') as Promise<[T]>;
  child.send(what);
  return (await answer)[0];
}

/** Milliseconds of CPU that a process and those that it started have had, those that have ended among them; only Linux tells. */
function cpuOfTree(root: number | undefined): number | undefined {
  if (root === undefined || process.platform !== 'linux') return undefined;
  const found = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each)))
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
      found.set(Number(name), { parent: Number(fields[1]), ticks });
    } catch {
      continue; // it has gone
    }
  const under = (pid: number): boolean => pid === root || (found.has(pid) && under(found.get(pid)!.parent));
  return [...found].reduce((sum, [pid, { ticks }]) => sum + (under(pid) ? ticks : 0), 0) * 10;
}

async function main(): Promise<void> {
  const {
    terminal,
    numbers: { rounds, transfers: many },
  } = commandLine(USAGE, { rounds: 7, transfers: 200 });
  const folder = built();
  try {
    await withStack(async (env, parts) => {
      const pidOf = (name: string): number | undefined => parts.find((part) => part.name === name)?.pid;
      const services = new Services(readConfig(env));
      await services.database.query(
        `insert into ledger.accounts (account_id, currency, minimum_minor)
         select side || '-' || lpad(n::text, 2, '0'), 'GBP', null from unnest(array['payer', 'payee']) side, generate_series(0, $1) n`,
        [ACCOUNTS - 1],
      );
      const starter = await services.starter(transfers);
      const two = (n: number): string => String(n % ACCOUNTS).padStart(2, '0');
      const transferOf = (transferId: string, n: number): Transfer => ({
        transferId,
        debtor: `payer-${two(n)}`,
        creditor: `payee-${two(n)}`,
        amountMinor: '2500',
        currency: 'GBP',
      });
      /** Started alike: through the inbox, by the same client. */
      const done = async ({ queue, workflow }: Variant, transfer: Transfer): Promise<string> => {
        const pipeline: Pipeline<Transfer> = { ...transfers, name: queue, workflow };
        const { workflowId } = await start(starter, pipeline, transfer);
        await starter.client.workflow.getHandle(workflowId).result();
        return workflowId;
      };

      const listener = await workerOf(folder, { kind: 'ours', record: true }, env);
      await done(OURS, transferOf(NAMES[0], 0));
      const recording = await asked<Recording>(listener, 'recording');
      listener.disconnect();
      await once(listener, 'exit');

      const bundle = join(folder, 'bundle.js');
      const { code } = await bundleWorkflows(pathToFileURL(join(folder, 'bench/transfer/workflow.js')), {
        sealed: false,
      });
      writeFileSync(bundle, code);
      const workers: ChildProcess[] = [];
      for (const { task } of VARIANTS) workers.push(await workerOf(folder, task(recording, bundle), env));

      const roundOf = async (variant: Variant, worker: ChildProcess, round: number): Promise<Round> => {
        const at = VARIANTS.indexOf(variant);
        const now = async () => ({
          worker: await asked<NodeJS.CpuUsage>(worker, 'cpu'),
          temporal: cpuOfTree(pidOf('temporal')),
          postgres: cpuOfTree(pidOf('postgres')),
          at: performance.now(),
        });
        const before = await now();
        let next = 0;
        const lane = async (): Promise<void> => {
          for (let n = next++; n < many; n = next++)
            await done(
              variant,
              transferOf(`r${String(round).padStart(3, '0')}-v${at}-${String(n).padStart(11, '0')}`, n),
            );
        };
        await Promise.all(Array.from({ length: LANES }, lane));
        const after = await now();
        const each = (from: number | undefined, to: number | undefined): number | undefined =>
          from === undefined || to === undefined ? undefined : (to - from) / many;
        const total = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000;
        return {
          worker: each(total(before.worker), total(after.worker))!,
          temporal: each(before.temporal, after.temporal),
          postgres: each(before.postgres, after.postgres),
          perSecond: many / ((after.at - before.at) / 1_000),
        };
      };
      const found = VARIANTS.map((): Round[] => []);
      const bar = terminal.bar((rounds + 1) * VARIANTS.length, 'rounds');
      for (let round = 0; round <= rounds; round++)
        for (const [i, variant] of VARIANTS.entries()) {
          bar.at(round * VARIANTS.length + i, `, ${variant.name}`);
          const measured = await roundOf(variant, workers[i]!, round);
          if (round > 0) found[i]!.push(measured); // the first is for the compiler
        }
      bar.stop();
      await agree(services.database, (rounds + 1) * many);

      const sizes: { events: number; activities: number }[] = [];
      for (const [i, variant] of VARIANTS.entries()) {
        const workflowId = await done(variant, transferOf(`counted-${i}-000000000`, i));
        const { events } = await starter.client.workflow.getHandle(workflowId).fetchHistory();
        const activities = events!.filter(({ activityTaskScheduledEventAttributes: at }) => at).length;
        sizes.push({ events: events!.length, activities });
      }
      for (const worker of workers) {
        worker.disconnect();
        await once(worker, 'exit');
      }
      await services.close();

      const of = (i: number, figure: (round: Round) => number | undefined): number | null => {
        const figures = found[i]!.map(figure);
        return figures.some((each) => each === undefined) ? null : median(figures as number[]);
      };
      const statements = (i: number): number => {
        const task = VARIANTS[i]!.task(recording, bundle);
        return Object.values(task.kind === 'bare' ? task.recording : recording).reduce((sum, sent) => sum + sent.filter((each) => 'sql' in each).length, 0); // prettier-ignore
      };
      const cpu = (i: number): number[] => found[i]!.map(({ worker }) => worker);
      const rows = VARIANTS.map(({ name }, i) => ({
        worker: name,
        ...sizes[i]!,
        roundTrips: statements(i),
        cpuMs: median(cpu(i)),
        oursTo: medianRatio(cpu(0), cpu(i)),
        temporalMs: of(i, ({ temporal }) => temporal),
        postgresMs: of(i, ({ postgres }) => postgres),
        perSecond: of(i, ({ perSecond }) => perSecond)!,
      }));
      const ms = (figure: number | null): string => figure?.toFixed(1) ?? '';
      terminal.results(
        rows,
        [
          ['worker', ({ worker }) => worker],
          ['activities', ({ activities }) => String(activities)],
          ['events', ({ events }) => String(events)],
          ['round trips to Postgres', ({ roundTrips }) => String(roundTrips)],
          ['CPU ms a transfer', ({ cpuMs }) => ms(cpuMs)],
          ['ours to it', ({ oursTo }) => oursTo.toFixed(2)],
          ["the server's", ({ temporalMs }) => ms(temporalMs)],
          ["Postgres's", ({ postgresMs }) => ms(postgresMs)],
          ['transfers/s', ({ perSecond }) => perSecond.toFixed(0)],
        ],
        '',
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
