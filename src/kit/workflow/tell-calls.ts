import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

/** What a replay hears of a story's calls: Temporal compares the names of activities, and not their keys. */
export interface CallSinks extends Sinks {
  calls: { scheduled(seq: number, activity: string, key: string): void };
}

/** Part of the bundle of a replay only. */
export const interceptors = (): WorkflowInterceptors => {
  const { calls } = proxySinks<CallSinks>();
  return {
    outbound: [
      {
        scheduleActivity(input, next) {
          calls.scheduled(input.seq, input.activityType, input.options.summary ?? '');
          return next(input);
        },
      },
    ],
  };
};
