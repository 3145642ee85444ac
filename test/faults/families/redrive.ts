import { WorkflowNotFoundError } from '@temporalio/client';
import { recordCancel } from '../../../src/kit/contract/run.ts';
import type { Point } from '../../../src/kit/effects/store.ts';
import { Inbox } from '../../../src/kit/intake/inbox.ts';
import { until } from '../../support/conditions.ts';
import { redriveRun, terminate as terminateRun, type End } from '../courses/course.ts';
import type { Family } from '../family.ts';
import type { Stand } from '../stands.ts';
import { goOn, whileStanding } from './while-standing.ts';

/** One makes the next run. The other finds that; or finds it made and not started yet, and helps to start that one. */
const ANSWERS = ['overtaken redriven', 'redriven running', 'redriven started', 'ended redriven'];

const WRITTEN: ReadonlySet<Point> = new Set<Point>(['committed', 'applied']);

/** A run that was being undone is undone to the end; and a cancellation that was not written down yet is none. */
function orElse(stand: Stand): Stand {
  const { course, contract, at, or = [] } = stand;
  const burned: End[] = course.fate === 'compensated' ? [{ fate: 'compensated', reason: 'Burned' }] : [];
  const forgot: End[] = contract === recordCancel && !WRITTEN.has(at) ? [{ fate: 'completed', reason: null }] : [];
  return { ...stand, or: [...or, ...burned, ...forgot] };
}

export const terminate = (stands: readonly Stand[]): Family =>
  whileStanding(
    'terminate',
    'the run is terminated while an attempt stands at the barrier, and redriven; then that attempt goes on beside the new run',
    stands.map(orElse),
    async (stage, held, score) => {
      await Promise.all(
        held.standing.map(async ({ id, run }) => {
          await terminateRun(stage, run).catch((error: unknown) => {
            // On a busy machine its transaction was given up before this, and it has ended: it is played again.
            if (!(error instanceof WorkflowNotFoundError)) throw error;
            score.missed(id);
          });
          // An attempt in its open transaction has the chain's head, reconcileAccount for up to a minute: the command says so, and is given again.
          await until(`${run.workflowId} is redriven`, () => redriveRun(stage, run), 90_000);
        }),
      );
      return goOn(held);
    },
  );

export const redriveTwice = (stands: readonly Stand[]): Family =>
  whileStanding(
    'redrive-twice',
    'the run is terminated before each of its steps, and redriven by two processes at the same moment: one of them makes the next run',
    stands.filter(({ at }) => at === 'received').map(orElse),
    async (stage, held, score) => {
      const { standing } = held;
      const inbox = new Inbox(stage.database);
      const runs = (): Promise<number[]> =>
        Promise.all(standing.map(async ({ run }) => (await inbox.find(run.workflowId))!.run));
      const before = await runs();
      await Promise.all(standing.map(({ run }) => terminateRun(stage, run)));
      const came = await stage.twice({
        does: 'redrive',
        with: standing.map(({ run: { course, workflowId } }) => ({
          workflow: course.pipeline.workflow,
          workflowId,
          payload: null,
        })),
      });
      const after = await runs();
      for (const [i, { id }] of standing.entries()) {
        const answers = came[i]!.toSorted();
        if (!ANSWERS.includes(answers.join(' ')))
          score.wrong(id, `the two redrives were answered ${answers.join(' and ')}`);
        if (after[i] !== before[i]! + 1) score.wrong(id, `run ${before[i]} was redriven to run ${after[i]}`);
      }
      return goOn(held);
    },
  );
