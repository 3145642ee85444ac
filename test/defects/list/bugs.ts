import type { Planted } from '../defect.ts';
import { CARRIER, DECISIONS, FAILURE, FINGERPRINT, POSTGRES, RUN, SAGA } from './files.ts';
import { fingerprint, saga, careless, late, failure, runs } from './tests.ts';

/** 5: a bug never refunds. */
export const bugs: readonly Planted[] = [
  {
    what: 'any error walks back (no test for a failure of Temporal)',
    edits: [
      [
        SAGA,
        "error instanceof ApplicationFailure ? (error.type ?? 'Unnamed') : undefined;",
        "error instanceof ApplicationFailure ? (error.type ?? 'Unnamed') : 'Unnamed';",
      ],
    ],
    caughtBy: saga('a bug in the story undoes nothing, and a worker with the mended story finishes the same run'),
  },
  {
    what: 'a failure that the story lets through ends the run as failed',
    edits: [
      [
        SAGA,
        "throw error instanceof TemporalFailure\n          ? new TypeError('the story let a failure through', { cause: error })\n          : error;",
        'throw error;',
      ],
    ],
    caughtBy: careless(
      'by a failure that a story lets through: that is a bug too, the run parks and nothing is undone',
    ),
  },
  {
    what: 'a key conflict compensates',
    edits: [[SAGA, '|| type === FAILURE.burned))', '|| type === FAILURE.burned || type === FAILURE.conflict))']],
    caughtBy: saga(
      'parking compensates nothing on a key conflict; completed by a person it goes on, and the other effect stays',
    ),
  },
  {
    what: 'a step is skipped past the pivot',
    edits: [
      [DECISIONS, 'found.forwardKey === null && saga.pastPivot())', 'found.forwardKey === "" && saga.pastPivot())'],
    ],
    caughtBy: saga('parking past the pivot goes forward only: it is not skipped, and completed it ends'),
  },
  {
    what: 'a draft that expired during an outage of ours counts as no',
    edits: [[CARRIER, "return 'lapsed';", "return { refused: 'ShipmentVoided' };"]],
    caughtBy: late(
      'to a draft that has expired at the carrier, during an outage of ours, books another and is not compensated',
    ),
  },
  {
    what: 'what lapsed is burned and not done anew (no next generation)',
    edits: [[POSTGRES, "await tx.query('select kit.raise_generation($1)', [row.base_key]);", '']],
    caughtBy: late(
      'to a draft that has expired at the carrier, during an outage of ours, books another and is not compensated',
    ),
  },
  {
    what: 'an input that no payload can hold waits for a person, and not for the fix',
    edits: [
      [
        SAGA,
        'if (!(error instanceof TemporalFailure)) throw error;\n          const type = failureType(error);\n          if',
        'const type = failureType(error);\n          if',
      ],
    ],
    caughtBy: careless('by an input that no payload can hold: that is a bug, and nobody is asked about it'),
  },
  {
    what: 'a refusal past the pivot walks back',
    edits: [[SAGA, "if (phase !== 'past' && type !== undefined && (", 'if (type !== undefined && (']],
    caughtBy: saga('parking past the pivot is what a refusal leads to as well, for nothing is walked back any more'),
  },
  {
    what: 'a violation of a contract is final, though the fix may be deployed any time',
    edits: [
      [
        FAILURE,
        'return made(FAILURE.violation, error.message, false);',
        'return made(FAILURE.violation, error.message, true);',
      ],
    ],
    caughtBy: failure('is tried again, for it may pass or be mended: ContractViolation, ContractViolation'),
  },
  {
    what: 'what nobody declared is final',
    edits: [
      [
        FAILURE,
        'return made(FAILURE.unexpected, classAndCode(error), false);',
        'return made(FAILURE.unexpected, classAndCode(error), true);',
      ],
    ],
    caughtBy: failure('is tried again, for it may pass or be mended: Unexpected, TypeError'),
  },
  {
    what: 'a key conflict is retried for ever, and nobody sees it',
    edits: [
      [
        FAILURE,
        'return made(FAILURE.conflict, error.message, true);',
        'return made(FAILURE.conflict, error.message, false);',
      ],
    ],
    caughtBy: failure('is not tried again, for the answer stays: KeyConflict'),
  },
  {
    what: "a decision about a conflict settles the other's effect",
    edits: [[RUN, 'if (!decision.conflict) await store.resolve', 'await store.resolve']],
    caughtBy: runs("whose person decides about a key conflict leaves the other's effect as it is"),
  },
  {
    what: 'a text that Postgres cannot keep looks like an outage',
    edits: [
      [
        FINGERPRINT,
        "if (/(?<!\\\\)(\\\\\\\\)*\\\\u0000/.test(text)) throw new ContractViolation('U+0000 in a JSON string');",
        '',
      ],
    ],
    caughtBy: fingerprint('refuses what Postgres cannot keep: U+0000, and not a text that looks like it'),
  },
  {
    what: 'a story that loses its patience with its pivot walks back',
    edits: [[SAGA, "if ((phase === 'past' || phase === 'crossing') &&", "if (phase === 'past' &&"]],
    caughtBy: careless('by a story that loses its patience with its pivot: that is a bug, and nothing is undone'),
  },
];
