import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activity, ErrorOf, InputOf, OutputOf } from '../contract/activity.ts';
import { FAILURE } from '../contract/outcome.ts';

type Proxy = Record<string, (input: unknown) => Promise<unknown>>;

/**
 * Calls an activity as its contract says, its key as the summary in the Web UI.
 * A cancelled call is waited for until the attempt has ended: only then is it known what there is to walk back. (Set
 * explicitly: the SDK's effective default is TRY_CANCEL, which fails the promise while the attempt runs on.)
 */
export function call<A extends Activity>(activity: A, input: InputOf<A>): Promise<OutputOf<A>> {
  const { heartbeatTimeout, ...options } = activity.options;
  const declared = {
    ...options,
    summary: activity.key(input),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  };
  const proxy = activity.local
    ? proxyLocalActivities<Proxy>(declared)
    : proxyActivities<Proxy>({ ...declared, ...(heartbeatTimeout === undefined ? {} : { heartbeatTimeout }) });
  return proxy[activity.name]!(input) as Promise<OutputOf<A>>;
}

/** The type that an activity failed with, or undefined when it is no failure of an activity (a bug, say). */
export function failureType(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  if (error.cause instanceof ApplicationFailure) return error.cause.type ?? FAILURE.unexpected;
  return error.cause?.name ?? FAILURE.unexpected; // a time-out: `within` is exhausted
}

/** What had been applied under a burned key before its undo ran; undefined when nothing had. */
export const appliedBefore = (error: unknown): unknown =>
  error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause.details?.[0] : undefined;

/** True for a declared refusal: the other side said no, nothing happened. */
export const isRefusal = (activity: Activity, type: string | undefined): boolean =>
  type === FAILURE.skipped || (type !== undefined && activity.errors[type] === 'refused');

/** True when the story's `step` was refused with this one of the errors that `activity` declares. */
export const refusedWith = <A extends Activity>(error: unknown, activity: A, type: ErrorOf<A, 'refused'>): boolean =>
  error instanceof ApplicationFailure && error.type === type && error.details?.[0] === activity.name;
