import type { Planted } from '../defect.ts';
import { BIND, CALL, DATABASE, EFFECTS_SQL, FINGERPRINT, POSTGRES, PROTOCOL, STORE } from './files.ts';
import { pg, keyed, database, fingerprint, harness, violation, saga, manifest } from './tests.ts';

/** 2: applied once, in our own store. */
export const applied: readonly Planted[] = [
  {
    what: 'the key is committed before its effect',
    edits: [
      [
        POSTGRES,
        "await this.#observe('claimed', found);",
        "await session.run('commit; begin; savepoint work');\n      await this.#observe('claimed', found);",
      ],
    ],
    caughtBy: database('whose output is not of the contract is rolled back, key and all'),
    alsoBy: harness('proves what is postgres, at every barrier'),
  },
  {
    what: 'the effect is committed before its key',
    edits: [
      [
        POSTGRES,
        'await attempt(() => work(session, found.key));',
        'await attempt(() => this.#database.transaction((tx) => work(tx, found.key)));',
      ],
    ],
    caughtBy: database('whose audit entry cannot be made is not done'),
  },
  {
    what: 'a key that is there already does not stop a second attempt',
    edits: [
      [
        POSTGRES,
        "if (!fresh) {\n        await session.run('rollback');\n        return { ...matching(found, claim), fresh };",
        "if (found.state === 'burned') {\n        await session.run('rollback');\n        return { ...matching(found, claim), fresh };",
      ],
    ],
    caughtBy: pg('using a key gives the stored outcome to a later attempt, which does nothing'),
  },
  {
    what: 'the fingerprint is not checked',
    edits: [
      [STORE, '|| effect.fingerprint === fingerprint) return effect;', '|| effect.fingerprint !== "") return effect;'],
    ],
    caughtBy: pg('using a key refuses another payload under the same key, naming both fingerprints, and does nothing'),
  },
  {
    what: 'the fingerprint of a remote effect is not checked',
    edits: [[PROTOCOL, '{ ...matching(found, r.claim), fresh: false }', '{ ...found, fresh: false }']],
    caughtBy: keyed(
      'using a key refuses another payload under the same key, naming both fingerprints, and does nothing',
    ),
  },
  {
    what: 'volatile fields count: another clerk is another payload',
    edits: [[BIND, 'withoutVolatile(raw, contract.volatile)', 'raw']],
    caughtBy: pg('using a key gives the stored outcome to a later attempt, which does nothing'),
  },
  {
    what: 'a key may be of any form',
    edits: [[BIND, 'if (!KEY.test(key)) throw', 'if (key === "") throw']],
    caughtBy: pg('using a key refuses a key that is too long or not of the grammar, before anything is done'),
  },
  {
    what: 'a key may be of any length',
    edits: [[BIND, 'if (key.length > KEY_LIMIT)', 'if (key === "")']],
    caughtBy: pg('using a key refuses a key that is too long or not of the grammar, before anything is done'),
  },
  {
    what: 'the fingerprint is of the payload as parsed: what this version does not know is left out',
    edits: [[BIND, 'withoutVolatile(raw, contract.volatile)', 'withoutVolatile(input, contract.volatile)']],
    caughtBy: database('that was tried under version 1 of its contract is found by version 2, which has a field more'),
  },
  {
    what: 'an input of any size is taken',
    edits: [[BIND, 'within(PAYLOAD_LIMIT_BYTES, raw as Json, `${contract.name} input`);', '']],
    caughtBy: pg('using a key refuses an input over the limit, or not of the contract, before anything is done'),
  },
  {
    what: 'an input that is not of the contract is taken',
    edits: [[BIND, 'checked(contract.input, raw, `${contract.name} input`)', 'raw']],
    caughtBy: pg('using a key refuses an input over the limit, or not of the contract, before anything is done'),
  },
  {
    what: 'an output that is too large for Temporal is committed',
    edits: [[PROTOCOL, 'within(PAYLOAD_LIMIT_BYTES, output, `${contract.name} output`);', '']],
    caughtBy: database('whose output is over the limit is rolled back, key and all'),
  },
  {
    what: 'an output that is not of the contract is committed',
    edits: [[PROTOCOL, 'checked(contract.output, value, `${contract.name} output`) as Json', 'value as Json']],
    caughtBy: database('whose output is not of the contract is rolled back, key and all'),
  },
  {
    what: 'a paused transaction keeps its locks',
    edits: [[DATABASE, 'idle_in_transaction_session_timeout: timeouts.idleInTransactionMs,', '']],
    caughtBy: database('takes the key of a frozen one, which loses its locks with its session'),
  },
  {
    what: 'a lock is waited for without an end',
    edits: [[DATABASE, 'lock_timeout: timeouts.lockMs,', '']],
    caughtBy: database('is kept waiting by a frozen one only as long as the time-outs allow'),
  },
  {
    what: 'a statement may take any time',
    edits: [[DATABASE, 'statement_timeout: timeouts.statementMs,', '']],
    caughtBy: database('whose statement takes too long is given up'),
  },
  {
    what: 'an attempt gives no sign of life',
    edits: [[BIND, 'setInterval(() => context.heartbeat(), heartbeatTimeoutMs / 3)', 'undefined']],
    caughtBy: database('gives a sign of life every third of its heartbeat time-out, and none once it is over'),
    hangs: true,
  },
  {
    what: 'an attempt that is over goes on giving signs of life',
    edits: [[BIND, 'clearInterval(signs);', '']],
    caughtBy: database('gives a sign of life every third of its heartbeat time-out, and none once it is over'),
  },
  {
    what: 'the next generation of a key is the first one',
    edits: [[EFFECTS_SQL, "coalesce((select '#' || generation from", "coalesce((select '' from"]],
    caughtBy: pg('a refusal is done anew under the next generation when a person says retry'),
  },
  {
    what: 'a retried refusal keeps its generation',
    edits: [[POSTGRES, "await tx.query('select kit.raise_generation($1)', [waiting]);", '']],
    caughtBy: pg('a refusal is done anew under the next generation when a person says retry'),
  },
  {
    what: 'the bounds of a contract do not reach Temporal: a dead worker is not noticed',
    edits: [
      [
        CALL,
        'proxyActivities<Proxy>({ ...declared, ...(heartbeatTimeout === undefined ? {} : { heartbeatTimeout }) })',
        'proxyActivities<Proxy>(declared)',
      ],
    ],
    caughtBy: saga('going forward asks of Temporal what the contract declares'),
  },
  {
    what: 'two activities of a pipeline have one name',
    edits: [
      [
        'src/kit/worker/manifest.ts',
        'if (named !== undefined) throw new TypeError(`two activities are called ${named}`);',
        '',
      ],
    ],
    caughtBy: manifest('is refused when two of its activities have one name: one would stand for both'),
  },
  {
    what: 'the order of the fields is part of the fingerprint',
    edits: [
      [
        FINGERPRINT,
        'text = canonicalize(value);',
        `canonicalize(value);
    text = JSON.stringify(value);`,
      ],
    ],
    caughtBy: fingerprint(
      'is the same whatever the order of fields, at every depth, and another for another order of a list',
    ),
  },
  {
    what: 'sizes are counted in characters and not in bytes',
    edits: [[FINGERPRINT, 'Buffer.byteLength(text)', 'text.length']],
    caughtBy: violation('is also a size over the limit, in bytes and not in characters'),
  },
  {
    what: "a person's retry does again what is applied",
    edits: [
      [
        POSTGRES,
        "if (found?.state === 'refused' || found?.state === 'burned') {",
        "if (found !== undefined && found.state !== 'intended') {",
      ],
    ],
    caughtBy: pg('a person cannot retry what is applied: it is given its outcome'),
  },
  {
    what: 'an attempt does not wait for the undo that is at work (no lock on a key that is there)',
    edits: [
      [
        EFFECTS_SQL,
        'select * into effect from kit.effects where key = k for update;',
        'select * into effect from kit.effects where key = k;',
      ],
    ],
    caughtBy: database('that comes while its undo is at work waits for that, and is Burned'),
  },
];
