import type { Planted } from '../defect.ts';
import { EFFECTS_SQL, FAILURE, INBOX, RUN, SAGA, START, SWEEPER, WALK_BACK } from './files.ts';
import { starting, late, runs, retail } from './tests.ts';

/** 1: started once. */
export const started: readonly Planted[] = [
  {
    what: 'a delivery is not compared with the payload that is remembered under its id',
    edits: [[START, 'if (received.fingerprint !== fingerprint) throw', 'if (received.fingerprint === "") throw']],
    caughtBy: starting('rejects the same id with another payload, naming both fingerprints'),
  },
  {
    what: 'a later delivery overwrites the payload that is remembered',
    edits: [
      [
        INBOX,
        'on conflict (workflow_id) do nothing returning',
        'on conflict (workflow_id) do update set fingerprint = excluded.fingerprint returning',
      ],
    ],
    caughtBy: starting('rejects the same id with another payload, naming both fingerprints'),
  },
  {
    what: 'Temporal is asked before the inbox remembers',
    edits: [
      [
        START,
        'const received = await starter.inbox.receive({',
        `await starter.client.workflow.start(pipeline.workflow, {
    workflowId,
    taskQueue: pipeline.name,
    args: [raw],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
  });
  const received = await starter.inbox.receive({`,
      ],
    ],
    caughtBy: starting('is remembered before Temporal is asked: what could not be started is started by a sweep, once'),
  },
  {
    what: 'a duplicate does not attach to the run (no USE_EXISTING)',
    edits: [[START, 'WorkflowIdConflictPolicy.USE_EXISTING', 'WorkflowIdConflictPolicy.FAIL']],
    caughtBy: starting('starts once, and attaches every later delivery to that run'),
  },
  {
    what: 'a duplicate ends the run that there is, and starts another',
    edits: [
      [START, 'WorkflowIdConflictPolicy.USE_EXISTING', 'WorkflowIdConflictPolicy.TERMINATE_EXISTING'],
      [START, 'WorkflowIdReusePolicy.REJECT_DUPLICATE', 'WorkflowIdReusePolicy.ALLOW_DUPLICATE'],
    ],
    caughtBy: starting('starts once, and attaches every later delivery to that run'),
  },
  {
    what: 'a closed run is started again (no REJECT_DUPLICATE)',
    edits: [[START, 'WorkflowIdReusePolicy.REJECT_DUPLICATE', 'WorkflowIdReusePolicy.ALLOW_DUPLICATE']],
    caughtBy: starting('reports a run that closed without a fate, once a while, and never starts it again'),
  },
  {
    what: 'an ended run is not answered from the inbox',
    edits: [[START, "if (received.state === 'ended')", "if (received.workflowId === '')"]],
    caughtBy: starting('answers with the recorded fate, however old, and without Temporal'),
  },
  {
    what: 'an outage of Temporal is taken for a run that is there already',
    edits: [[START, 'if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;', '']],
    caughtBy: starting('is remembered before Temporal is asked: what could not be started is started by a sweep, once'),
  },
  {
    what: 'a run that has ended meanwhile is marked as started again',
    edits: [[INBOX, "and run = $2 and state in ('received', 'started')`", 'and run = $2`']],
    caughtBy: retail('starts each order once, keeps every other line with its reason, and loses none'),
  },
  {
    what: 'a sweep starts what somebody is starting just now (no grace)',
    edits: [[SWEEPER, 'RECEIVED_GRACE_MS = 10_000', 'RECEIVED_GRACE_MS = 0']],
    caughtBy: starting('is remembered before Temporal is asked: what could not be started is started by a sweep, once'),
  },
  {
    what: 'a business id may hold what its key cannot',
    edits: [[START, 'if (!RUN_ID.test(businessId))', 'if (businessId === "")']],
    caughtBy: starting('refuses bad input with path and code, never the value, and remembers nothing'),
  },
  {
    what: 'a payload of any size is taken',
    edits: [[START, 'within(PAYLOAD_LIMIT_BYTES, raw as Json, `${pipeline.name} payload`);', '']],
    caughtBy: starting('refuses bad input with path and code, never the value, and remembers nothing'),
  },
  {
    what: 'a run that has ended makes new effects when it is reset (no check in kit.claim)',
    edits: [
      [EFFECTS_SQL, "workflow_id = p_workflow and state = 'ended')", "workflow_id = p_workflow and state = 'gone')"],
    ],
    caughtBy: late('reset after its run has ended makes nothing new, and comes to the fate that was told'),
  },
  {
    what: 'a run that has ended makes new effects (its end is not told from an outage)',
    edits: [[FAILURE, 'if (databaseCode(error) === RUN_ENDED)', 'if (databaseCode(error) === "")']],
    caughtBy: runs('that has ended makes nothing new, and is given what it did'),
  },
  {
    what: 'a step of a run that has ended waits for a person',
    edits: [[SAGA, 'if (type === FAILURE.ended) throw ApplicationFailure.nonRetryable(key, type);', '']],
    caughtBy: late('reset after its run has ended makes nothing new, and comes to the fate that was told'),
    hangs: true,
  },
  {
    what: 'a reset that comes to another end changes the fate that was told',
    edits: [
      [
        'src/kit/contract/run.ts',
        'key: ({ workflowId, run }) => `${segments(workflowId)}/runs/${run}/fate`,',
        'key: ({ workflowId, run, fate }) => `${segments(workflowId)}/runs/${run}/${fate}`,',
      ],
    ],
    caughtBy: runs('has the first fate that it came to: a reset that comes to another is given that one'),
  },
  {
    what: 'a fate that differs from the one that was told is a conflict',
    edits: [['src/kit/contract/run.ts', "volatile: ['fate', 'reason', 'result'],", '']],
    caughtBy: runs('has the first fate that it came to: a reset that comes to another is given that one'),
  },
  {
    what: 'the fate of an earlier run ends the one that was started after it',
    edits: [[RUN, 'where workflow_id = $1 and run = $2`', 'where workflow_id = $1 and run >= $2`']],
    caughtBy: runs('that was started again does not end with the run before it'),
  },
  {
    what: 'a run that has ended since it was looked for is answered as if it ran',
    edits: [[START, "if (known?.state === 'ended')", "if (known?.state === 'ended' && known.run < 0)"]],
    caughtBy: starting('is told the fate of a run that has come to its end since it was looked for'),
  },
  {
    what: 'an undo of a run that has ended waits for a person',
    edits: [[WALK_BACK, 'if (type === FAILURE.ended) return false; // the fate is known, and was told', '']],
    caughtBy: late(
      'reset after its run has ended, and then cancelled, undoes nothing, and comes to the fate that was told',
    ),
    hangs: true,
  },
];
