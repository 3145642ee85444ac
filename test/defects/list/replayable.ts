import type { Planted } from '../defect.ts';
import { histories, sandbox } from './tests.ts';

/** 7: replayable. */
export const replayable: readonly Planted[] = [
  {
    what: 'a story does two steps in another order',
    edits: [
      [
        'src/workflows/ledger/transfer-funds.ts',
        '    await step(holdFunds, transfer);\n    const { transactionId } = await step(postTransfer, transfer);',
        '    const { transactionId } = await step(postTransfer, transfer);\n    await step(holdFunds, transfer);',
      ],
    ],
    caughtBy: histories('transferFunds/completed.json replays on the workflows of today'),
  },
  {
    what: 'the negative control replays too: the gate cannot fail',
    edits: [
      [
        'test/support/workflows/swapped/index.ts',
        '    const { transactionId } = await step(postTransfer, transfer);\n    await step(holdFunds, transfer);',
        '    await step(holdFunds, transfer);\n    const { transactionId } = await step(postTransfer, transfer);',
      ],
    ],
    caughtBy: histories(
      'transferFunds/completed.json does not replay on a story with two steps swapped: it differs at event 5',
    ),
  },
  {
    what: 'zod rides in the sandbox',
    edits: [
      [
        'src/kit/worker/bundle.ts',
        "...(config.resolve?.alias as Record<string, string>), zod: kit('zod-stand-in') }",
        '...(config.resolve?.alias as Record<string, string>) }',
      ],
    ],
    caughtBy: sandbox('bundled holds our stories, contracts and domain and nothing else of ours, and no zod'),
  },
  {
    what: 'a contract imports what has effects',
    edits: [
      [
        'src/contracts/ledger.ts',
        "import { Currency } from './ids.ts';",
        "import { Currency } from './ids.ts';\nimport { Conflict } from '../kit/effects/errors.ts';\nexport const planted = (): Error => new Conflict('', '', '');",
      ],
    ],
    caughtBy: sandbox('linted passes as it is'),
  },
  {
    what: 'workflows are compiled with the types of Node',
    edits: [['tsconfig.sandbox.json', '"types": []', '"types": ["node"]']],
    caughtBy: sandbox('compiled without the types of Node finds what is planted in src/workflows/orders'),
  },
  {
    what: 'the linter lets a story import an implementation',
    edits: [
      [
        '.oxlintrc.json',
        '"files": ["src/workflows/**"],\n      "rules": {\n        "no-restricted-imports"',
        '"files": ["src/elsewhere/**"],\n      "rules": {\n        "no-restricted-imports"',
      ],
    ],
    caughtBy: sandbox('linted finds what is planted in src/workflows/orders'),
  },
];
