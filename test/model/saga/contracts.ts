import { z } from 'zod';
import { activity, undo } from '../../../src/kit/contract/activity.ts';

/** Steps of any story: booked in our own store, wired to a provider with neither keys nor look-up, or sealed for good. */
const Step = z.object({ story: z.string(), step: z.string() });
export type Step = z.infer<typeof Step>;

const Done = z.object({ step: z.string() });
const key = ({ story, step }: Step): string => `${story}/${step}`;
const undoKey = (of: Step): string => `${key(of)}/undo`;
const each = {
  input: Step,
  errors: { No: 'refused', Busy: 'retry' },
  attempt: '1 minute',
  within: '1 day',
  heartbeat: '30s', // a slow machine is not what is tested
  backoff: { from: '10ms', upTo: '50ms' },
} as const;

export const unbook = undo('unbook', { ...each, key: undoKey });
export const book = activity('book', { ...each, key, output: Done, undo: unbook });

export const unwire = undo('unwire', { ...each, key: undoKey, remote: 'neither' });
export const wire = activity('wire', { ...each, key, output: Done, remote: 'neither', undo: unwire });

export const seal = activity('seal', { ...each, key, output: Done, undo: { none: 'what is sealed is sealed' } });
