import { collectPage, collections } from '../../../src/contracts/orphans.ts';
import { checkTrialBalance, trialBalances } from '../../../src/contracts/trial-balance.ts';
import type { Activity } from '../../../src/kit/contract/activity.ts';
import type { Pipeline } from '../../../src/kit/contract/pipeline.ts';
import type { Tick } from '../../../src/kit/contract/schedule.ts';
import { withOrphan } from '../../support/orphans.ts';
import type { Stage } from '../stage.ts';
import { cancel, type Course, type Made } from './course.ts';

/** The time that all of them are for. */
export const AT = '2026-01-01T05:05:00Z';
/** Longer before than the grace. */
const OVER = new Date('2025-12-01T00:00:00Z');

const tick = (schedule: string): Made => ({ payload: { schedule, at: AT }, ids: { schedule, at: AT, page: 1 } });

/** An orphan of its own; runs that come to it before its own does collect it too. */
async function orphan(stage: Stage, id: string): Promise<Made> {
  const { database, s3, services } = stage;
  await withOrphan({ database, s3, bucket: services.config.EVENKEEL_S3_BUCKET }, `orphans/${id}`, OVER);
  return tick(id);
}

const course = (pipeline: Pipeline<Tick>, what: string, make: Course['make']): Course => ({
  pipeline,
  what,
  fate: 'completed',
  reason: null,
  make,
});
const cancelledIn = (of: Course, what: string, contract: Activity): Course => ({
  ...of,
  what,
  fate: 'refused',
  reason: 'Cancelled',
  during: { contract, at: 'applied', act: cancel },
});

export const checked = course(trialBalances, 'checked', (_stage, id) => Promise.resolve(tick(id)));
export const checkCancelled = cancelledIn(checked, 'cancelled when checked', checkTrialBalance);
export const collected = course(collections, 'collected', orphan);
export const collectionCancelled = cancelledIn(collected, 'cancelled when collected', collectPage);
