import type { Planted } from '../defect.ts';
import { everyActivity, harness } from './tests.ts';

/** 2: applied once, through kills, freezes and attempts at once: that the idempotence harness is not blind to it. */
export const proven: readonly Planted[] = [
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
