import type { Planted } from '../defect.ts';
import { ARCHIVE, REPLAY, TRANSFER_FUNDS } from './files.ts';
import { archive, gaps, histories, sandbox, upgraded } from './tests.ts';

/** 7: replayable. */
export const replayable: readonly Planted[] = [
  {
    what: 'a story does two steps in another order',
    edits: [
      [TRANSFER_FUNDS, '    await step(holdFunds, transfer);\n', ''],
      [
        TRANSFER_FUNDS,
        '  const { transactionId } = await step(postTransfer, transfer);\n  const advice = await step.pivot(',
        '  const { transactionId } = await step(postTransfer, transfer);\n  await step(holdFunds, transfer);\n  const advice = await step.pivot(',
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
    what: 'a step has another key',
    edits: [['src/contracts/ledger.ts', '`ledger/${transferId}/post`', '`ledger/${transferId}/posting`']],
    caughtBy: histories('transferFunds/completed.json replays on the workflows of today'),
  },
  {
    what: 'a replay does not compare the keys of steps',
    edits: [[REPLAY, "if (typeof key === 'string' && call.key !== key)", "if (key === '' && call.key !== key)"]],
    caughtBy: histories('differ where a step has another key, which Temporal does not look at'),
  },
  {
    what: 'a history that cannot be read passes',
    edits: [
      [
        REPLAY,
        'return at(undefined, `the history cannot be read (${error.name})`);',
        'return error.name === "" ? at(undefined, "") : undefined;',
      ],
    ],
    caughtBy: histories('that cannot be read differ, and the next one is replayed'),
  },
  {
    what: 'a history may be edited',
    edits: [
      [
        ARCHIVE,
        'if (sha256(text) !== recorded.sha256) return `${file}: not the history that was recorded; its SHA-256 is another`;',
        '',
      ],
      [
        ARCHIVE,
        'isDeepStrictEqual(recordedOf(saved, text), recorded)',
        'isDeepStrictEqual({ ...recordedOf(saved, text), sha256: "" }, { ...recorded, sha256: "" })',
      ],
    ],
    caughtBy: archive('has a fault when a history has a blank more'),
  },
  {
    what: 'a history that is gone is not missed',
    edits: [[ARCHIVE, 'return `${file}: missing, and not retired`;', 'return undefined;']],
    caughtBy: archive('has a fault when a history is gone'),
  },
  {
    what: 'a history may come in by hand',
    edits: [[ARCHIVE, 'return [...strays, ', 'return [']],
    caughtBy: archive('has a fault when a history came in by hand'),
  },
  {
    what: 'a history may come back from retirement',
    edits: [[ARCHIVE, 'if (retired) return text === undefined ?', "if (retired) return text !== '' ?"]],
    caughtBy: archive('has a fault when a retired one came back'),
  },
  {
    what: 'a history may be written over',
    edits: [
      [ARCHIVE, 'if (manifest[file] ?? (await this.#read(file)) !== undefined)', "if (file === '')"],
      [ARCHIVE, "{ flag: 'wx' }", "{ flag: 'w' }"],
    ],
    caughtBy: archive('adds a history once, with its story, and knows its day, version and fate'),
  },
  {
    what: 'the story beside a history may be edited',
    edits: [[ARCHIVE, 'if (there === story) return', 'if (there !== undefined) return']],
    caughtBy: archive('has a fault when a story was edited'),
  },
  {
    what: 'the manifest may claim another fate',
    edits: [[ARCHIVE, 'if (!isDeepStrictEqual(recordedOf(saved, text), recorded)) return', "if (file === '') return"]],
    caughtBy: archive('has a fault when the manifest claims another fate'),
  },
  {
    what: 'a fate, or a whole workflow, without a history is not missed',
    edits: [
      [
        ARCHIVE,
        'return never[fate] === undefined ? [`${workflow}: no history of a run that ended ${fate}`] : [];',
        'return [];',
      ],
    ],
    caughtBy: gaps('are a workflow without any history, and a fate without one'),
  },
  {
    what: 'a story has a step more under open runs (no `patched`)',
    edits: [
      [
        'test/support/workflows/upgrade/v2.ts',
        "if (patched('meal')) await step(orderMeal, trip);",
        'await step(orderMeal, trip);',
      ],
    ],
    caughtBy: upgraded(
      'of 100, those past the changed place end the old way, the others the new one, each effect once',
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
