import { z } from 'zod';
import { activity } from '../kit/contract/activity.ts';
import { Tick, ticking, tickSegment, type Schedule } from '../kit/contract/schedule.ts';

/** What a check of the books came to. */
export interface Checked {
  readonly accounts: number;
  /** Currencies and accounts that do not balance. */
  readonly wrong: number;
  /** Who has taken note of them; null when there are none. */
  readonly acknowledgedBy: string | null;
}

export const trialBalances = ticking({
  name: 'ledger',
  prefix: 'trial-balances',
  workflow: 'checkBooks',
  never: { compensated: 'a look at the books has nothing to undo' },
});

/** Every hour, five minutes past. One that nobody has acknowledged holds up the next: there is one question at a time. */
export const hourlyTrialBalance: Schedule = {
  name: 'hourly',
  starts: trialBalances,
  every: '1 hour',
  offset: '5 minutes',
  catchUp: '1 hour',
};

/** Names of what is wrong that are told; all of them are kept. */
export const WRONG_TOLD = 100;

/** Draws up the trial balance, of one moment, and keeps it. */
export const checkTrialBalance = activity('checkTrialBalance', {
  input: Tick,
  output: z.object({ accounts: z.int(), wrong: z.int(), first: z.array(z.string()).max(WRONG_TOLD) }),
  key: (tick) => `trial-balances/${tickSegment(tick)}/check`,
  errors: {},
  attempt: '10 minutes', // all entries are read
  within: '30 days',
  heartbeat: '60s',
  undo: { none: 'a look changes nothing' },
});
