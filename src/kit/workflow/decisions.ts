import {
  ApplicationFailure,
  CancellationScope,
  condition,
  currentUpdateInfo,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { KEY_LIMIT, type Activity, type InputOf } from '../contract/activity.ts';
import * as run from '../contract/run.ts';
import { UPDATE, type Answer, type Decision, type Resolve } from '../contract/updates.ts';
import { call, failureType } from './call.ts';
import type { Tracker } from './progress.ts';

interface Waiting {
  readonly activity: Activity;
  readonly forwardKey: string | null;
  released: boolean;
}

/** What a decision says no with: it was not taken, and the person learns why. */
const rejected = (message: string): ApplicationFailure => ApplicationFailure.nonRetryable(message, 'DecisionRejected');

/**
 * Where people decide. A reset re-applies updates, so a decision is an effect: recorded under workflow id and update
 * id, with who and why. What it settles is settled in the store, and that is where a run that comes anew finds it.
 */
export function openDesk(
  progress: Tracker,
  saga: { cancel(): void; cancellable(): string | undefined; pastPivot(): boolean },
) {
  const waiting = new Map<string, Waiting>();
  const questions = new Map<string, { fingerprint: string; choices: readonly string[]; answer?: Answer }>();
  const asked = new Map<string, number>();
  const workflowId = workflowInfo().workflowId;
  const record = <A extends Activity>(activity: A, input: InputOf<A>): Promise<unknown> =>
    CancellationScope.nonCancellable(() => call(activity, input));
  const by = ({ actor, reason }: Decision): { workflowId: string; updateId: string; actor: string; reason: string } => {
    const update = currentUpdateInfo();
    if (!update) throw new TypeError('a decision comes by an update');
    return { workflowId, updateId: update.id, actor, reason };
  };
  // What cannot be recorded must not be taken: a run does not end while a decision is being written.
  const validate = ({ actor, reason }: Decision): void => {
    if (typeof actor !== 'string' || actor === '') throw rejected('a decision names its actor');
    if (typeof reason !== 'string') throw rejected('a decision gives its reason');
    if (run.recordCancel.key(by({ actor, reason })).length > KEY_LIMIT)
      throw rejected('the id of the update is too long');
  };

  setHandler(
    defineUpdate<void, [Decision]>(UPDATE.cancel),
    async (decision) => {
      const decided = by(decision);
      saga.cancel(); // at once: nothing may cross the pivot while the decision is being written
      await record(run.recordCancel, decided);
    },
    {
      validator(decision) {
        validate(decision);
        const why = saga.cancellable();
        if (why !== undefined) throw rejected(why);
      },
      description: 'Cancels the run and walks back what it did; refused from the pivot on',
    },
  );

  setHandler(
    defineUpdate<void, [Resolve]>(UPDATE.resolve),
    async (decision) => {
      const { activity, forwardKey } = waiting.get(decision.key)!;
      const { key, action, value = null } = decision;
      const resolution = { ...by(decision), key, activity: activity.name, forwardKey, action, value };
      await record(run.recordResolve, resolution).catch((error: unknown) => {
        if (failureType(error) !== 'ValueNotDeclared') throw error;
        throw rejected(`the value is not what ${activity.name} would give`);
      });
      const still = waiting.get(key);
      if (still) still.released = true;
    },
    {
      validator(decision) {
        validate(decision);
        const found = waiting.get(decision.key);
        if (!found) throw rejected(`nothing waits under ${decision.key}`);
        if (!['retry', 'skip', 'complete'].includes(decision.action))
          throw rejected('resolve by retry, skip or complete');
        if (decision.action === 'skip' && found.forwardKey === null && saga.pastPivot())
          throw rejected('past the pivot the run goes forward only: retry it, or complete it with a value');
      },
      description: 'Settles a key that waits for a person: retry, skip, or complete with a value',
    },
  );

  setHandler(
    defineUpdate<void, [Answer]>(UPDATE.answer),
    async (answer) => {
      const { question, fingerprint, choice } = answer;
      await record(run.recordAnswer, { ...by(answer), question, fingerprint, choice });
      const open = questions.get(question);
      if (open) open.answer ??= answer;
    },
    {
      validator(answer) {
        validate(answer);
        const open = questions.get(answer.question);
        if (!open || open.answer) throw rejected(`nobody asks ${answer.question}`);
        if (open.fingerprint !== answer.fingerprint)
          throw rejected(`${answer.question}: what you were shown has changed`);
        if (!open.choices.includes(answer.choice))
          throw rejected(`${answer.question}: choose ${open.choices.join(' or ')}`);
      },
      description: 'Answers a question of the story',
    },
  );

  return {
    /** Waits until a person has settled this key in the store. Cancellable. */
    async resolved(activity: Activity, key: string, forwardKey: string | null): Promise<void> {
      const entry: Waiting = { activity, forwardKey, released: false };
      waiting.set(key, entry);
      try {
        await condition(() => entry.released);
      } finally {
        waiting.delete(key);
      }
    },

    /** Asks a person; takes the answer that was already given to just this, if there is one. */
    ask: async <C extends string>(
      question: string,
      shown: InputOf<typeof run.openQuestion>['shown'],
      choices: readonly C[],
    ): Promise<{ choice: C; actor: string; reason: string }> => {
      const times = (asked.get(question) ?? 0) + 1;
      asked.set(question, times);
      const { fingerprint, answer: given } = await call(run.openQuestion, {
        workflowId,
        question,
        asked: times,
        shown,
      });
      if (given) return given as { choice: C; actor: string; reason: string };
      const open: { fingerprint: string; choices: readonly string[]; answer?: Answer } = { fingerprint, choices };
      questions.set(question, open);
      progress.question(question, { fingerprint, choices });
      try {
        await condition(() => open.answer !== undefined);
      } finally {
        questions.delete(question);
        progress.question(question, undefined);
      }
      const { choice, actor, reason } = open.answer!;
      return { choice: choice as C, actor, reason };
    },
  };
}
