import type { WorkflowHandle } from '@temporalio/client';
import type { Site } from './site.ts';

/** One way a workflow may end, and how to bring it there: recorded once, replayed for ever. */
export interface Recording {
  readonly workflow: string;
  readonly what: string;
  /** Plays it on a site with a worker for every pipeline. Gives the ended run. */
  readonly play: (site: Site) => Promise<WorkflowHandle>;
}
