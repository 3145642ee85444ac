import type { Planted } from '../defect.ts';
import {
  BOOKS_SQL,
  CHECK_BOOKS,
  ORPHANS,
  PROGRESS,
  RETELLING,
  SAGA,
  SCHEDULES,
  TRIAL_BALANCE,
  TRIAL_BALANCES,
} from './files.ts';
import { drawnUp, scheduled } from './tests.ts';

/** 1: started once, by Temporal itself. */
export const startedByTime: readonly Planted[] = [
  {
    what: 'a run that Temporal starts by itself is not told to the inbox',
    edits: [[RETELLING, 'if (start) await call', 'if (start && run > 9) await call']],
    caughtBy: scheduled('triggered twice, they run twice, each known under its own time'),
  },
  {
    what: 'a time that is filled in again is told again, though it has its fate',
    edits: [[SAGA, 'if (past.ended) return', 'if (past.ended && run > 9) return']],
    caughtBy: scheduled('one time backfilled twice is one effect and one fate'),
    alsoBy: scheduled(
      'one that was terminated is redriven to its fate, and answered with it when its time is backfilled',
    ),
  },
  {
    what: 'runs of a schedule overlap',
    edits: [[SCHEDULES, 'overlap: ScheduleOverlapPolicy.SKIP', 'overlap: ScheduleOverlapPolicy.ALLOW_ALL']],
    caughtBy: scheduled('what does not balance is a question, one at a time, which a person answers'),
    alsoBy: scheduled('`doctor` says which are not there, and `schedules apply` makes them, once'),
  },
  {
    what: 'applying schedules ends a pause',
    edits: [
      [SCHEDULES, '.update(({ state }) => ({ ...options, state }))', '.update(() => ({ ...options, state: {} }))'],
    ],
    caughtBy: scheduled('what a person paused stays so, also when something else is put right'),
  },
  {
    what: 'a schedule that somebody else has made meanwhile is an error',
    edits: [[SCHEDULES, 'if (error instanceof ScheduleAlreadyRunning)', 'if (error instanceof TypeError)']],
    caughtBy: scheduled('applied by two at once they are made once'),
  },
  {
    what: 'a schedule that is as declared is updated',
    edits: [[SCHEDULES, "if (before.state === 'differs')", "if (before.state !== 'missing')"]],
    caughtBy: scheduled('`doctor` says which are not there, and `schedules apply` makes them, once'),
  },
  {
    what: 'a schedule that is not as declared is left so',
    edits: [
      [SCHEDULES, 'const same = told(there) === told(optionsOf(schedule));', 'const same = there !== undefined;'],
    ],
    caughtBy: scheduled('what a person paused stays so, also when something else is put right'),
  },
];

/** 2: applied once, for its time. */
export const appliedForTime: readonly Planted[] = [
  {
    what: 'trial balances of two times have one key',
    edits: [[TRIAL_BALANCE, '`trial-balances/${tickSegment(tick)}/check`', '`trial-balances/${tick.schedule}/check`']],
    caughtBy: scheduled('triggered twice, they run twice, each known under its own time'),
  },
  {
    what: 'a trial balance on schedule may take no longer than a statement elsewhere',
    edits: [[TRIAL_BALANCES, '540s', '300ms']],
    caughtBy: drawnUp('takes as long as it takes, beyond what a statement may elsewhere'),
  },
  {
    what: 'a collection on schedule has no grace',
    edits: [[ORPHANS, 'now().getTime()))), after)', 'now().getTime())), 0), after)']],
    caughtBy: scheduled(
      'the content of a publish that is over for as long as the grace is collected, and nothing else',
    ),
  },
  {
    what: 'a time that is to come shortens the grace',
    edits: [
      [
        ORPHANS,
        'Math.min(new Date(at).getTime(), now().getTime())',
        'Math.max(new Date(at).getTime(), now().getTime())',
      ],
    ],
    caughtBy: scheduled('a time that is to come shortens the grace for nobody'),
  },
];

/** 6: nothing is lost unseen. */
export const askedAboutBooks: readonly Planted[] = [
  {
    what: 'books that do not balance ask nobody',
    edits: [[CHECK_BOOKS, 'if (wrong === 0) return', 'if (wrong >= 0) return']],
    caughtBy: scheduled('what does not balance is a question, one at a time, which a person answers'),
  },
  {
    what: 'a trial balance on schedule does not see an account that is not what its entries add up to',
    edits: [
      [
        BOOKS_SQL,
        'select account_id from ledger.discrepancies;',
        'select account_id from ledger.discrepancies where false;',
      ],
    ],
    caughtBy: scheduled('what does not balance is a question, one at a time, which a person answers'),
  },
  {
    what: 'a trial balance on schedule does not see that debits are not credits',
    edits: [[BOOKS_SQL, 'having sum(debit_minor) <> sum(credit_minor)', 'having false']],
    caughtBy: scheduled('what does not balance is a question, one at a time, which a person answers'),
  },
  {
    what: 'what is wrong with the books is kept as far as it is told',
    edits: [
      [TRIAL_BALANCES, 'from ledger.out_of_balance order by 1),', 'from ledger.out_of_balance order by 1 limit 100),'],
    ],
    caughtBy: drawnUp('tells a hundred of what is wrong, in order, and keeps all of it, as the command has it'),
  },
  {
    what: 'a question that begins to wait is not counted',
    edits: [[PROGRESS, 'asked.add(1, { question });', '']],
    caughtBy: scheduled('what does not balance is a question, one at a time, which a person answers'),
  },
];
