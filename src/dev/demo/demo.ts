import { closeDay } from './bank.ts';
import { noAnswers, deliver, planDeliveries, type Answers } from './deliveries.ts';
import { readFarSide, type FarSide } from './far-side.ts';
import { attend } from './desk.ts';
import { carrierFaults, paymentFaults, railFaults } from './faults.ts';
import { furnish } from './furnish.ts';
import { sum } from './check.ts';
import { orderEnds, patientEnds, transferEnds } from './ends.ts';
import type { Inputs } from './inputs.ts';
import { compare, expected, type Row } from './proof.ts';
import { newStateDir, openStage, type Stage } from './stage.ts';
import { destroy } from '../stack.ts';
import { together } from './together.ts';
import { killPoints, untilClosed, watchRuns } from './watch.ts';

/** Who watches: `evenkeel`'s terminal is one. */
export interface Audience {
  note(text: string): void;
  bar(total: number, unit: string): { at(done: number): void; stop(): void };
}

export interface DemoOptions {
  readonly inputs: Inputs;
  readonly seed: number;
  readonly kills: number;
  /** Leaves the stack running, its faults cleared. */
  readonly keep: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Default: a new temporary folder. */
  readonly stateDir?: string;
  readonly patienceMs?: number;
}

export interface Proof {
  readonly rows: readonly Row[];
  /** Beside the proof: what went wrong on purpose, and what that left behind. Not compared, for no input says it. */
  readonly far: FarSide;
  readonly stateDir: string;
  readonly webUi: string;
  readonly seconds: number;
}

/** After this long without an answer people want to know what takes so long: the first time, Temporal is built. */
const QUIET_MS = 15_000;

/**
 * Runs the inputs through a stack of its own, delivered twice, with lost answers and killed workers, and proves what came
 * of it. Whatever happens, the stack is destroyed at the end, unless it is to be kept.
 */
export async function demo(options: DemoOptions, audience: Audience): Promise<Proof> {
  const { keep, env, signal, stateDir = newStateDir() } = options;
  const beganAt = Date.now();
  let stage: Stage | undefined;
  try {
    audience.note('bringing up a stack of its own …');
    stage = await openStage(stateDir, env, (line) => {
      if (Date.now() - beganAt > QUIET_MS) audience.note(`  ${line}`);
    });
    signal.throwIfAborted();
    const webUi = stage.services.config.TEMPORAL_UI_URL;
    audience.note(`Web UI: ${webUi}`);
    const { rows, far } = await perform(stage, options, audience);
    return { rows, far, stateDir, webUi, seconds: Math.round((Date.now() - beganAt) / 1_000) };
  } finally {
    await stage?.close();
    if (!keep) await destroy(stateDir);
  }
}

async function perform(
  stage: Stage,
  { inputs, seed, kills, signal, patienceMs }: DemoOptions,
  audience: Audience,
): Promise<{ rows: Row[]; far: FarSide }> {
  const plan = planDeliveries(inputs, seed);
  const checks = expected(inputs, plan, kills);
  const { orders, transfers, patients } = inputs;
  await furnish(stage.services.database, inputs);
  await stage.payments.faults(paymentFaults(seed));
  await stage.carrier.faults(carrierFaults(seed));
  await stage.rail.faults(railFaults(seed));

  audience.note(
    `delivering ${orders.length} orders, ${transfers.length} transfers and ${patients.length} versions of patients, ` +
      `${plan.copies} of them twice, through lost answers and ${kills} killed workers …`,
  );
  const answers = noAnswers();
  const effects = sum([...orderEnds(inputs), ...transferEnds(inputs), ...patientEnds(inputs)], (end) => end.effects);
  const runs = orders.length + transfers.length + patients.length;
  await together(signal, [
    (both) => deliver(plan.first, inputs, stage.services, answers, both),
    (both) => attend(inputs, stage.services, both),
    (both) => watch(stage, { runs, effects }, killPoints(seed, kills), both, patienceMs, audience),
  ]);
  await deliver(plan.late, inputs, stage.services, answers, signal);
  audience.note('the bank sends its statement …');
  await closeDay(stage, answers, signal);
  await untilClosed(stage.services, signal);

  audience.note('counting at the far sides …');
  const far = await read(stage, answers);
  return { rows: compare(checks, far), far };
}

async function read(stage: Stage, answers: Answers): Promise<FarSide> {
  const far = await readFarSide(stage, answers);
  await stage.payments.faults([]);
  await stage.carrier.faults([]);
  await stage.rail.faults([]);
  return far;
}

async function watch(
  stage: Stage,
  expected: { runs: number; effects: number },
  points: readonly number[],
  signal: AbortSignal,
  patienceMs: number | undefined,
  audience: Audience,
): Promise<void> {
  const bar = audience.bar(expected.effects, 'effects');
  const kill = async (open: number): Promise<void> => {
    const pid = stage.workers.at(-1)!;
    await stage.killWorker();
    audience.note(`worker ${pid} killed with ${open} runs open; ${stage.workers.at(-1)!} took over`);
  };
  try {
    const patience = { signal, ...(patienceMs === undefined ? {} : { patienceMs }) };
    await watchRuns(stage.services.database, expected, { points, kill }, ({ settled }) => bar.at(settled), patience);
  } finally {
    bar.stop();
  }
}
