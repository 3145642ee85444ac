import type { Json } from '../../src/kit/contract/outcome.ts';

/** What a client in a process of its own is to do, all at once, when it is let go. */
export interface ClientTask {
  readonly env: Readonly<Record<string, string>>;
  readonly does: 'start' | 'redrive';
  /** The workflow's type, with the payload to start it with or the id of its run. */
  readonly with: readonly { readonly workflow: string; readonly payload: Json; readonly workflowId: string }[];
}

/** Where it waits to be let go. */
export const GATE = { at: 'received', activity: 'client' } as const;
