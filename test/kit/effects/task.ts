import { ApplicationFailure } from '@temporalio/common';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import type { AttemptOf } from '../../../src/kit/testing/attempt.ts';
import type { Booking } from './contracts.ts';
import type { Kind, Site } from './stores.ts';

/** One attempt, as a child process is told of it. */
export interface Task {
  readonly kind: Kind;
  readonly site: Site;
  readonly activity: Name;
  readonly input: Booking;
  readonly of: AttemptOf;
}

export type Name = 'book' | 'cancel';

/** What came of it: the value, or the failure as Temporal gets it. */
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
