import { asyncLocalStorage, Context } from '@temporalio/activity';
import { ApplicationFailure, noopMetricMeter, type Logger } from '@temporalio/common';
import type { ActivityFunction } from '../effects/bind.ts';
import type { Json } from '../contract/outcome.ts';

/** What a test may say of an attempt; all of it has a default. */
export interface AttemptOf {
  readonly workflowId?: string;
  readonly runId?: string;
  readonly attempt?: number;
  /** Absent: a local activity, which gives no sign of life. */
  readonly heartbeatMs?: number;
  readonly onHeartbeat?: () => void;
}

/**
 * Runs a bound activity once, in an activity context and without a server. Input and result pass through JSON, as they
 * would on their way through Temporal: what is absent stays absent.
 */
export async function attempt(
  bound: Readonly<Record<string, ActivityFunction>>,
  activity: string,
  input: unknown,
  { workflowId = 'tests/one', runId = 'run', attempt = 1, heartbeatMs, onHeartbeat = () => undefined }: AttemptOf = {},
): Promise<Json> {
  const run = bound[activity];
  if (!run) throw new TypeError(`no activity ${activity} is bound`);
  const context = new Context(
    {
      taskToken: new Uint8Array(),
      base64TaskToken: '',
      activityId: '1',
      activityType: activity,
      activityNamespace: 'default',
      attempt,
      inWorkflow: true,
      isLocal: heartbeatMs === undefined,
      workflowExecution: { workflowId, runId },
      workflowNamespace: 'default',
      workflowType: 'test',
      scheduledTimestampMs: 0,
      scheduleToCloseTimeoutMs: 0,
      startToCloseTimeoutMs: 0,
      currentAttemptScheduledTimestampMs: 0,
      ...(heartbeatMs === undefined ? {} : { heartbeatTimeoutMs: heartbeatMs }),
      heartbeatDetails: undefined,
      taskQueue: 'test',
      namespace: 'default',
    },
    new Promise<never>(() => undefined), // never cancelled: the kit's activities run to their end
    new AbortController().signal,
    onHeartbeat,
    undefined,
    silent,
    noopMetricMeter,
    {},
  );
  const result = await asyncLocalStorage.run(context, () => run(overTheWire(input)));
  return overTheWire(result) as Json;
}

/** What came of an attempt: the value, or the failure as Temporal gets it. A type and not an interface, so that it is JSON. */
export type Came = { readonly value: Json } | { readonly failure: string; readonly message: string };

export const cameOf = (result: Promise<Json>): Promise<Came> =>
  result.then(
    (value) => ({ value }),
    (error: unknown) => {
      if (!(error instanceof ApplicationFailure)) throw error;
      return { failure: error.type ?? '', message: error.message };
    },
  );

/** The value, or the type of the failure: for a test that compares both. */
export const short = (came: Came): Json => ('value' in came ? came.value : came.failure);

const overTheWire = (value: unknown): unknown =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);

const nothing = (): void => undefined;
const silent: Logger = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
