import type { Planted } from '../defect.ts';
import { FAILURE, INBOX, INBOX_SQL, SWEEPER, WALK_BACK } from './files.ts';
import { starting, quarantine, saga, careless, failure, retail } from './tests.ts';

/** 6: nothing is lost. */
export const lost: readonly Planted[] = [
  {
    what: 'unusable input is quarantined once a delivery',
    edits: [
      [
        'src/kit/intake/quarantine.ts',
        'on conflict (pipeline, source, position, fingerprint) do nothing returning id',
        'returning id',
      ],
      [INBOX_SQL, ',\n  unique (pipeline, source, position, fingerprint)', ''],
    ],
    caughtBy: quarantine('keeps what cannot be used byte for byte, once, however often it comes'),
  },
  {
    what: 'unusable input is kept as text',
    edits: [['src/kit/intake/quarantine.ts', 'Buffer.from(body)', 'Buffer.from(Buffer.from(body).toString())']],
    caughtBy: quarantine('keeps what cannot be used byte for byte, once, however often it comes'),
  },
  {
    what: 'another order under a known id is dropped',
    edits: [
      [
        'src/intake/retail.ts',
        '          unusable.push({\n            position: workflowIdOf',
        '          unusable.slice().push({\n            position: workflowIdOf',
      ],
    ],
    caughtBy: retail('keeps another order under a known id beside it, whole'),
  },
  {
    what: 'a run that closed without a fate is not reported',
    edits: [[SWEEPER, 'swept.lost.push(row.workflowId);', 'void row;']],
    caughtBy: starting('reports a run that closed without a fate, once a while, and never starts it again'),
  },
  {
    what: 'a run without a fate is reported at every sweep',
    edits: [
      [
        INBOX,
        'update kit.inbox set looked_at = $3 where',
        "update kit.inbox set looked_at = $3::timestamptz - interval '1 day' where",
      ],
    ],
    caughtBy: starting('reports a run that closed without a fate, once a while, and never starts it again'),
  },
  {
    what: 'a run that Temporal has forgotten is not reported',
    edits: [
      [
        SWEEPER,
        '(await latestOf(starter.client, row.workflowId))?.open)',
        '(await latestOf(starter.client, row.workflowId))?.open !== false)',
      ],
    ],
    caughtBy: starting('a sweep reports a run that Temporal does not know any more'),
  },
  {
    what: 'a run that has come to its end is reported as lost',
    edits: [[SWEEPER, "if ((await starter.inbox.find(row.workflowId))?.state === 'started') swept", 'swept']],
    caughtBy: starting('a sweep does not report a run that has come to its end meanwhile'),
  },
  {
    what: 'one row that cannot be started holds up the others',
    edits: [
      [
        SWEEPER,
        `look().catch((error: unknown) => {
      swept.failed.push(\`\${row.workflowId}: \${error instanceof Error ? error.constructor.name : typeof error}\`);
    });`,
        'look();',
      ],
    ],
    caughtBy: starting('a sweep is not held up by a row that cannot be started, and names it'),
  },
  {
    what: 'rows that cannot be started keep the others from their turn',
    edits: [
      [INBOX, 'update kit.inbox set looked_at = now() where', 'update kit.inbox set looked_at = looked_at where'],
    ],
    caughtBy: starting('a sweep gives each row its turn: those that cannot be started do not keep the others waiting'),
  },
  {
    what: 'a sweep waits for a row that somebody else starts (no skip locked)',
    edits: [
      [
        INBOX,
        'order by looked_at nulls first, received_at limit $4 for update skip locked',
        'order by looked_at nulls first, received_at limit $4 for update',
      ],
    ],
    caughtBy: starting('a sweep is not held up by rows that somebody holds, started or not'),
  },
  {
    what: 'a sweep waits for a row that somebody else looks for (no skip locked)',
    edits: [
      [
        INBOX,
        'order by coalesce(looked_at, received_at) limit $4 for update skip locked',
        'order by coalesce(looked_at, received_at) limit $4 for update',
      ],
    ],
    caughtBy: starting('a sweep is not held up by rows that somebody holds, started or not'),
  },
  {
    what: 'a stuck undo holds up the older ones',
    edits: [[WALK_BACK, 'await Promise.race([undone, stuck]);', 'await undone;']],
    caughtBy: saga('a stuck undo does not hold up the older ones, waits for a person, and the run then ends'),
  },
  {
    what: 'a stuck undo is swallowed',
    edits: [
      [
        WALK_BACK,
        '      onStuck();\n      const conflict',
        '      if (type !== undefined) return false;\n      const conflict',
      ],
    ],
    caughtBy: saga('a stuck undo does not hold up the older ones, waits for a person, and the run then ends'),
  },
  {
    what: 'an undo without an answer is not seen',
    edits: [[WALK_BACK, 'if (!undoing) return;', 'if (undoing) return;']],
    caughtBy: careless('by an undo that gets no answer: people see it, and the older ones are undone meanwhile'),
  },
  {
    what: 'a parked run does not show as stuck',
    edits: [['src/kit/workflow/progress.ts', "state === 'parked' || state === 'stuck');", "state === 'stuck');"]],
    caughtBy: saga('parking compensates nothing when a step runs out of patience; retried by a person it goes on'),
  },
  {
    what: 'what is in doubt is asked for again for ever, and nobody sees it',
    edits: [
      [
        FAILURE,
        'return made(FAILURE.inDoubt, error.message, true);',
        'return made(FAILURE.inDoubt, error.message, false);',
      ],
    ],
    caughtBy: failure('is not tried again, for the answer stays: InDoubt'),
  },
];
