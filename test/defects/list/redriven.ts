import type { Planted } from '../defect.ts';
import { FAILURE, INBOX, REDRIVE, RETELLING, RUN, SAGA, START, SWEEPER } from './files.ts';
import { redriven, redriving } from './tests.ts';

/** 1: started once, also when it is started again. */
export const startedAgain: readonly Planted[] = [
  {
    what: 'of two redrives each makes a run (no compare-and-set)',
    edits: [
      [
        REDRIVE,
        "where workflow_id = $1 and run = $2 - 1 and state = 'started' returning run",
        'where workflow_id = $1 returning run',
      ],
    ],
    caughtBy: redriving(
      'that was overtaken by more than one run looks again, and records nothing under the run that it meant',
    ),
  },
  {
    what: 'a redrive that was overtaken is recorded as refused',
    edits: [
      [REDRIVE, "errors: { Overtaken: 'retry' }", "errors: { Overtaken: 'refused' }"],
      [REDRIVE, '{ tx, now, retry }) => {', '{ tx, now, refuse }) => {'],
      [REDRIVE, "throw retry('Overtaken')", "throw refuse('Overtaken')"],
    ],
    caughtBy: redriving(
      'that was overtaken by more than one run looks again, and records nothing under the run that it meant',
    ),
  },
  {
    what: 'the key of a redrive is of who redrives',
    edits: [
      [
        REDRIVE,
        'key: ({ workflowId, run }) => `${segments(workflowId)}/runs/${run}/redrive`',
        'key: ({ workflowId, run, actor }) => `${segments(workflowId)}/runs/${run}/redrive/${actor}`',
      ],
    ],
    caughtBy: redriving('by two at once makes one run; the other is told whose it is'),
  },
  {
    what: 'who redrives, and why, is what a redrive is about: a second one is a conflict',
    edits: [[REDRIVE, "volatile: ['actor', 'reason'],", '']],
    caughtBy: redriving('by two at once makes one run; the other is told whose it is'),
  },
  {
    what: 'a redrive is decided by nobody',
    edits: [[REDRIVE, 'actor: z.string().min(1).max(200),', 'actor: z.string().max(200),']],
    caughtBy: redriving('changes nothing when nobody decides'),
  },
  {
    what: 'what is running is redriven',
    edits: [[REDRIVE, 'if (there?.open) return', 'if (there?.open && there.run < 0) return']],
    caughtBy: redriving('changes nothing when the run is running'),
  },
  {
    what: 'what ended while somebody looked fails to be redriven, and its fate is not told',
    edits: [
      [REDRIVE, "if (type === 'Overtaken' || type === FAILURE.ended) return", "if (type === 'Overtaken') return"],
    ],
    caughtBy: redriving('changes nothing when it ends while somebody looks'),
  },
  {
    what: 'the next run is started without a look at what there is',
    edits: [[START, 'if (run > 1) {', 'if (run > 1_000_000) {']],
    caughtBy: redriving('a starter that comes late finds that the run was there, and starts nothing'),
  },
  {
    what: 'a start of the next run is another request each time',
    edits: [[START, '[InternalWorkflowStartOptionsSymbol]: { requestId: `${workflowId}/runs/${run}` },', '']],
    caughtBy: redriving('a starter that comes late starts nothing either when it had looked before, and slept since'),
  },
  {
    what: 'a late start of an earlier run marks the next one as started',
    edits: [
      [INBOX, 'where workflow_id = $1 and run = $2 and state in', 'where workflow_id = $1 and run >= $2 and state in'],
    ],
    caughtBy: redriving('a starter that comes late of an earlier run does not mark the next one as started'),
  },
  {
    what: 'the next run counts as started while an earlier one is in its way',
    edits: [[START, 'if (there.run >= run) await inbox', 'await inbox']],
    caughtBy: redriving(
      'waits while an earlier run goes on, because somebody has reset it, and starts when that has closed',
    ),
  },
  {
    what: 'a payload that was edited at rest is redriven',
    edits: [[START, 'if (found !== row.fingerprint) throw', 'if (found === "") throw']],
    caughtBy: redriving(
      'changes nothing when the payload is not the one that was received, naming both fingerprints and no value',
    ),
  },
  {
    what: 'a payload that was edited at rest is swept up',
    edits: [[SWEEPER, 'openedPayload(starter, row)', 'starter.fromRest(row.payload)']],
    caughtBy: redriving('what was decided and not started is not swept up when its payload was edited'),
  },
];

/** 3: undone once and never after, also what a run before this one has done. */
export const retold: readonly Planted[] = [
  {
    what: 'a redriven run is not told again',
    edits: [
      [SAGA, 'let past = run === 1 && !start ? NO_PAST : undefined;', 'let past = run > 0 ? NO_PAST : undefined;'],
    ],
    caughtBy: redriven(
      'walks back what a run before it had begun to undo, and comes to the end that this was about to come to',
    ),
  },
  {
    what: 'a burned key does not tell what had been applied under it',
    edits: [[FAILURE, 'error.applied === undefined ? [] : [error.applied]', '[]']],
    caughtBy: redriven('comes also to what could not be undone, behind what was'),
  },
  {
    what: 'a cancellation from before the terminate is forgotten',
    edits: [[RUN, "back: decided ? 'Cancelled' : undoing", 'back: undoing']],
    caughtBy: redriven('of a cancelled one walks back: the decision was taken'),
  },
  {
    what: 'a redriven run takes no notice of an undo that is under way at a remote side',
    edits: [[RUN, "state === 'intended' && undoes.get(activity)", "state === 'burned' && undoes.get(activity)"]],
    caughtBy: redriven('that had begun to undo at a remote side, and does not know how that ended, walks back'),
  },
  {
    what: 'a redriven run undoes only what it has called itself',
    edits: [[SAGA, 'if (cancelled && past === NO_PAST)', 'if (cancelled)']],
    caughtBy: redriven('undoes a step that an attempt of a run before it may yet make happen'),
  },
  {
    what: 'a redriven run that walks back is told again only as far as the next look',
    edits: [[SAGA, '!past?.settled.has(key) && !activity.reads', '!past?.settled.has(key)']],
    caughtBy: redriven('comes to what is behind a step that only looks'),
  },
  {
    what: 'a redriven run is cancelled before it has come to everything that was done',
    edits: [
      [SAGA, "if (phase !== 'open' || past?.ahead.size !== 0) return;", "if (phase !== 'open' || !past) return;"],
    ],
    caughtBy: redriven('cancelled by a decision before it has come to everything that was done, undoes all of it'),
    alsoBy: redriven('says no to a cancellation when a run before it was past the pivot'),
  },
  {
    what: 'a redriven run is cancelled though the one before it may be past the pivot',
    edits: [[RETELLING, 'back === null ? [...settled, ...inDoubt] : settled', 'settled']],
    caughtBy: redriven('says no to a cancellation also when a run before it may be past the pivot'),
  },
  {
    what: 'a redriven run that waits for a person cannot be cancelled',
    edits: [[SAGA, 'arrived(key); // it may be cancelled while it waits for a person', '']],
    caughtBy: redriven('can be cancelled while a step before the pivot waits for a person'),
    hangs: true,
  },
];
