import type { Planted } from '../defect.ts';
import { CALL, DECISIONS, SAGA, WALK_BACK } from './files.ts';
import { saga, careless, decisions } from './tests.ts';

/** 3: undone once and never after, by the saga. */
export const walkedBack: readonly Planted[] = [
  {
    what: 'an undo is registered after the call and not before',
    edits: [
      [SAGA, "if (undo && phase === 'open' && !again) begun.push({ forward: activity, undo, input });", ''],
      [
        SAGA,
        'const output = await call(activity, input);',
        'const output = await call(activity, input);\n          const back = undoOf(activity);\n          if (back && phase === "open") begun.push({ forward: activity, undo: back, input });',
      ],
    ],
    caughtBy: saga('cancelling undoes a step whose attempt took effect and timed out'),
  },
  {
    what: 'parallel steps are not waited for before the walk back',
    edits: [[SAGA, 'await Promise.allSettled(inFlight);', '']],
    caughtBy: saga('a declared refusal waits until a parallel step has settled, and undoes that too'),
  },
  {
    what: 'a step under way is not asked to stop when the run walks back',
    edits: [[SAGA, "phase = 'closed';\n      scope.cancel();", "phase = 'closed';"]],
    caughtBy: saga('a declared refusal waits until a parallel step has settled, and undoes that too'),
  },
  {
    what: 'a cancelled call is given up while its attempt runs on (TRY_CANCEL)',
    edits: [[CALL, 'ActivityCancellationType.WAIT_CANCELLATION_COMPLETED', 'ActivityCancellationType.TRY_CANCEL']],
    caughtBy: saga('a declared refusal waits until a parallel step has settled, and undoes that too'),
  },
  {
    what: 'the walk back is not in a non-cancellable scope',
    edits: [
      [
        SAGA,
        'return CancellationScope.nonCancellable(async () => {',
        'return CancellationScope.cancellable(async () => {',
      ],
    ],
    caughtBy: saga("cancelling walks back to the end when Temporal's cancellation comes in the middle of it"),
    hangs: true,
  },
  {
    what: 'the oldest is undone first',
    edits: [[WALK_BACK, 'begun.toReversed()', 'begun']],
    caughtBy: saga('a declared refusal undoes what had begun, newest first, and nothing else'),
  },
  {
    what: 'a refused step is undone',
    edits: [[SAGA, 'if (type !== FAILURE.burned && at >= 0) begun.splice(at, 1);', '']],
    caughtBy: saga(
      'a declared refusal ends refused when nothing was there to undo, and calls no undo of the refused step',
    ),
  },
  {
    what: 'what is burned counts as if it had never been applied',
    edits: [[SAGA, 'if (type !== FAILURE.burned && at >= 0) begun', 'if (at >= 0) begun']],
    caughtBy: decisions('a reset in the middle of a walk back is compensated all the same: what is burned was applied'),
  },
  {
    what: 'a step called twice is undone twice',
    edits: [[SAGA, "&& phase === 'open' && !again)", "&& phase === 'open')"]],
    caughtBy: careless('by a step that is called twice: it is undone once'),
  },
  {
    what: 'a step that had not begun when the run was cancelled is undone',
    edits: [
      [
        SAGA,
        "if (cancelled && past === NO_PAST) return Promise.reject(new CancelledFailure('cancelled before the step'));",
        '',
      ],
    ],
    caughtBy: saga('cancelling calls neither a step that had not begun nor its undo'),
  },
  {
    what: 'a cancellation during the last step is forgotten',
    edits: [
      [
        SAGA,
        "if (phase === 'open' && scope.consideredCancelled) throw new CancelledFailure('cancelled before the end');",
        '',
      ],
    ],
    caughtBy: saga('cancelling during the last step of a story without a pivot walks back'),
  },
  {
    what: "Temporal's own cancellation does not walk back",
    edits: [[SAGA, 'outside.cancelRequested.catch(heed);', 'outside.cancelRequested.catch(() => undefined);']],
    caughtBy: saga("cancelling by Temporal's own cancellation walks back too, once, and is not held up by another"),
  },
  {
    what: 'a cancellation asked for during a pivot that is refused is forgotten',
    edits: [[SAGA, 'heed(); // asked for while nothing could be cancelled; now it can', '']],
    caughtBy: saga(
      'cancelling while the pivot is under way counts also when the story does not mind that the pivot is refused',
    ),
  },
  {
    what: 'a run is cancelled past its pivot',
    edits: [
      [SAGA, "phase === 'open'\n          ? undefined", "phase !== 'closed'\n          ? undefined"],
      [SAGA, "if (phase !== 'open' || past?.ahead", "if (phase === 'closed' || past?.ahead"],
    ],
    caughtBy: saga('cancelling is refused from the pivot on, in words, and changes nothing'),
  },
  {
    what: 'another step runs beside the pivot',
    edits: [[SAGA, "if (phase === 'crossing') return Promise.reject(new TypeError('a pivot runs alone'));", '']],
    caughtBy: saga('the pivot runs alone: a second step at the same time is a bug, which undoes nothing'),
  },
  {
    what: 'a story may end with a step under way',
    edits: [[SAGA, "if (inFlight.size > 0) throw new TypeError('the story ended with a step under way');", '']],
    caughtBy: careless('by a story that ends with a step under way: that is a bug, and nothing is recorded'),
  },
  {
    what: 'a cancellation waits for its record, and the run crosses the pivot meanwhile',
    edits: [
      [
        DECISIONS,
        `        if (!saga.cancel() && !(await saga.retold())) throw rejected(saga.cancellable() ?? 'the run goes forward only');
        await record(run.recordCancel, decided);`,
        `        await record(run.recordCancel, decided);
        if (!saga.cancel() && !(await saga.retold())) throw rejected(saga.cancellable() ?? 'the run goes forward only');`,
      ],
    ],
    caughtBy: careless('by a cancellation that is slow to be recorded: nothing crosses the pivot meanwhile'),
  },
  {
    what: 'the walk back does not wait for a decision that is being written',
    edits: [[SAGA, 'await desk.written();', '']],
    caughtBy: careless('by a cancellation while a decision is being written: the walk back waits for that'),
  },
  {
    what: 'the walk back does not wait until the cancellation is written',
    edits: [
      [
        DECISIONS,
        'if (cancelling > 0 && patched(CANCELLATION_FIRST))',
        'if (cancelling > 0 && patched("") && resolving > 0)',
      ],
    ],
    caughtBy: saga(
      'cancelling undoes nothing before it is written down: a redriven run would go forward on what was undone',
    ),
  },
  {
    what: 'a step begins when the run has ended',
    edits: [
      [SAGA, "if (phase === 'closed') return Promise.reject(new CancelledFailure('the saga is walking back'));", ''],
    ],
    caughtBy: careless('by a story that goes on when it has ended: its step is not done'),
  },
  {
    what: 'the pivot is not in a non-cancellable scope',
    edits: [
      [SAGA, 'const settled = shielded.run(() => begin(activity, input));', 'const settled = begin(activity, input);'],
    ],
    caughtBy: careless('by a scope of the story: from the pivot on nothing is cancelled by it'),
  },
  {
    what: 'a step past the pivot is not in a non-cancellable scope',
    edits: [
      [
        SAGA,
        "phase === 'past' ? shielded.run(() => settle(activity, input)) : settle(activity, input)",
        'settle(activity, input)',
      ],
    ],
    caughtBy: careless('by a scope of the story: from the pivot on nothing is cancelled by it'),
  },
  {
    what: 'a decision is not recorded in a non-cancellable scope',
    edits: [[DECISIONS, 'CancellationScope.nonCancellable(() => call(activity, input));', 'call(activity, input);']],
    caughtBy: saga('parking past the pivot goes forward only: it is not skipped, and completed it ends'),
  },
];
