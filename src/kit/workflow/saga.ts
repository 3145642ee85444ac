import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { Duration } from '@temporalio/common';
import { undoOf, type Activity, type InputOf, type OutputOf } from '../contract/activity.ts';
import { FAILURE, type Json } from '../contract/outcome.ts';
import { recordFate } from '../contract/run.ts';
import type { Ended, RunFate } from '../contract/updates.ts';
import { appliedBefore, call, failureType, isRefusal } from './call.ts';
import { openDesk } from './decisions.ts';
import { trackProgress } from './progress.ts';
import { NO_PAST, pastOf, runNumber, type Start } from './retelling.ts';
import { UNDO_PATIENCE, walkBack, type Begun } from './walk-back.ts';

// A promise costs as much as a statement here: the SDK takes the stack of each for the stack trace query.

/** What a story is told with. */
export interface Step {
  /** Does one activity. Throws on a declared refusal (see `refusedWith`), a burned key or cancellation; on anything else the step parks. */
  <A extends Activity>(activity: A, input: InputOf<A>): Promise<OutputOf<A>>;
  /**
   * The point of no return, itself a step: from its call on nobody can cancel, and once it is done the run goes forward
   * only, whatever fails parks. When it is refused, the run walks back as from any step. It runs alone.
   */
  pivot<A extends Activity>(activity: A, input: InputOf<A>): Promise<OutputOf<A>>;
  /** Asks a person and waits for the answer, with as much patience as it is given. `shown` is what the answer is about. */
  readonly ask: ReturnType<typeof openDesk>['ask'];
}

/** Characters of JSON of what a story gives: it is recorded in the inbox by an activity. */
const RESULT_LIMIT = 200_000;

/** A business outcome of the story itself: the run walks back and ends with this reason. */
export const outcome = (reason: string): ApplicationFailure => ApplicationFailure.nonRetryable(reason, reason);

/**
 * Runs `story`; if it comes to a business outcome before its pivot, walks back every step that may have happened, newest
 * first, even when cancelled. A bug (anything that is no TemporalFailure) is rethrown untouched: the workflow task fails
 * and is retried, the run parks until the fix is deployed, and nothing is undone.
 */
export function saga<T extends Json | object>(
  story: (step: Step) => Promise<T>,
  { undoPatience = UNDO_PATIENCE, start }: { undoPatience?: Duration; start?: Start } = {},
): Promise<Ended<T>> {
  const begun: Begun[] = [];
  const inFlight = new Set<Promise<unknown>>();
  let phase: 'open' | 'crossing' | 'past' | 'closed' = 'open';
  const outside = CancellationScope.current();
  const run = runNumber();
  let past = run === 1 && !start ? NO_PAST : undefined;
  let asked = false;
  let heeded = false;

  return CancellationScope.nonCancellable(async () => {
    const shielded = CancellationScope.current();
    const scope = new CancellationScope();
    const progress = trackProgress();
    /** Cancels, when somebody has asked for it and it can be done. */
    const heed = (): void => {
      if (phase !== 'open' || past?.ahead.size !== 0) return;
      if (!asked && past.back === null && !outside.consideredCancelled) return;
      heeded = true;
      scope.cancel();
    };
    /** It has come to this key again. */
    const arrived = (key: string): void => {
      if (past?.ahead.delete(key)) heed();
    };
    const desk = openDesk(progress, {
      cancel() {
        asked = true;
        heed();
        return heeded;
      },
      async retold() {
        await condition(() => phase !== 'open' || past?.ahead.size === 0);
        return heeded;
      },
      cancellable: () =>
        phase === 'open'
          ? undefined
          : phase === 'closed'
            ? 'the run is walking back already'
            : 'the run is past its pivot',
      pastPivot: () => phase === 'past',
    });
    // A cancellation from outside (the Web UI's) asks the same as the update, and from the pivot on is as void.
    outside.cancelRequested.catch(heed);

    /** One activity until it is settled: done, refused, burned or cancelled. Everything else waits for a person. */
    const settle = async <A extends Activity>(activity: A, input: InputOf<A>): Promise<OutputOf<A>> => {
      const key = activity.key(input);
      const refused = (type: string): ApplicationFailure => {
        progress.stage(activity.name, key, 'refused', type);
        // Nothing happened, so there is nothing to walk back.
        const at = begun.findLastIndex((each) => each.forward === activity && each.input === input);
        if (type !== FAILURE.burned && at >= 0) begun.splice(at, 1);
        return ApplicationFailure.create({ type, message: key, nonRetryable: true, details: [activity.name] });
      };
      for (;;) {
        progress.stage(activity.name, key, 'running');
        try {
          const output = await call(activity, input);
          progress.stage(activity.name, key, 'done');
          return output;
        } catch (error) {
          if (!(error instanceof TemporalFailure)) throw error;
          const type = failureType(error);
          if (type === FAILURE.burned && past?.back) {
            const undone = appliedBefore(error);
            if (undone !== undefined) {
              progress.stage(activity.name, key, 'done');
              return undone as OutputOf<A>;
            }
          }
          if (type === FAILURE.ended) throw ApplicationFailure.nonRetryable(key, type);
          if (phase !== 'past' && type !== undefined && (isRefusal(activity, type) || type === FAILURE.burned))
            throw refused(type);
          if (phase === 'closed' || isCancellation(error)) {
            progress.stage(activity.name, key, 'cancelled');
            throw error;
          }
          progress.stage(activity.name, key, 'parked', type);
          arrived(key); // it may be cancelled while it waits for a person
          const conflict = type === FAILURE.conflict;
          const { action, value } = await desk.resolved(activity, key, null, conflict).catch((gone: unknown) => {
            progress.stage(activity.name, key, 'cancelled'); // nobody waits any more
            throw gone;
          });
          if (conflict && action === 'skip') throw refused(FAILURE.skipped);
          if (conflict && action === 'complete') {
            progress.stage(activity.name, key, 'done');
            return value as OutputOf<A>;
          }
        }
      }
    };

    const begin = <A extends Activity>(activity: A, input: InputOf<A>): Promise<OutputOf<A>> => {
      if (phase === 'closed') return Promise.reject(new CancelledFailure('the saga is walking back'));
      if (phase === 'crossing') return Promise.reject(new TypeError('a pivot runs alone'));
      const key = activity.key(input);
      // Nothing new begins that is only to be undone; but looking is how a story comes to what was done.
      const unheardOf = past?.back !== null && !past?.settled.has(key) && !activity.reads;
      const cancelled = phase === 'open' && (unheardOf || CancellationScope.current().consideredCancelled);
      // In a first run it would be undone without having been called. A run before this one may have called it.
      if (cancelled && past === NO_PAST) return Promise.reject(new CancelledFailure('cancelled before the step'));
      // Before the call, not after: a step whose answer is lost may still have happened.
      const undo = undoOf(activity);
      // Called again under the same key, it is the same effect: one entry, or it would wait for a person twice.
      const again = begun.some((each) => each.forward === activity && activity.key(each.input) === key);
      if (undo && phase === 'open' && !again) begun.push({ forward: activity, undo, input });
      if (cancelled) return Promise.reject(new CancelledFailure('cancelled before the step'));
      const settled = phase === 'past' ? shielded.run(() => settle(activity, input)) : settle(activity, input);
      inFlight.add(settled);
      const gone = (): void => {
        inFlight.delete(settled);
        arrived(key);
      };
      void settled.then(gone, gone); // before the story hears of it
      return settled;
    };

    const step: Step = Object.assign(begin, {
      async pivot<A extends Activity>(activity: A, input: InputOf<A>): Promise<OutputOf<A>> {
        if (phase !== 'open' || inFlight.size > 0) throw new TypeError('a pivot runs alone, and once');
        if (scope.consideredCancelled) throw new CancelledFailure('cancelled before the pivot');
        const settled = shielded.run(() => begin(activity, input));
        phase = 'crossing';
        try {
          const output = await settled;
          phase = 'past';
          progress.pivot();
          return output;
        } finally {
          if (phase === 'crossing') phase = 'open';
          heed(); // asked for while nothing could be cancelled; now it can
        }
      },
      ask: desk.ask,
    });

    /** Records the fate and gives the recorded one: a run's first fate stands. */
    const end = async (fate: RunFate, reason: string | null, result: T | null): Promise<Ended<T>> => {
      phase = 'closed';
      if (!allHandlersFinished()) await condition(allHandlersFinished);
      const of = { workflowId: workflowInfo().workflowId, run: past?.run ?? run };
      return told((await call(recordFate, { ...of, fate, reason, result: result as Json })) as Ended<T>);
    };
    const told = async (ended: Ended<T>): Promise<Ended<T>> => {
      phase = 'closed';
      progress.end(ended.fate);
      if (!allHandlersFinished()) await condition(allHandlersFinished);
      return ended;
    };

    try {
      if (past === undefined) {
        past = await pastOf(run, start);
        if (past.ended) return await told(past.ended as Ended<T>);
        heed();
      }
      const result = await scope.run(() => story(step));
      if (inFlight.size > 0) throw new TypeError('the story ended with a step under way');
      if (JSON.stringify(result).length > RESULT_LIMIT)
        throw new TypeError(`a story's result has at most ${RESULT_LIMIT} characters of JSON`);
      // Cancelled during its last step, which took effect all the same: a decision that was taken is kept.
      if (phase === 'open' && scope.consideredCancelled) throw new CancelledFailure('cancelled before the end');
      return await end('completed', null, result);
    } catch (error) {
      const reason = isCancellation(error) ? (past?.back ?? 'Cancelled') : reasonOf(error);
      // A failure of Temporal's that is neither would end the run as Failed, with nothing undone and no fate.
      if (reason === undefined)
        throw error instanceof TemporalFailure
          ? new TypeError('the story let a failure through', { cause: error })
          : error;
      // From the pivot's call on nothing is walked back: it may be done, and is final then.
      if ((phase === 'past' || phase === 'crossing') && reason !== FAILURE.ended)
        throw new TypeError(`the story ended with ${reason} at or after its pivot`, { cause: error });
      phase = 'closed';
      scope.cancel();
      // A step that is still under way may yet take effect: what there is to undo is known only when all have settled.
      await Promise.allSettled(inFlight);
      await desk.written();
      const undone = reason !== FAILURE.ended && (await walkBack(begun, progress, desk, undoPatience));
      return end(undone ? 'compensated' : 'refused', reason, null);
    }
  });
}

/** The business outcome that an error stands for; undefined for a bug, which walks nothing back. */
function reasonOf(error: unknown): string | undefined {
  return error instanceof ApplicationFailure ? (error.type ?? 'Unnamed') : undefined;
}
