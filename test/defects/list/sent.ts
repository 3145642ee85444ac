import type { Planted } from '../defect.ts';
import { EFFECTS_SQL, POSTGRES, PROTOCOL, REMOTE, S3 } from './files.ts';
import { harness, key, remote, object } from './tests.ts';

/** 2: applied once, at a provider or in an object. */
export const sent: readonly Planted[] = [
  {
    what: 'a remote call is recorded after it was made',
    edits: [
      [
        PROTOCOL,
        'return store.intend(r.claim, key, request, r.witness);',
        `const attempt = attemptAt(contract, key, r.binding) as never;
    const answer = (await body.send(request, attempt)) as Json;
    const intended = await store.intend(r.claim, key, request, r.witness);
    if (intended === 'outdated') return intended;
    return { ...(await store.settle(intended.key, { applied: answer }, r.witness)), fresh: true };`,
      ],
    ],
    caughtBy: remote('keyed: whose answer was lost is settled by the next attempt, without a second effect'),
  },
  {
    what: 'a request is made anew and not resent',
    edits: [
      [
        PROTOCOL,
        'const effect = found ? { ...matching(found, r.claim), fresh: false } : await prepare();',
        `const again = found?.state === 'intended' ? { request: await body.request(r.input, attemptAt(contract, key, r.binding) as never) } : {};
  const effect = found ? { ...matching(found, r.claim), ...again, fresh: false } : await prepare();`,
      ],
    ],
    caughtBy: remote('probeable: whose answer was lost is settled by the next attempt, without a second effect'),
  },
  {
    what: 'what may have been sent is sent again without a look',
    edits: [[REMOTE, 'if (body.probe) return outcomeOf(await body.probe(effect.request, attempt));\n  const', 'const']],
    caughtBy: remote('probeable: whose answer was lost is settled by the next attempt, without a second effect'),
    alsoBy: harness('proves what is probeable, at every barrier'),
  },
  {
    what: 'what has neither keys nor look-up is sent again blindly',
    edits: [[REMOTE, "(contract.remote === 'neither' || forgotten)", 'forgotten']],
    caughtBy: remote('neither: whose answer was lost goes to a person, who skips it: the step is refused as Skipped'),
    alsoBy: harness('proves what is neither, at every barrier'),
  },
  {
    what: 'a key that the provider has forgotten is sent under again',
    edits: [[REMOTE, "(contract.remote === 'neither' || forgotten)", "contract.remote === 'neither'"]],
    caughtBy: remote('keyed: beyond what the provider remembers is not sent again: it is in doubt'),
  },
  {
    what: 'two attempts that look at the same moment both send (no compare-and-set)',
    edits: [
      [
        POSTGRES,
        "where key = $1 and sends = $2 and state = 'intended' returning key",
        "where key = $1 and sends >= $2 and state = 'intended' returning key",
      ],
    ],
    caughtBy: remote(
      'neither: whose answer was lost goes to a person, who says that it did not happen: of two attempts at once, one sends',
    ),
  },
  {
    what: 'what was settled meanwhile is sent all the same',
    edits: [
      [
        POSTGRES,
        "where key = $1 and sends = $2 and state = 'intended' returning key",
        'where key = $1 and sends = $2 returning key',
      ],
    ],
    caughtBy: remote(
      'neither: whose answer was lost goes to a person, who skips it while an attempt is about to send: it is not sent',
    ),
  },
  {
    what: 'a late answer settles a key that was settled already',
    edits: [
      [
        EFFECTS_SQL,
        "where key = p_key and state = 'intended' returning * into effect;",
        'where key = p_key returning * into effect;',
      ],
    ],
    caughtBy: remote('keyed: whose answer comes after its undo is Burned, and changes nothing'),
  },
  {
    what: 'a refusal overrides what an earlier attempt in doubt has done',
    edits: [
      [
        REMOTE,
        "typeof known !== 'string' && 'applied' in known\n          ? known",
        "typeof known !== 'string' && 'applied' in known && sends < 0\n          ? known",
      ],
    ],
    caughtBy: remote('probeable: refused, though an earlier attempt was quicker, is what that one did'),
  },
  {
    what: 'a request that would fail for ever under its key is not amended',
    edits: [[REMOTE, 'if (amended !== undefined) await call.resend(effect.key, sends, amended);', '']],
    caughtBy: remote('keyed: whose failure the provider replays is sent under another key, recorded before'),
  },
  {
    what: 'an object may be written over (no If-None-Match)',
    edits: [[S3, "IfNoneMatch: '*',", '']],
    caughtBy: object('whose path holds something else is a conflict, and overwrites nothing'),
    alsoBy: harness('proves what is object, at every barrier'),
  },
  {
    what: "another's bytes at the path count as ours (no compare of SHA-256)",
    edits: [[S3, 'if (there !== sha256) throw new Conflict(path, there, sha256);', '']],
    caughtBy: object('whose path holds something else is a conflict, and overwrites nothing'),
  },
  {
    what: 'the version of a lost write is not learnt',
    edits: [[S3, 'return found.VersionId ?? null;', 'return null;']],
    caughtBy: object('that another has written with the same bytes counts as written'),
  },
  {
    what: 'what two attempts find lapsed gets two next generations',
    edits: [[POSTGRES, "if (row?.state !== 'intended') return;", 'if (row === undefined) return;']],
    caughtBy: remote('probeable: that two attempts find lapsed is done anew once, under one next generation'),
  },
  {
    what: 'a request that was made for a generation that is no more is recorded under the next',
    edits: [[POSTGRES, 'const outdated = fresh && found.key !== key;', 'const outdated = fresh && key === undefined;']],
    caughtBy: key(
      'a story that was told otherwise once a request that was made for a generation that is no more is not sent (Postgres)',
    ),
  },
];
