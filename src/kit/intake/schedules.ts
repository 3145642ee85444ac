import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import { msOptionalToNumber, msToNumber } from '@temporalio/common/lib/time.js';
import { scheduleIdOf, type Schedule } from '../contract/schedule.ts';
import { canonicalJson } from '../effects/fingerprint.ts';

/** A schedule as Temporal has it. `differs`: it is there, and not as it is declared. */
export interface Scheduled {
  readonly id: string;
  readonly state: 'missing' | 'differs' | 'as declared';
  /** By a person, who alone ends that. */
  readonly paused: boolean;
  readonly next: Date | null;
}

/** What was done about a schedule. */
export interface AppliedSchedule extends Omit<Scheduled, 'state'> {
  readonly applied: 'created' | 'updated' | 'unchanged';
}

/**
 * Has Temporal know a schedule as it is declared: creates it, or changes what differs. Whatever a person has done about it
 * (paused it, with a note) stays. Any number may do so at once.
 */
export async function applySchedule(client: Client, schedule: Schedule): Promise<AppliedSchedule> {
  const before = await lookAt(client, schedule);
  const options = optionsOf(schedule);
  try {
    if (before.state === 'missing') await client.schedule.create(options);
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return applySchedule(client, schedule); // somebody was quicker: look again
    throw error;
  }
  if (before.state === 'differs')
    await client.schedule.getHandle(before.id).update(({ state }) => ({ ...options, state }));
  const { id, paused, next } = before.state === 'as declared' ? before : await lookAt(client, schedule);
  return { id, applied: APPLIED[before.state], paused, next };
}

const APPLIED = { missing: 'created', differs: 'updated', 'as declared': 'unchanged' } as const;

/** Changes nothing. */
export async function lookAt(client: Client, schedule: Schedule): Promise<Scheduled> {
  const id = scheduleIdOf(schedule);
  try {
    const there = await client.schedule.getHandle(id).describe();
    const same = told(there) === told(optionsOf(schedule));
    const [next = null] = there.info.nextActionTimes;
    return { id, state: same ? 'as declared' : 'differs', paused: there.state.paused, next };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return { id, state: 'missing', paused: false, next: null };
    throw error;
  }
}

/** Temporal appends the nominal time to the workflow id. */
const optionsOf = (schedule: Schedule): ScheduleOptions => ({
  scheduleId: scheduleIdOf(schedule),
  spec: { intervals: [{ every: schedule.every, offset: schedule.offset ?? 0 }] },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: schedule.catchUp },
  action: {
    type: 'startWorkflow',
    workflowId: scheduleIdOf(schedule),
    workflowType: schedule.starts.workflow,
    taskQueue: schedule.starts.name,
    args: [],
    workflowTaskTimeout: '3s', // as `start` has it
  },
});

/** What there is to compare, as we say it and as Temporal does. */
function told({ spec, policies, action }: ScheduleOptions | ScheduleDescription): string {
  const { calendars = [], intervals = [], skip = [] } = spec;
  return canonicalJson({
    times: [calendars.length, skip.length],
    intervals: intervals.map(({ every, offset }) => [msToNumber(every), msOptionalToNumber(offset) ?? 0]),
    overlap: policies?.overlap ?? null,
    catchUp: msOptionalToNumber(policies?.catchupWindow) ?? null,
    starts: [String(action.workflowType), action.workflowId ?? '', action.taskQueue],
    args: action.args?.length ?? 0,
  });
}
