import { z } from 'zod';
import { activity } from '../kit/contract/activity.ts';
import { Tick, ticking, tickSegment, type Schedule } from '../kit/contract/schedule.ts';

/** What a collection came to. */
export interface Collected {
  readonly objects: number;
  readonly pages: number;
  /** False: it ended at its last page, and there is more. */
  readonly all: boolean;
}

/** Of all datasets in the bucket; here because this is the pipeline that publishes. */
export const collections = ticking({
  name: 'reconciliation',
  prefix: 'collections',
  workflow: 'collectOrphans',
  never: { compensated: 'nobody can see what no version names, so nothing is undone' },
});

/** Every night, at 03:30 UTC. */
export const dailyCollection: Schedule = {
  name: 'daily',
  starts: collections,
  every: '1 day',
  offset: '210 minutes',
  catchUp: '1 day',
};

/** Pages of one collection, so of a history: of a hundred publishes that were undone or refused each. */
export const LAST_PAGE = 1_000;

/** Deletes the content of a page of publishes that no version names; see `evenkeel collect-orphans`, which is the same for a person. */
export const collectPage = activity('collectPage', {
  input: Tick.extend({ page: z.int().min(1).max(LAST_PAGE), after: z.string() }),
  output: z.object({ objects: z.int(), next: z.string().nullable() }),
  key: ({ page, ...tick }) => `collections/${tickSegment(tick)}/${page}`,
  errors: {},
  remote: 'keyed', // asked again it deletes what is not deleted yet
  attempt: '10 minutes',
  within: '30 days',
  heartbeat: '60s',
  undo: { none: 'nobody can see what no version names' },
});
