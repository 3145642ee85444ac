import type { Duration } from '@temporalio/common';
import {
  type ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  currentUpdateInfo,
  defineUpdate,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { KEY_LIMIT, type Activity, type InputOf } from '../contract/activity.ts';
import type { Json } from '../contract/outcome.ts';
import * as run from '../contract/run.ts';
import { UPDATE, type Answer, type Decision, type Resolve } from '../contract/updates.ts';
import { call, failureType } from './call.ts';
import type { Tracker } from './progress.ts';

const UPDATE_ID = /^[A-Za-z0-9._-]{1,64}$/;
/** Characters of a decision's texts: what cannot be recorded must not be taken. */
const LIMIT = { actor: 200, reason: 2_000, value: 100_000 } as const;

/** Runs that were walking back before this was so, go on as they began. */
const CANCELLATION_FIRST = 'evenkeel: what is cancelled is undone when the cancellation is written';

interface Waiting {
  readonly activity: Activity;
  readonly forwardKey: string | null;
  readonly conflict: boolean;
  /** Somebody's decision is being written: a second one would settle what the first has set going. */
  deciding: boolean;
  decision?: Resolve;
}

/** What a question may be asked with. */
export interface Asking {
  /** How long an answer is waited for, in turns; between two of them `remind` is called. Absent: for ever. */
  readonly patience?: readonly Duration[];
  /** Reminds who has to answer, for the n-th time: a step of the story. */
  readonly remind?: (n: number) => Promise<unknown>;
  /** Why this answer cannot be taken, as the person is told; undefined when it can. */
  readonly reject?: (answer: Answer) => string | undefined;
}

/** A person's answer. */
export interface Answered<C extends string> {
  readonly choice: C;
  readonly actor: string;
  readonly reason: string;
  readonly value?: Json;
}

interface Question {
  readonly fingerprint: string;
  readonly choices: readonly string[];
  readonly reject: Asking['reject'];
  deciding: boolean;
  answer?: Answer;
}

/** What a decision says no with: it was not taken, and the person learns why. */
const rejected = (message: string): ApplicationFailure => ApplicationFailure.nonRetryable(message, 'DecisionRejected');

/**
 * Where people decide. A reset re-applies updates, so a decision is an effect: recorded under workflow id and update
 * id, with who and why. What it settles is settled in the store, and that is where a run that comes anew finds it.
 */
export function openDesk(
  progress: Tracker,
  saga: {
    /** False: not yet, as long as the run is being told again. */
    cancel(): boolean;
    /** Waits until it is; gives whether it has been cancelled then. */
    retold(): Promise<boolean>;
    cancellable(): string | undefined;
    pastPivot(): boolean;
  },
) {
  /** Two steps may wait under one key; a decision is for the key. */
  const waiting = new Map<string, Set<Waiting>>();
  const questions = new Map<string, Question>();
  /** Decisions that are being written. */
  let resolving = 0;
  let cancelling = 0;
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
    // It becomes part of the decision's key.
    if (!UPDATE_ID.test(currentUpdateInfo()?.id ?? '')) throw rejected(`the id of a decision is ${UPDATE_ID.source}`);
    if (typeof reason !== 'string') throw rejected('a decision gives its reason');
    if (actor.length > LIMIT.actor || reason.length > LIMIT.reason)
      throw rejected(`actor and reason have at most ${LIMIT.actor} and ${LIMIT.reason} characters`);
    if (run.recordCancel.key(by({ actor, reason })).length > KEY_LIMIT)
      throw rejected('the id of the update is too long');
  };
  const checkSize = (value: Json | undefined): void => {
    if ((JSON.stringify(value) ?? '').length > LIMIT.value)
      throw rejected(`a value has at most ${LIMIT.value} characters of JSON`);
  };

  setHandler(
    defineUpdate<void, [Decision]>(UPDATE.cancel),
    async (decision) => {
      const decided = by(decision);
      cancelling++;
      try {
        // At once: nothing may cross the pivot while the decision is being written. A redriven run knows only when it has
        // been told again whether it may still be cancelled.
        if (!saga.cancel() && !(await saga.retold())) throw rejected(saga.cancellable() ?? 'the run goes forward only');
        await record(run.recordCancel, decided);
      } finally {
        cancelling--;
      }
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
      const entries = [...waiting.get(decision.key)!];
      const { activity, forwardKey, conflict } = entries[0]!;
      for (const entry of entries) entry.deciding = true;
      resolving++;
      const { key, action, value = null } = decision;
      const what = { key, activity: activity.name, forwardKey, action, value, ...(conflict ? { conflict } : {}) };
      const resolution = { ...by(decision), ...what } as const;
      try {
        await record(run.recordResolve, resolution);
        for (const entry of entries) entry.decision = decision;
      } catch (error) {
        for (const entry of entries) entry.deciding = false;
        if (failureType(error) !== 'ValueNotDeclared') throw error;
        throw rejected(`not what ${activity.name} would give: ${(error as ActivityFailure).cause?.message}`);
      } finally {
        resolving--;
      }
    },
    {
      validator(decision) {
        validate(decision);
        const [found] = waiting.get(decision.key) ?? [];
        if (!found) throw rejected(`nothing waits under ${decision.key}`);
        if (found.deciding) throw rejected(`${decision.key} is being decided just now`);
        checkSize(decision.value);
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
      const { question, fingerprint, choice, value } = answer;
      const open = questions.get(question)!;
      open.deciding = true;
      try {
        await record(run.recordAnswer, {
          ...by(answer),
          question,
          fingerprint,
          choice,
          ...(value === undefined ? {} : { value }),
        });
        open.answer = answer;
      } finally {
        open.deciding = false;
      }
    },
    {
      validator(answer) {
        validate(answer);
        const open = questions.get(answer.question);
        if (!open || open.answer) throw rejected(`nobody asks ${answer.question}`);
        if (open.deciding) throw rejected(`${answer.question} is being answered just now`);
        if (open.fingerprint !== answer.fingerprint)
          throw rejected(`${answer.question}: what you were shown has changed`);
        if (!open.choices.includes(answer.choice))
          throw rejected(`${answer.question}: choose ${open.choices.join(' or ')}`);
        checkSize(answer.value);
        const why = open.reject?.(answer);
        if (why !== undefined) throw rejected(`${answer.question}: ${why}`);
      },
      description: 'Answers a question of the story',
    },
  );

  return {
    /**
     * Waits until a person has settled this key in the store. Cancellable. In a `conflict` the key is another payload's
     * and is left alone: then the decision counts for this run only.
     */
    async resolved(activity: Activity, key: string, forwardKey: string | null, conflict: boolean): Promise<Resolve> {
      const entry: Waiting = { activity, forwardKey, conflict, deciding: false };
      const entries = waiting.get(key) ?? new Set();
      waiting.set(key, entries.add(entry));
      try {
        await condition(() => entry.decision !== undefined);
        return entry.decision!;
      } finally {
        entries.delete(entry);
      }
    },

    /**
     * Waits until nothing is being written that a walk back has to come after: a decision about a key may yet open what it
     * is about to close, and a redriven run that knows of no cancellation would go forward on what it has undone.
     */
    async written(): Promise<void> {
      await condition(() => resolving === 0);
      if (cancelling > 0 && patched(CANCELLATION_FIRST)) await condition(() => resolving + cancelling === 0);
    },

    /**
     * Asks a person; takes the answer that was already given to just this, if there is one. Undefined: nobody answered
     * as long as there was patience.
     */
    ask: (async <C extends string>(
      question: string,
      shown: InputOf<typeof run.openQuestion>['shown'],
      choices: readonly C[],
      { patience, remind, reject }: Asking = {},
    ): Promise<Answered<C> | undefined> => {
      const times = (asked.get(question) ?? 0) + 1;
      asked.set(question, times);
      const { fingerprint, answer: given } = await call(run.openQuestion, {
        workflowId,
        question,
        asked: times,
        shown,
      });
      if (given) return given as Answered<C>;
      const open: Question = { fingerprint, choices, reject, deciding: false };
      const answered = (): boolean => open.answer !== undefined;
      questions.set(question, open);
      progress.question(question, { fingerprint, choices });
      try {
        if (patience === undefined) await condition(answered);
        for (const [turn, wait] of (patience ?? []).entries()) {
          if (turn > 0) await remind?.(turn);
          if (await condition(answered, wait)) break;
        }
        // One that is being written just now came in time.
        await condition(() => answered() || !open.deciding);
      } finally {
        questions.delete(question);
        progress.question(question, undefined);
      }
      if (!open.answer) return undefined;
      const { choice, actor, reason, value } = open.answer;
      return { choice: choice as C, actor, reason, ...(value === undefined ? {} : { value }) };
    }) as Ask,
  };
}

/** Without patience there is always an answer. */
interface Ask {
  <C extends string>(
    question: string,
    shown: Json,
    choices: readonly C[],
    asking?: Asking & { readonly patience?: never },
  ): Promise<Answered<C>>;
  <C extends string>(
    question: string,
    shown: Json,
    choices: readonly C[],
    asking: Asking,
  ): Promise<Answered<C> | undefined>;
}

export type Desk = ReturnType<typeof openDesk>;
