import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import {
  PROGRESS_QUERY,
  type Answer,
  type Progress,
  type Resolve,
  type Stage,
} from '../../../src/kit/contract/updates.ts';
import { Inbox } from '../../../src/kit/intake/inbox.ts';
import type { Course } from './course.ts';

/** The ids of the updates, which are part of their decisions' keys. */
export const ANSWER_ID = 'answer-1';
export const RESOLVE_ID = 'resolve-1';

/** What somebody decides who sees this; nothing, most of the time. */
export type Person = (
  progress: Progress,
) =>
  | { readonly answer: Omit<Answer, 'actor' | 'reason'> }
  | { readonly resolve: Omit<Resolve, 'actor' | 'reason'> }
  | undefined;

/** The longest that a run waits in a family, and a worker's start. */
const PATIENCE_MS = 90_000;
const LOOK_MS = 200;
/** Of one question to the run: who is on the way to a run that is reset, terminated or without a worker may have no answer. */
const ANSWERED_WITHIN_MS = 5_000;

/** Somebody at the run's desk until it has its fate, who decides as often as the run comes to it. */
export const attendedBy =
  (person: Person): NonNullable<Course['people']> =>
  async (stage, { course, workflowId }) => {
    const inbox = new Inbox(stage.database);
    const handle = await stage.handle(course.pipeline, workflowId);
    const { connection } = await stage.services.client();
    const soon = <T>(ask: () => Promise<T>): Promise<T> =>
      connection.withDeadline(Date.now() + ANSWERED_WITHIN_MS, ask);
    const look = async (): Promise<boolean> => {
      if ((await inbox.find(workflowId))?.state === 'ended') return true;
      const wish = person(await soon(() => handle.query<Progress>(PROGRESS_QUERY)));
      if (!wish) return false;
      const [update, updateId, what] =
        'answer' in wish ? ['answer', ANSWER_ID, wish.answer] : ['resolve', RESOLVE_ID, wish.resolve];
      const decision = { actor: 'ann', reason: 'she has looked', ...what };
      await soon(() => handle.startUpdate(update, { args: [decision], updateId, waitForStage: 'ACCEPTED' }));
      return false;
    };
    // Whatever fails is a part that is away: she looks again.
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(LOOK_MS))
      if (await look().catch(() => false)) return;
  };

/** Who answers just this, so. */
export const choosing =
  (question: string, choice: string, value?: Json): Person =>
  ({ questions }) => {
    const asked = questions.find((each) => each.question === question);
    const { fingerprint } = asked ?? {};
    return fingerprint === undefined
      ? undefined
      : { answer: { question, fingerprint, choice, ...(value === undefined ? {} : { value }) } };
  };

/** The key that waits for a person because of this. */
export const waitingFor = ({ stages }: Progress, why: string): string | undefined =>
  stages.find(({ state, reason }: Stage) => (state === 'stuck' || state === 'parked') && reason === why)?.key;
