import type { Planted } from '../defect.ts';
import { CALL, POSTGRES, PROTOCOL, REMOTE, ROWS } from './files.ts';
import { pg, remote, database, saga } from './tests.ts';

/** 4: unknown is not no. */
export const unknown: readonly Planted[] = [
  {
    what: 'an exhausted bound counts as no',
    edits: [
      [
        CALL,
        "type === FAILURE.skipped || (type !== undefined && activity.errors[type] === 'refused')",
        'type !== undefined',
      ],
    ],
    caughtBy: saga('parking compensates nothing when a step runs out of patience; retried by a person it goes on'),
  },
  {
    what: 'an error that may be retried counts as no',
    edits: [[CALL, "activity.errors[type] === 'refused');", 'activity.errors[type] !== undefined);']],
    caughtBy: saga(
      'parking compensates nothing on a declared one that may be retried that lasts; skipped by a person it walks back',
    ),
  },
  {
    what: 'an error of the database counts as no',
    edits: [
      [
        ROWS,
        'if (error instanceof Refusal) return { refused: { type: error.type, detail: error.detail } };\n    throw error;',
        "return { refused: { type: error instanceof Refusal ? error.type : 'Failed', detail: '' } };",
      ],
    ],
    caughtBy: database("crosses to Temporal and the log with its error's class and code, and with none of its values"),
  },
  {
    what: 'a lost answer counts as no',
    edits: [
      [
        REMOTE,
        '  } catch (error) {\n    if (error instanceof Refusal) {',
        "  } catch (cause) {\n    const error: unknown = cause instanceof Refusal ? cause : new Refusal('Lost');\n    if (error instanceof Refusal) {",
      ],
    ],
    caughtBy: remote('keyed: whose answer was lost is settled by the next attempt, without a second effect'),
  },
  {
    what: 'a refusal that the contract does not declare counts as no',
    edits: [
      [
        PROTOCOL,
        'return contract.errors[type] === fate ? error',
        'return contract.errors[type] === fate || error instanceof Refusal ? error',
      ],
    ],
    caughtBy: database('that is refused for a reason that its contract does not declare is not refused: that is a bug'),
  },
  {
    what: 'a refusal keeps what the work did (no savepoint)',
    edits: [
      [POSTGRES, "if ('refused' in outcome) await session.run('rollback to savepoint work');\n      await", 'await'],
    ],
    caughtBy: pg(
      'a refusal is the outcome: it is replayed, also when it would be allowed by now, and nothing of the work is left',
    ),
  },
  {
    what: 'a refusal is forgotten: the next attempt is another',
    edits: [
      [
        ROWS,
        'if (error instanceof Refusal) return { refused: { type: error.type, detail: error.detail } };\n    throw',
        'throw',
      ],
    ],
    caughtBy: pg(
      'a refusal is the outcome: it is replayed, also when it would be allowed by now, and nothing of the work is left',
    ),
  },
  {
    what: 'a refusal is settled while an earlier attempt sleeps (no fence)',
    edits: [[REMOTE, "await body.fence?.(effect.request, attempt);\n      await observe('fenced', effect);", '']],
    caughtBy: remote(
      'probeable: refused while an earlier attempt sleeps before its send: that one can no longer apply it',
    ),
  },
];
