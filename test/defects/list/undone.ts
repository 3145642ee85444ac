import type { Planted } from '../defect.ts';
import { POSTGRES, PROTOCOL, REMOTE, STORE } from './files.ts';
import { harness, key, pg, keyed, remote, manifest } from './tests.ts';

/** 3: undone once and never after, in any store. */
export const undone: readonly Planted[] = [
  {
    what: 'an undo in our own store does not burn the key',
    edits: [[POSTGRES, 'else await burn(session, done, witness);', '']],
    caughtBy: pg('an undo undoes once, gives the same answer ever after, and burns the key'),
  },
  {
    what: 'a remote undo does not burn the key',
    edits: [
      [
        POSTGRES,
        "if (mine!.state === 'intended' && 'applied' in outcome) await burn(tx, effectOf(done!), witness);",
        '',
      ],
    ],
    caughtBy: keyed('an undo undoes once, gives the same answer ever after, and burns the key'),
    alsoBy: harness('proves what is keyed, at every barrier'),
  },
  {
    what: 'an undo of what never came does not burn the key',
    edits: [
      [
        POSTGRES,
        "if (absent) await audit(session, 'burned', done, witness);",
        "if (absent) await session.query('delete from kit.effects where key = $1', [done.key]);",
      ],
    ],
    caughtBy: pg('an undo of what never happened burns the key: an attempt that comes later is Burned'),
  },
  {
    what: 'an undo does not compare the payload with that of what it undoes',
    edits: [[POSTGRES, 'matching(done, forward);', '']],
    caughtBy: pg('an undo with another payload than the forward had is a conflict, and undoes nothing'),
  },
  {
    what: 'an undo of a later generation has the key of the first one',
    edits: [[STORE, "undo + forward.key.slice(forward.base.length).replace('#', '@')", 'undo']],
    caughtBy: pg('a refusal is undone in its next generation, under a key of that generation'),
  },
  {
    what: 'what a refused undo did is kept (no savepoint)',
    edits: [
      [
        POSTGRES,
        "if ('refused' in outcome) await session.run('rollback to savepoint work');\n        else await",
        "if ('applied' in outcome) await",
      ],
    ],
    caughtBy: pg('an undo that is refused leaves the forward applied, until a person has it tried again'),
  },
  {
    what: 'an undo does not fence the provider',
    edits: [[REMOTE, "await body.fence(effect.request, attempt);\n  await call.observe('fenced', effect);", '']],
    caughtBy: remote('probeable: undone while an attempt sleeps before its send: that one can no longer apply it'),
  },
  {
    what: 'an undo looks at the provider before it fences it',
    edits: [
      [
        REMOTE,
        `  await body.fence(effect.request, attempt);
  await call.observe('fenced', effect);
  const known = outcomeOf(await body.probe(effect.request, attempt));`,
        `  const known = outcomeOf(await body.probe(effect.request, attempt));
  await body.fence(effect.request, attempt);
  await call.observe('fenced', effect);`,
      ],
    ],
    caughtBy: remote('probeable: sent while its undo looks at the provider: it is fenced by then'),
  },
  {
    what: "an undo's key is compared with volatile fields of the forward input",
    edits: [[PROTOCOL, 'withoutVolatile(r.raw, forward.contract.volatile)', 'r.raw']],
    caughtBy: pg('an undo undoes once, gives the same answer ever after, and burns the key'),
  },
  {
    what: 'one undo serves two activities',
    edits: [
      [
        'src/kit/worker/manifest.ts',
        'if (undone !== undefined) throw new TypeError(`${undone} is the undo of two activities`);',
        '',
      ],
    ],
    caughtBy: manifest('is refused when one undo serves two activities: it would not know whose key to burn'),
  },
  {
    what: 'an undo that was made for a generation that is no more is recorded under the next',
    edits: [[POSTGRES, "('request' in act && act.key !== mine.key)", 'false']],
    caughtBy: key("a story that was told otherwise once nor is an undo's (Postgres)"),
  },
  {
    what: 'an undo burns the generation that is there, and not the one that it undoes',
    edits: [[PROTOCOL, 'undoneBy(claim, r.claim, effect),', 'done?.key ?? claim.base,']],
    caughtBy: key(
      'a story that was told otherwise once an undo that slept through a generation burns the one that it undoes (Postgres)',
    ),
  },
  {
    what: 'an undo that a person skips does not burn what never came',
    edits: [[POSTGRES, ": action === 'retry'\n", ': action.length > 0\n']],
    caughtBy: key('a story that was told otherwise once an undo that a person skips burns what never came (Postgres)'),
  },
];
