import type { Json } from './outcome.ts';

/** The fate of an ended run. `refused`: nothing applied had to be undone. `compensated`: something had. */
export const FATES = ['completed', 'refused', 'compensated'] as const;
export type RunFate = (typeof FATES)[number];

/** What every ended run returns; in Temporal it shows as Completed, whatever its fate. */
export interface Ended<T> {
  readonly fate: RunFate;
  /** The declared error, the story's own outcome, or `Cancelled`; null when completed. */
  readonly reason: string | null;
  readonly result: T | null;
}

/** Who decides, and why: in every decision. The update's id is the decision's idempotency key. */
export interface Decision {
  readonly actor: string;
  readonly reason: string;
}

export interface Resolve extends Decision {
  /** The key that waits, as the Web UI and `evenkeel show` print it. */
  readonly key: string;
  /** `retry` it (a refused key anew, in doubt: it did not happen), `skip` it, or `complete` it with what it would have given. */
  readonly action: 'retry' | 'skip' | 'complete';
  readonly value?: Json;
}

export interface Answer extends Decision {
  readonly question: string;
  /** Of what the person was shown: another state of affairs is another question. */
  readonly fingerprint: string;
  readonly choice: string;
  /** What the choice is given with, where the story takes something: an amount, a date. */
  readonly value?: Json;
}

export type StageState =
  'running' | 'done' | 'refused' | 'parked' | 'undoing' | 'undone' | 'nothing to undo' | 'stuck' | 'cancelled';

export interface Stage {
  readonly activity: string;
  readonly key: string;
  readonly state: StageState;
  /** Type of the failure that it waits or ended with. */
  readonly reason?: string;
}

/** What the `progress` query answers. */
export interface Progress {
  readonly fate: RunFate | null;
  readonly pastPivot: boolean;
  readonly stages: readonly Stage[];
  readonly questions: readonly {
    readonly question: string;
    readonly fingerprint: string;
    readonly choices: readonly string[];
  }[];
}

/** Names of the updates and the query that every run answers. */
export const UPDATE = { cancel: 'cancel', resolve: 'resolve', answer: 'answer' } as const;
export const PROGRESS_QUERY = 'progress';
