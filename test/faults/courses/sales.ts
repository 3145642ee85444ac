import {
  PROGRESS_QUERY,
  type Answer,
  type Decision,
  type Progress,
  type Resolve,
  type Stage as Row,
} from '../../../src/kit/contract/updates.ts';
import { until } from '../../support/conditions.ts';
import { KEEP, sales, type Sale } from '../sales/contract.ts';
import type { Stage } from '../stage.ts';
import type { Course, Run } from './course.ts';

export const ANSWER_ID = 'answer-1';
export const RESOLVE_ID = 'resolve-1';
/** A worker may have to be replaced first. */
const PATIENCE_MS = 60_000;
const ASKS_AGAIN_MS = 5_000;

const ann: Decision = { actor: 'ann', reason: 'it does not fit' };

/** A person at the run's desk: sees what it shows, and decides. */
async function atDesk(stage: Stage, { course, workflowId }: Run) {
  const handle = await stage.handle(course.pipeline, workflowId);
  const { connection } = await stage.services.client();
  return {
    seen: <T>(what: string, look: (progress: Progress) => T | undefined): Promise<T> =>
      until(`${workflowId} ${what}`, async () => look(await handle.query<Progress>(PROGRESS_QUERY)), PATIENCE_MS),
    decide: (update: string, updateId: string, decision: Answer | Resolve): Promise<unknown> =>
      until(
        `${workflowId} takes the ${update}`,
        // Asked again under the same id: what was on its way to a run that is reset or terminated may have no answer.
        async () =>
          connection.withDeadline(Date.now() + ASKS_AGAIN_MS, () =>
            handle.startUpdate(update, { args: [decision], updateId, waitForStage: 'ACCEPTED' }),
          ),
        PATIENCE_MS,
      ),
  };
}

/** Sends it back; and then says of its payment, which was captured and so cannot be cancelled, that this is right. */
async function sendBack(stage: Stage, run: Run): Promise<void> {
  const { seen, decide } = await atDesk(stage, run);
  const { fingerprint } = await seen('asks', ({ questions }) =>
    questions.find(({ question }) => question === KEEP.question),
  );
  await decide('answer', ANSWER_ID, { ...ann, question: KEEP.question, fingerprint, choice: 'return' });
  const { key } = await seen('is stuck', ({ stages }) => stages.find(captured));
  await decide('resolve', RESOLVE_ID, { ...ann, key, action: 'skip' });
}

/** Says so where it comes to that, which depends on whether the money had moved. */
async function watch(stage: Stage, run: Run): Promise<void> {
  const { seen, decide } = await atDesk(stage, run);
  const came = await seen('ends, or is stuck', ({ stages, fate }) => stages.find(captured) ?? fate ?? undefined);
  if (typeof came === 'object') await decide('resolve', RESOLVE_ID, { ...ann, key: came.key, action: 'skip' });
}

const captured = ({ state, reason }: Row): boolean => state === 'stuck' && reason === 'AlreadyCaptured';

export const returned: Course = {
  pipeline: sales,
  what: 'returned',
  fate: 'compensated',
  reason: 'Returned',
  make: async (_stage, orderId) => {
    const payload: Sale = { orderId, amountMinor: 2_499, method: 'pm_card_visa' };
    return { payload, ids: { orderId, shipment: 1, question: KEEP.question, asked: 1 } };
  },
  people: sendBack,
  worker: 'sales',
};
/** By somebody, while it is under way. */
export const cancelled: Course = { ...returned, what: 'cancelled', reason: 'Cancelled', people: watch };
