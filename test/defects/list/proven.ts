import type { Planted } from '../defect.ts';
import { POSTGRES, REMOTE, S3 } from './files.ts';
import { everyActivity, harness } from './tests.ts';

/** 2: applied once, through kills, freezes and attempts at once: what the idempotence harness finds, and that it would. */
export const proven: readonly Planted[] = [
  {
    what: 'the key is committed before its effect: what is killed in between is lost',
    edits: [
      [
        POSTGRES,
        "await this.#observe('claimed', found);",
        "await session.run('commit; begin; savepoint work');\n      await this.#observe('claimed', found);",
      ],
    ],
    caughtBy: harness('proves what is postgres, at every barrier'),
  },
  {
    what: 'a zombie books anew what was undone at the provider',
    edits: [
      [
        POSTGRES,
        "if (mine!.state === 'intended' && 'applied' in outcome) await burn(tx, effectOf(done!), witness);",
        '',
      ],
    ],
    caughtBy: harness('proves what is keyed, at every barrier'),
  },
  {
    what: 'a draft that was killed after it was committed is committed again without a look',
    edits: [[REMOTE, 'if (body.probe) return outcomeOf(await body.probe(effect.request, attempt));\n  const', 'const']],
    caughtBy: harness('proves what is probeable, at every barrier'),
  },
  {
    what: 'what was killed after it was sent is sent once more, though nobody can know',
    edits: [[REMOTE, "(contract.remote === 'neither' || forgotten)", 'forgotten']],
    caughtBy: harness('proves what is neither, at every barrier'),
  },
  {
    what: 'two at once write an object twice (no If-None-Match)',
    edits: [[S3, "IfNoneMatch: '*',", '']],
    caughtBy: harness('proves what is object, at every barrier'),
  },
  {
    what: 'the harness does not count effects at the far side',
    edits: [
      [
        'src/kit/testing/once/verdict.ts',
        "round.expect('effects', await exam.effects(intention), contract.reads ? 0 : 1);",
        '',
      ],
    ],
    caughtBy: harness('finds a provider that is said to know keys, and does not'),
  },
  {
    what: 'the harness does not freeze: whoever sleeps is let through',
    edits: [
      [
        'src/kit/testing/once/frozen.ts',
        'sleeper.stop();',
        'await each(held, async (_round, one) => {\n    one.begun.go(one.point);\n    await one.begun.answer();\n  });',
      ],
    ],
    caughtBy: harness(
      'finds an effect beside its transaction, an undo that does nothing, and two intentions under one key',
    ),
  },
  {
    what: 'the harness passes what it has found faulty',
    edits: [['src/kit/testing/once/prove.ts', 'if (faulty.length === 0) return;', 'if (faulty.length >= 0) return;']],
    caughtBy: harness('tells of an activity all that it found'),
  },
  {
    what: 'an activity that nobody tries is not missed',
    edits: [
      [
        'src/kit/testing/subjects.ts',
        '!tried.some((subjects) => subjects.contracts.includes(contract))',
        'tried.length === 0 && contract.name === ""',
      ],
    ],
    caughtBy: everyActivity('is named when it has none'),
  },
];
