import type { Planted } from '../defect.ts';
import { AUDIT, BIND, EFFECTS_SQL, ROWS } from './files.ts';
import { audit } from './tests.ts';

/** 8: traceable. */
export const traceable: readonly Planted[] = [
  {
    what: 'an entry may be about a key that there is not (no foreign key)',
    edits: [[EFFECTS_SQL, 'text not null references kit.effects (key),', 'text not null,']],
    caughtBy: audit('takes no entry about a key that there is not'),
  },
  {
    what: 'a settled key has no entry',
    edits: [[EFFECTS_SQL, 'perform kit.append_audit(p_subject, p_key, p_entry);', 'null;']],
    caughtBy: audit('has an entry for each settled key, with who, what and when, and finds nothing wrong'),
  },
  {
    what: 'a burned key has no entry',
    edits: [[ROWS, "await audit(tx, 'burned', effect, witness);", '']],
    caughtBy: audit('has an entry for each settled key, with who, what and when, and finds nothing wrong'),
  },
  {
    what: 'a key settled by a person has no entry',
    edits: [['src/kit/effects/postgres.ts', "await audit(tx, 'resolved', { ...found, outcome }, witness);", '']],
    caughtBy: audit('finds nothing wrong when a person settled a key, retried it, or skipped an undo'),
  },
  {
    what: 'a decision has no person in its entry',
    edits: [[BIND, 'contract.actor?.(input) ?? binding.pipeline', 'binding.pipeline']],
    caughtBy: audit('names the person who decided'),
  },
  {
    what: 'two effects of one run at once make two entries of one number',
    edits: [
      [
        EFFECTS_SQL,
        'select * into h from kit.audit_heads where subject = p_subject for update;',
        'select * into h from kit.audit_heads where subject = p_subject;',
      ],
    ],
    caughtBy: audit('makes one chain of the effects that a run has at once'),
  },
  {
    what: 'the hash of an entry is not looked at',
    edits: [[AUDIT, "if (hashOf(chain.hash, row) !== row.hash) fault('hash');", '']],
    caughtBy: audit("finds an entry's text"),
  },
  {
    what: 'an entry is not chained to the one before it',
    edits: [
      [EFFECTS_SQL, "convert_to(p_previous || E'\\n' ||", "convert_to(E'\\n' ||"],
      [AUDIT, 'hashOf(chain.hash, row)', "hashOf('', row)"],
    ],
    caughtBy: audit("finds an entry's hash"),
  },
  {
    what: 'a removed entry is not missed',
    edits: [[AUDIT, "if (n !== chain.n + 1) fault('gap');", '']],
    caughtBy: audit('finds a removed entry'),
  },
  {
    what: 'an outcome is not compared with its entry',
    edits: [[AUDIT, "if (row.latest && !outcomeIsAudited(row, fingerprints)) fault('outcome');", '']],
    caughtBy: audit('finds another outcome under a key'),
  },
  {
    what: 'an outcome that is gone from under a burned key is not missed',
    edits: [[AUDIT, 'return outcome === null\n    ? said.outcome === null\n    :', 'return outcome === null ||']],
    caughtBy: audit('finds a burned key whose outcome is gone'),
  },
  {
    what: 'another state of a key is not seen',
    edits: [[AUDIT, "if (said.event === 'resolved' ? state === 'burned' : said.event !== state) return false;", '']],
    caughtBy: audit('finds another state of a key'),
  },
  {
    what: 'another payload under a key is not seen',
    edits: [
      [
        AUDIT,
        'if (said?.key !== row.key || said.fingerprint !== row.fingerprint) return false;',
        'if (said?.key !== row.key) return false;',
      ],
    ],
    caughtBy: audit('finds another payload under a key'),
  },
  {
    what: "a chain's end is not compared with its head",
    edits: [[AUDIT, 'if (!head || Number(head.n) !== finished.n || head.hash !== finished.hash)', 'if (!head)']],
    caughtBy: audit('finds a chain that ends early'),
  },
  {
    what: 'a chain that is gone is not missed',
    edits: [
      [
        AUDIT,
        "for (const { subject: name } of lost) faults.push({ subject: name, n: null, key: null, fault: 'head' });",
        '',
      ],
    ],
    caughtBy: audit('finds a chain that is gone'),
  },
  {
    what: 'an effect without an entry is not seen',
    edits: [
      [AUDIT, "for (const { key } of silent) faults.push({ subject: '', n: null, key, fault: 'no-entry' });", ''],
    ],
    caughtBy: audit('finds an effect without an entry'),
  },
  {
    what: 'the audit is read at several moments of the database',
    edits: [
      [AUDIT, 'begin isolation level repeatable read read only', 'begin isolation level read committed read only'],
    ],
    caughtBy: audit('finds nothing wrong while work goes on: it looks at one moment of the database'),
  },
];
