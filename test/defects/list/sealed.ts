import type { Planted } from '../defect.ts';
import { AUDIT } from './files.ts';
import { seal, sealing, sealKeys } from './tests.ts';

const at = (file: string): string => `src/kit/effects/seal/${file}.ts`;

/** 8: traceable, where the chains alone do not show it. */
export const sealed: readonly Planted[] = [
  {
    what: 'a sealed head is not compared with the hash in its chain',
    edits: [[at('verify'), 'if (there.hash === hash) {', 'if (there.hash !== null && hash) {']],
    caughtBy: seal('finds a chain that is rewritten whole, every hash right, which the chains do not show'),
  },
  {
    what: 'a sealed head that is not there is not missed',
    edits: [[at('verify'), 'if (there.hash === hash) {', 'if (there.hash === hash || there.hash === null) {']],
    caughtBy: seal('finds a tail that is cut off with its head, which the chains do not show'),
    alsoBy: seal('finds a run that is removed whole, which the chains do not show'),
  },
  {
    what: 'only the newest seal is held against the chains',
    edits: [
      [
        at('verify'),
        'const heads = await verifyHeads(tx, seal.seal, subject);',
        'const heads = number < histories.length ? { entries: 0, faults: [] } : await verifyHeads(tx, seal.seal, subject);',
      ],
    ],
    caughtBy: seal('stands by what it has sealed though a later one seals the forgery'),
  },
  {
    what: 'a run is not sealed when the database says that it is, and nobody looks whether it is so',
    edits: [
      [
        at('verify'),
        'return { entries, faults: [...faults, ...said] };',
        'return { entries, faults: said.length > 0 ? faults : [...faults] };',
      ],
    ],
    caughtBy: seal('finds a chain that is said to be sealed, so that it never will be, which the chains do not show'),
    alsoBy: seal('finds a chain that is said to be sealed further than it is, which the chains do not show'),
  },
  {
    what: 'a run is not sealed when the database names a seal that cannot be',
    edits: [[at('verify'), "  faults.push(...(await saidWrongly(tx, 'seal < 1', subject)));\n", '']],
    caughtBy: seal('finds a chain that is said to be sealed by no seal at all, which the chains do not show'),
  },
  {
    what: 'the signature of a seal is not looked at',
    edits: [
      [
        at('document'),
        "return isSignedBy(key, canonicalJson(seal), signature) ? { seal, sha256: sha256Of(bytes) } : 'no-seal';",
        "return isSignedBy(key, canonicalJson(seal), signature) || key ? { seal, sha256: sha256Of(bytes) } : 'no-seal';",
      ],
    ],
    caughtBy: seal('of three is no seal when a head in it was edited'),
    alsoBy: seal('of three is no seal when another key has signed it under the same id'),
  },
  {
    what: 'a seal by a key that is not listed is believed',
    edits: [[at('document'), "if (!key) return 'unknown-key';", 'if (!key) return { seal, sha256: sha256Of(bytes) };']],
    caughtBy: seal('of three is not believed when a key has signed it that is not listed'),
    alsoBy: seal('is signed by the next key after a rotation, and those before it are believed by theirs'),
  },
  {
    what: 'a seal may be written in more than one way',
    edits: [
      [
        at('document'),
        "    if (!Buffer.from(canonicalJson({ seal, signature })).equals(bytes)) return 'no-seal';\n",
        '',
      ],
    ],
    caughtBy: seal('of three has one form only: a space more is no seal'),
  },
  {
    what: 'a seal may stand under another number',
    edits: [
      [
        at('bucket'),
        "if (typeof seal === 'string' || sealPath(seal.seal.number) !== path) continue;",
        "if (typeof seal === 'string') continue;",
      ],
    ],
    caughtBy: seal('of three is no seal under another number'),
  },
  {
    what: 'the chain of the seals is not followed',
    edits: [[at('verify'), "      fault(number, 'unchained');", '      void 0;']],
    caughtBy: seal('of three is found to be replaced when who has the key has signed another'),
  },
  {
    what: 'a seal that is missing in the middle is not missed',
    edits: [[at('verify'), "for (let missing = come + 1; missing < number; missing++) fault(missing, 'missing');", '']],
    caughtBy: seal('of three is missed in the middle'),
  },
  {
    what: 'a seal that is missing at the end is not missed',
    edits: [[at('verify'), "if (heardOf > come) fault(heardOf, 'missing');", '']],
    caughtBy: seal('of three is missed at the end, and nothing is sealed in its place'),
  },
  {
    what: 'a missing seal is made anew with what is there now',
    edits: [[at('seal'), 'if (heardOf > 0 && !newest)\n', 'if (heardOf < 0 && !newest)\n']],
    caughtBy: seal('of three is missed at the end, and nothing is sealed in its place'),
  },
  {
    what: 'a seal is read as its path holds it now',
    edits: [[at('bucket'), 'of versions.toReversed()) {', 'of deleted ? [] : versions.slice(0, 1)) {']],
    caughtBy: seal(
      'cannot be deleted, nor can its time be shortened; a deletion or another object hides it, and is told',
    ),
  },
  {
    what: 'nobody is told that a seal is hidden by a deletion',
    edits: [[at('bucket'), "since: deleted ? 'deleted' : (await", 'since: deleted ? null : (await']],
    caughtBy: seal(
      'cannot be deleted, nor can its time be shortened; a deletion or another object hides it, and is told',
    ),
  },
  {
    what: 'a seal can be deleted by who may bypass a lock (GOVERNANCE)',
    edits: [
      [at('bucket'), "ObjectLockMode: 'COMPLIANCE',", "ObjectLockMode: 'GOVERNANCE',"],
      [at('bucket'), "return Retention?.Mode === 'COMPLIANCE' &&", 'return Retention?.Mode !== undefined &&'],
    ],
    caughtBy: seal(
      'cannot be deleted, nor can its time be shortened; a deletion or another object hides it, and is told',
    ),
  },
  {
    what: 'seals without a lock are not counted',
    edits: [[at('verify'), 'if (!(await isLocked(seals, seal))) unlocked++;', 'await isLocked(seals, seal);']],
    caughtBy: seal('can be deleted when it has no lock, which is counted'),
  },
  {
    what: 'a seal may be written over (no If-None-Match)',
    edits: [[at('bucket'), "        IfNoneMatch: '*',\n", '']],
    caughtBy: seal('is made once by two sealers at once, both with it in hand before either is there'),
  },
  {
    what: 'who was overtaken by another sealer fails, and seals nothing of what is left',
    edits: [[at('bucket'), 'if ([409, 412].includes(statusOf(error) ?? 0)) return undefined;', 'void 0;']],
    caughtBy: seal('has the next number, and only what is left, when another sealer was quicker'),
  },
  {
    what: 'what a sealer that died has sealed is sealed again',
    edits: [[at('seal'), 'if (number > heardOf) await note(database, seal.seal);', '']],
    caughtBy: seal('is noted by the next sealer when its own dies before it has'),
  },
  {
    what: 'a chain that is shorter than it was sealed is not sealed until it is longer again',
    edits: [
      [
        at('seal'),
        'where h.subject > $1 and h.n > 0 and (h.n, h.hash) is distinct from (s.n, s.hash)',
        'where h.subject > $1 and h.n > coalesce(s.n, 0)',
      ],
    ],
    caughtBy: seal('is made of a chain that is shorter than it was sealed, as one is after the database was put back'),
  },
  {
    what: 'seals of one run are of several moments of the database',
    edits: [
      [at('seal'), 'begin isolation level repeatable read read only', 'begin isolation level read committed read only'],
    ],
    caughtBy: seal('holds so many chains; what is new beyond that is in the next one, of the same moment'),
  },
  {
    what: 'chains are held against seals that were made after the moment at which they are read',
    edits: [
      [AUDIT, '  const listed = seals && (await listSeals(seals, database));\n', ''],
      [
        AUDIT,
        '    const sealed = listed &&',
        '    const listed = seals && (await listSeals(seals, database));\n    const sealed = listed &&',
      ],
    ],
    caughtBy: seal('finds nothing wrong while work and sealing go on'),
  },
  {
    what: 'a seal of another database is taken for the next one',
    edits: [[at('seal'), "throw new SealError('Damaged', `${history.path}: unchained`);", 'void 0;']],
    caughtBy: seal('of another database is not taken for the next one, though the same key has signed it'),
  },
  {
    what: 'what is no seal is locked for years',
    edits: [
      [at('bucket'), "if (typeof made === 'string' || Buffer", "if (typeof made !== 'string' && Buffer"],
      [at('bucket'), 'ChecksumSHA256: made.sha256,', ''],
      [at('bucket'), 'return made;', "return typeof made === 'string' ? undefined : made;"],
    ],
    caughtBy: seal('is not made of what is no head, for it could not be taken back'),
  },
  {
    what: 'another key signs than the one that is listed under its id',
    edits: [[at('keys'), 'if (!(known.get(id) ?? mine).equals(mine))', 'if (!mine.equals(mine))']],
    caughtBy: sealKeys(
      'are refused by id, with nothing of them, when one differs from the one that is listed under its id',
    ),
  },
  {
    what: 'what seals find does not count',
    edits: [
      [
        'src/cli/commands/audit.ts',
        'const faults = report.faults.length + (sealed?.faults.length ?? 0);',
        'const faults = report.faults.length;',
      ],
    ],
    caughtBy: sealing('vouch for what they name, and find what is cut off since, with 1'),
  },
  {
    what: 'without seals nothing is said of what was not looked for',
    edits: [
      [
        'src/cli/commands/audit.ts',
        'const notChecked = sealed?.newest ? [] : BY_SEALS;',
        'const notChecked = sealed?.newest ? BY_SEALS : [];',
      ],
    ],
    caughtBy: sealing('are not looked at where there is none, which `verify` says'),
  },
  {
    what: 'a lock whose time is over counts as one',
    edits: [
      [
        at('bucket'),
        ' && (Retention.RetainUntilDate?.getTime() ?? 0) > clock().getTime()',
        ' && clock().getTime() > 0',
      ],
    ],
    caughtBy: seal('is told to be without a lock when its time is over'),
  },
  {
    what: 'a chain that was put back and has its length again stays as it was sealed',
    edits: [
      [
        at('seal'),
        'where h.subject > $1 and h.n > 0 and (h.n, h.hash) is distinct from (s.n, s.hash)',
        'where h.subject > $1 and h.n > 0 and h.n is distinct from s.n',
      ],
    ],
    caughtBy: seal('names a chain that was put back and has come to its length again, otherwise'),
  },
  {
    what: 'a seal that is late is no finding',
    edits: [
      [
        'src/cli/checks/seals.ts',
        "state: late ? (everSealed ? 'wrong' : 'note') : 'ok',",
        "state: late && !everSealed ? 'note' : 'ok',",
      ],
    ],
    caughtBy: sealing('are late when something has stood under none for longer than is wanted, which `doctor` says'),
  },
];
