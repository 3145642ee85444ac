import type { Planted } from '../defect.ts';
import { DECISIONS, POSTGRES, RUN, SAGA } from './files.ts';
import { pg, remote, saga, careless, decisions } from './tests.ts';

/** 6: nothing is lost of what people decide. */
export const decided: readonly Planted[] = [
  {
    what: 'a decision is recorded under the id of the run and not of its update',
    edits: [
      [
        DECISIONS,
        'return { workflowId, updateId: update.id, actor, reason };',
        'return { workflowId, updateId: workflowInfo().runId, actor, reason };',
      ],
    ],
    caughtBy: decisions('a reset of a cancelled run does and undoes nothing twice, and comes to the recorded fate'),
  },
  {
    what: 'a run ends while a decision is being written',
    edits: [
      [
        SAGA,
        "phase = 'closed';\n      if (!allHandlersFinished()) await condition(allHandlersFinished);",
        "phase = 'closed';",
      ],
      [
        SAGA,
        'progress.end(ended.fate);\n      if (!allHandlersFinished()) await condition(allHandlersFinished);',
        'progress.end(ended.fate);',
      ],
    ],
    caughtBy: careless('by an answer that is slow to be recorded: the run, cancelled meanwhile, ends after it'),
  },
  {
    what: 'two people decide on one key at once',
    edits: [[DECISIONS, 'if (found.deciding) throw rejected(`${decision.key} is being decided just now`);', '']],
    caughtBy: careless('by two decisions on one key: the second is rejected while the first is being written'),
    hangs: true,
  },
  {
    what: 'a decision is taken that cannot be recorded: it is too large',
    edits: [
      [DECISIONS, 'if (actor.length > LIMIT.actor || reason.length > LIMIT.reason)', 'if (actor.length > LIMIT.actor)'],
    ],
    caughtBy: careless('by a decision too large to be recorded'),
    hangs: true,
  },
  {
    what: 'a decision is taken that cannot be recorded: its id is no part of a key',
    edits: [
      [
        DECISIONS,
        "if (!UPDATE_ID.test(currentUpdateInfo()?.id ?? '')) throw",
        'if ((currentUpdateInfo()?.id.length ?? 0) > 64) throw',
      ],
    ],
    caughtBy: decisions('a decision that cannot be recorded is not taken, and does not keep the run from its end'),
    hangs: true,
  },
  {
    what: 'a decision is taken from nobody',
    edits: [
      [DECISIONS, "if (typeof actor !== 'string' || actor === '') throw rejected('a decision names its actor');", ''],
    ],
    caughtBy: saga('cancelling asks who cancels'),
    hangs: true,
  },
  {
    what: 'a person completes a step with what it could not give',
    edits: [[RUN, "if (!value.success) throw refuse('ValueNotDeclared', issues(value.error).join(', '));", '']],
    caughtBy: remote(
      'neither: whose answer was lost goes to a person, who cannot say what the contract does not: nothing is recorded',
    ),
  },
  {
    what: 'an answer counts for another state of affairs than the person was shown',
    edits: [[DECISIONS, 'if (open.fingerprint !== answer.fingerprint)', 'if (open.fingerprint === "")']],
    caughtBy: decisions('a question waits, says no to who was shown something else, and takes one answer'),
  },
  {
    what: 'a question is asked again after a reset',
    edits: [[DECISIONS, 'if (given) return given', 'if (given && times < 0) return given']],
    caughtBy: decisions('a question is not asked again after a reset to before it: the stored answer is taken'),
    hangs: true,
  },
  {
    what: "a person's word that it did not happen is not heard",
    edits: [
      [
        POSTGRES,
        "if (found?.state === 'intended') await tx.query('update kit.effects set sends = 0 where key = $1', [found.key]);",
        '',
      ],
    ],
    caughtBy: remote(
      'neither: whose answer was lost goes to a person, who says that it did not happen: it is sent once more',
    ),
  },
  {
    what: 'a person skips what is applied',
    edits: [
      [POSTGRES, "if (found.state === 'refused') {", "if (found.state === 'refused' || found.state === 'applied') {"],
    ],
    caughtBy: pg('a person cannot skip what is applied: it is given its outcome'),
  },
  {
    what: 'an undo that a person settled leaves the key open',
    edits: [
      [POSTGRES, "if (forward && (forward.fresh || forward.state !== 'burned')) await burn(tx, forward, witness);", ''],
    ],
    caughtBy: pg('an undo that a person skips counts as settled, and burns the key'),
  },
];
