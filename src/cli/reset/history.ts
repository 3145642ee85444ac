import type { WorkflowHandle } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { Activity } from '../../kit/contract/activity.ts';
import { InputError } from '../errors.ts';

export type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** One call of an activity. Numbers are ids of events. */
export interface Call {
  readonly activity: Activity;
  readonly input: unknown;
  readonly key: string;
  /** The completed workflow task that made it: what a reset goes back to, to make it anew. */
  readonly task: number;
  readonly ended: {
    readonly at: number;
    /** Undefined: it completed. Else the type of what it failed with; timed out and cancelled have none of their own. */
    readonly failure: string | undefined;
    readonly result: unknown;
  } | null;
}

/** A decision of a person that was taken. */
export interface Decided {
  readonly at: number;
  readonly id: string;
  readonly name: string;
  readonly actor: string;
  readonly reason: string;
}

/** A run as its history tells it. */
export interface Told {
  readonly calls: readonly Call[];
  readonly decisions: readonly Decided[];
  /** Where a cancellation was asked for from outside, as from the Web UI. */
  readonly cancelRequests: readonly number[];
}

export const workflowOf = ([first]: readonly Event[]): string =>
  first?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '';

/** Gives the value of the first of these payloads. */
export type Decode = (payloads: { payloads?: Payload[] | null } | null | undefined) => Promise<unknown>;

export async function tell(
  events: readonly Event[],
  contractOf: (activity: string) => Activity | undefined,
  decode: Decode,
): Promise<Told> {
  const ends = new Map<string, Event>();
  for (const event of events) {
    const scheduled = endOf(event)?.scheduledEventId;
    if (scheduled) ends.set(String(scheduled), event);
  }
  const calls: Call[] = [];
  const decisions = new Map<string, Decided>();
  const cancelRequests: number[] = [];
  for (const event of events) {
    const at = Number(event.eventId);
    if (event.workflowExecutionCancelRequestedEventAttributes) cancelRequests.push(at);
    // Admitted: re-applied by a reset that there was before.
    const request =
      event.workflowExecutionUpdateAdmittedEventAttributes?.request ??
      event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    if (request?.meta?.updateId) {
      const { actor = '', reason = '' } = ((await decode(request.input?.args)) ?? {}) as Partial<Decided>;
      const id = request.meta.updateId;
      decisions.set(id, { at, id, name: request.input?.name ?? '', actor, reason });
    }
    const called = event.activityTaskScheduledEventAttributes;
    if (!called) continue;
    const name = called.activityType?.name ?? '';
    const activity = contractOf(name);
    if (!activity) throw new InputError(`event ${at} calls ${name}, which this version does not know`);
    const input = await decode(called.input);
    const end = ends.get(String(event.eventId));
    calls.push({
      activity,
      input,
      key: activity.key(input),
      task: Number(called.workflowTaskCompletedEventId),
      ended: end
        ? {
            at: Number(end.eventId),
            failure: failureOf(end),
            result: await decode(end.activityTaskCompletedEventAttributes?.result),
          }
        : null,
    });
  }
  return { calls, decisions: [...decisions.values()], cancelRequests };
}

const endOf = (event: Event) =>
  event.activityTaskCompletedEventAttributes ??
  event.activityTaskFailedEventAttributes ??
  event.activityTaskTimedOutEventAttributes ??
  event.activityTaskCanceledEventAttributes;

function failureOf(end: Event): string | undefined {
  if (end.activityTaskCompletedEventAttributes) return undefined;
  return end.activityTaskFailedEventAttributes?.failure?.applicationFailureInfo?.type ?? '';
}
