import { restart, type PartName } from '../../../src/dev/stack.ts';
import type { Kind } from './kinds.ts';
import type { ProcessFault } from './plan.ts';
import { patiently, type Progress } from './progress.ts';
import type { Stage } from './stage.ts';
import type { Tally } from './tally.ts';

/** The services that are ended and started again. S3 is asked to leave: killed, its simulator forgets the versions. */
const PARTS: Partial<Record<Kind, readonly [PartName, NodeJS.Signals]>> = {
  'Postgres killed': ['postgres', 'SIGKILL'],
  'Temporal killed': ['temporal', 'SIGKILL'],
  'S3 restarted': ['aws', 'SIGTERM'],
};

/** One fault after the other, each in its place of the progress, and none before the last one's victim is replaced. */
export async function strikeProcesses(
  stage: Stage,
  faults: readonly ProcessFault[],
  progress: Progress,
  signal: AbortSignal,
  tally: Tally,
): Promise<void> {
  const frozen: Promise<void>[] = [];
  for (const fault of faults) {
    await progress.until(signal, () => progress.ended >= fault.afterEnded);
    if (fault.kind === 'worker frozen')
      frozen.push(freeze(stage, fault, signal).then((came) => tally.add(fault.kind, came))); // the others go on meanwhile
    else tally.add(fault.kind, await strike(stage, fault, signal));
  }
  await Promise.all(frozen);
}

const freeze = async ({ workers }: Stage, { worker, ms }: ProcessFault, signal: AbortSignal): Promise<string> =>
  (await workers.freeze(worker, ms, signal)) ? 'went on' : 'killed meanwhile';

async function strike(stage: Stage, { kind, worker }: ProcessFault, signal: AbortSignal): Promise<string> {
  const part = PARTS[kind];
  if (part !== undefined) {
    const [name, how] = part;
    await restart(name, stage.stateDir, how);
    return 'came back';
  }
  if (kind === 'worker killed') {
    await stage.workers.kill(worker);
    return 'replaced';
  }
  const cut = await patiently(signal, () =>
    stage.watcher.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
      stage.workers.nameOf(worker),
    ]),
  );
  return cut.length > 0 ? 'cut' : 'none was open';
}
