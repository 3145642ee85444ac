import type { Duration } from '@temporalio/common';
import { z } from 'zod';
import { segment } from './activity.ts';
import type { Pipeline } from './pipeline.ts';

/** One of the times that a schedule names, and for which its workflow runs once: the nominal one, not when it was started. */
export const Tick = z.object({
  schedule: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,69}$/),
  /** UTC, to the second: finer than that Temporal names no run. */
  at: z.iso.datetime({ precision: 0 }),
});
export type Tick = z.infer<typeof Tick>;

const idOf = ({ schedule, at }: Tick): string => `${schedule}-${at}`;

/** A tick's business id as a segment of keys. */
export const tickSegment = (tick: Tick): string => segment(idOf(tick));

/** The tick that is in a workflow id: Temporal's schedules make ids of their own and the time, and tell a run no other way that also holds when it is redriven. */
export function tickOf(workflowId: string): Tick {
  const [, schedule, at] = /\/([^/]+)-(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(workflowId) ?? [];
  if (schedule === undefined || at === undefined)
    throw new TypeError(`${workflowId}: the id of a scheduled run ends in its schedule and time`);
  return { schedule, at };
}

/** A workflow that runs once a tick. It is not sealed: what it is given is a time. */
export const ticking = (of: Omit<Pipeline, 'payload' | 'businessId' | 'summary' | 'sealed'>): Pipeline<Tick> => ({
  ...of,
  payload: Tick,
  businessId: idOf,
  summary: ({ schedule, at }) => `${schedule}, ${at}`,
  sealed: false,
});

/**
 * When Temporal starts a workflow by itself. While one of its runs is open, no other is started: what it would have done
 * is left out.
 */
export interface Schedule {
  /** With the prefix of what it starts, its id in Temporal: `trial-balances/hourly`. */
  readonly name: string;
  readonly starts: Pipeline<Tick>;
  readonly every: Duration;
  /** How long after midnight, or after the full hour. Default 0. */
  readonly offset?: Duration;
  /** How late it is still done when Temporal was away. */
  readonly catchUp: Duration;
}

export const scheduleIdOf = ({ name, starts }: Schedule): string => `${starts.prefix}/${name}`;
