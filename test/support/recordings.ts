import type { WorkflowHandle } from '@temporalio/client';
import { fulfilOrderRecordings } from './recordings-orders.ts';
import type { Site } from './site.ts';

/** One way a workflow may end, and how to bring it there: recorded once, replayed for ever. */
export interface Recording {
  readonly workflow: string;
  readonly what: string;
  /** Plays it on a site with a worker for every pipeline. Gives the ended run. */
  play(site: Site): Promise<WorkflowHandle>;
}

/** Every recording there is; another workflow adds its own here. */
export const RECORDINGS: readonly Recording[] = [...fulfilOrderRecordings];
