import { setTimeout as sleep } from 'node:timers/promises';
import { furnish } from '../../../src/dev/demo/furnish.ts';
import { together } from '../../../src/dev/demo/together.ts';
import { untilClosed } from '../../../src/dev/demo/watch.ts';
import { deliver, messagesOf, type Answers } from './deliveries.ts';
import type { SoakInputs } from './inputs.ts';
import type { Ran } from './judge.ts';
import { isLate, LATE_MS } from './kinds.ts';
import { rulesOf, type Plan } from './plan.ts';
import { patiently, Progress } from './progress.ts';
import type { Stage } from './stage.ts';
import { strikeProcesses } from './strike-processes.ts';
import { strikeRun } from './strike-runs.ts';
import { Tally } from './tally.ts';

/** For what a request that arrived late sets going. */
const SLACK_MS = 1_000;
const SIDES = ['payments', 'carrier'] as const;

/** Runs everything through the stage, each fault in its place, until all runs have ended and nothing moves any more. */
export async function soak(
  stage: Stage,
  inputs: SoakInputs,
  plan: Plan,
  signal: AbortSignal,
  onProgress: (ended: number, faults: number) => void,
): Promise<Ran> {
  const { services } = stage;
  const tally = new Tally();
  const messages = messagesOf(inputs, services);
  await furnish(services.database, inputs);
  const rules = SIDES.map((side) => ({ side, rules: rulesOf(plan.requests, side) }));
  for (const { side, rules: list } of rules) await stage[side].faults(list.map(({ rule }) => rule));

  let answers: Answers | undefined;
  const progress = new Progress(stage.watcher);
  await together(signal, [
    (all) => progress.watch(all, messages.length, () => onProgress(progress.ended, tally.total)),
    (all) => strikeProcesses(stage, plan.processes, progress, all, tally),
    ...plan.runs.map((fault) => async (all: AbortSignal) => {
      await progress.until(all, () => tally.started.has(fault.run));
      await strikeRun(stage, fault, messages[fault.run]!, progress, all, tally);
    }),
    async (all) => {
      answers = await deliver(messages, plan.deliveries, services, progress, all, tally);
    },
  ]);
  await patiently(signal, () => untilClosed(services, signal));
  if (plan.requests.some(({ kind }) => isLate(kind))) await sleep(LATE_MS + SLACK_MS, undefined, { signal });
  for (const { side, rules: list } of rules)
    for (const [n, { fired }] of (await stage[side].faultReport()).entries())
      if (fired > 0) tally.add(list[n]!.kind, 'reached', fired);
  return { inputs, plan, messages, answers: answers!, tally };
}
