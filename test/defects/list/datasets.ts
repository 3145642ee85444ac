import type { Planted } from '../defect.ts';
import { dataset, orphans, person, versionsModel } from './tests.ts';

const at = (file: string): string => `src/kit/effects/dataset/${file}.ts`;

/** 2: published once. */
export const published: readonly Planted[] = [
  {
    what: 'a publish walks up from the newest version and not from the first number that it ever tried',
    edits: [
      [
        at('publish'),
        'append(log, first, mine, make));\n      },\n\n      async probe',
        'append(log, (await log.newest()) + 1, mine, make));\n      },\n\n      async probe',
      ],
    ],
    caughtBy: dataset('is published once though an attempt sleeps before its content is put'),
  },
  {
    what: 'a lost publish is not looked for from the first number that it tried',
    edits: [
      [
        at('publish'),
        'const found = await find(log, request.first, (',
        'const found = await find(log, (await log.newest()) + 1, (',
      ],
      [
        at('publish'),
        'append(log, first, mine, make));\n      },\n\n      async probe',
        'append(log, (await log.newest()) + 1, mine, make));\n      },\n\n      async probe',
      ],
    ],
    caughtBy: dataset('finds its own version where others have published since its answer was lost'),
  },
  {
    what: 'a version may be written over (no If-None-Match)',
    edits: [[at('log'), "          IfNoneMatch: '*',\n", '']],
    caughtBy: dataset('has two versions of two publishers at once, both inside before either is there'),
  },
  {
    what: 'content that comes out otherwise is published',
    edits: [
      [
        at('content'),
        'if (recorded?.name !== name || recorded.contentType !== contentType || recorded.sha256 !== sha256)',
        'if (recorded?.name !== name || recorded.contentType !== contentType)',
      ],
    ],
    caughtBy: dataset('whose content comes out otherwise is a conflict, at the first publish, and shows nothing of it'),
  },
  {
    what: 'a publish made from a version that is known goes over what came since',
    edits: [[at('publish'), "          if (only) throw refuse('Superseded');\n", '']],
    caughtBy: dataset(
      'published from a version that is known is the next, or Superseded, for ever and with nothing left, when another is the next',
    ),
  },
  {
    what: 'a rollback goes over what somebody else has published meanwhile',
    edits: [[at('rollback'), "      if (only) throw refuse('Superseded');\n", '']],
    caughtBy: person('who rolls back is refused when somebody else publishes between the look and the version'),
  },
];

/** 3: undone once, and never after. */
export const unpublished: readonly Planted[] = [
  {
    what: 'the undo of a publish in doubt does not burn it in the dataset',
    edits: [[at('append'), 'if (!there || isPublish(key)(there.version)) await burn(log, first, key, at);', '']],
    caughtBy: dataset('does not show what is undone though an attempt sleeps before its content is put'),
  },
  {
    what: 'a publish that wakes passes its burn',
    edits: [[at('publish'), '          if (isUndoOf(key)(version)) throw new Burned(key);\n', '']],
    caughtBy: dataset('does not show what is undone though an attempt sleeps before its content is put'),
  },
  {
    what: 'an undo shows again what it undoes',
    edits: [
      [at('append'), 'content: await contentWithout(log, number, key),', 'content: await shownBy(log, number - 1),'],
    ],
    caughtBy: dataset('whose version is undone shows what was before it, and then what was before that'),
  },
  {
    what: 'an undo shows again what was undone before it',
    edits: [[at('append'), "if (version.made === 'undone') burned.add(version.key);", '']],
    caughtBy: versionsModel,
  },
  {
    what: 'a rollback shows again what was undone',
    edits: [
      [at('rollback'), "    if (await isUndone(log, content, newest + 1)) throw refuse('Withdrawn');\n", ''],
      [at('rollback'), "      if (await isUndone(log, content, number)) throw refuse('Withdrawn');\n", ''],
    ],
    caughtBy: person(
      'who rolls back to what was undone, to what shows nothing or to no number is refused, and nothing is recorded',
    ),
  },
];

/** 6: nothing is lost, or read as something else. */
export const kept: readonly Planted[] = [
  {
    what: 'a document is read as its path holds it now',
    edits: [[at('log'), 'const first = versions.at(-1);', 'const first = versions[0];']],
    caughtBy: dataset('that somebody changes behind our back is read as it was published, and no number is used again'),
  },
  {
    what: 'content is read as its path holds it now, and not compared with its checksum',
    edits: [
      [
        at('read'),
        'for (const id of versionId === null ? [null] : [versionId, null]) {',
        'for (const id of versionId === null ? [] : [null]) {',
      ],
      [
        at('read'),
        'if (bytes && sha256Of(bytes) === sha256) return bytes;',
        "if (bytes && sha256Of(bytes) !== '') return bytes;",
      ],
    ],
    caughtBy: dataset('that somebody changes behind our back is read as it was published, and no number is used again'),
  },
  {
    what: 'content that is not what was published is read all the same',
    edits: [
      [
        at('read'),
        'if (bytes && sha256Of(bytes) === sha256) return bytes;',
        "if (bytes && sha256 !== '') return bytes;",
      ],
    ],
    caughtBy: dataset(
      'that somebody changes behind our back is read by what its path holds where the id is gone, and only if that is the same',
    ),
  },
  {
    what: 'verifying does not see a deletion',
    edits: [[at('verify'), 'if (current && !deleted && (', 'if (current && (']],
    caughtBy: person(
      'who verifies finds what was overwritten and deleted, and repairs it from the bucket, once an id and audited',
    ),
  },
  {
    what: 'verifying does not follow the chain of the documents',
    edits: [
      [
        at('verify'),
        'const said = next?.version.previous ?? found?.sha256;',
        'const said = next === undefined || next ? found?.sha256 : undefined;',
      ],
    ],
    caughtBy: person('who verifies is told what the bucket cannot give back, and finds it again after the repair'),
  },
  {
    what: 'a repair restores whatever the path held before',
    edits: [
      [
        at('verify'),
        '    if (await isIt(intact)) return { path, fault, intact, sha256 };',
        '    if (ids.length > 0) return { path, fault, intact, sha256 };',
      ],
    ],
    caughtBy: person('who verifies is told what the bucket cannot give back, and finds it again after the repair'),
  },
  {
    what: 'content of a publish that is under way is collected (no look at its key)',
    edits: [
      [
        at('collect'),
        "where state in ('burned', 'refused') and request",
        "where state in ('burned', 'refused', 'intended') and request",
      ],
    ],
    caughtBy: orphans('lets alone what is under way, however long it sleeps, and it is published when it wakes'),
  },
  {
    what: 'content is collected at once (no grace)',
    edits: [[at('collect'), 'and coalesce(settled_at, intended_at) < $2', 'and $2::timestamptz is not null']],
    caughtBy: orphans(
      'deletes what an undone publish has left, after the grace, and an attempt that wakes then names nothing',
    ),
  },
  {
    what: 'content that a version names is collected when that is undone',
    edits: [
      [
        at('collect'),
        "return found?.version.made === 'published';",
        "return found?.version.made === undefined && key === '';",
      ],
    ],
    caughtBy: orphans('never touches what a version names, also when that is undone'),
  },
  {
    what: 'a publish is not fenced before its content is collected',
    edits: [[at('collect'), '      await fence(log, orphan, orphan.key);\n', '      void fence;\n']],
    caughtBy: orphans(
      'fences a publish that a person skipped, so that an attempt that wakes shows nothing that is gone',
    ),
  },
];
