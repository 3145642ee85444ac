import assert from 'node:assert/strict';
import { verifyAudit, type AuditFault } from '../../../src/kit/effects/audit.ts';
import { Database, databaseCode, type Session } from '../../../src/kit/effects/database.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { durable, type Durable } from './harness.ts';

describe('the audit', () => {
  let store: Durable;
  let database: Database;
  const found = async (): Promise<readonly AuditFault[]> => (await verifyAudit(database, [sha256])).faults;
  const of = (booking: string): { workflowId: string } => ({ workflowId: `orders/${booking}` });

  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    store = await durable('postgres');
    ({ database } = store.far);
    for (const booking of ['a', 'b', 'c']) {
      await store.run('book', { booking, seats: 2 }, of(booking));
      await store.run('cancel', { booking, seats: 2 }, of(booking));
    }
    await store.run('book', { booking: 'refused', seats: 20 }, of('b'));
    await store.run('cancel', { booking: 'never', seats: 1 }, of('b'));
    await store.run('book', { booking: 'kept', seats: 2 }, of('b'));
  });

  it('has an entry for each settled key, with who, what and when, and finds nothing wrong', async () => {
    const rows = await database.query<{ n: string; entry: string }>(
      "select n, entry from kit.audit where subject = 'orders/b' order by n",
    );
    const said = rows.map(({ n, entry }) => {
      const { event, key } = JSON.parse(entry) as { event: string; key: string };
      return `${n} ${event} ${key}`;
    });
    assert.deepEqual(said, [
      '1 applied bookings/b',
      '2 burned bookings/b',
      '3 applied bookings/b/cancel',
      '4 refused bookings/refused',
      '5 burned bookings/never',
      '6 applied bookings/never/cancel',
      '7 applied bookings/kept',
    ]);
    const { at, ...first } = JSON.parse(rows[0]!.entry) as { at: string };
    assert.match(at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(first, {
      event: 'applied',
      key: 'bookings/b',
      activity: 'book',
      workflowId: 'orders/b',
      runId: 'run',
      attempt: 1,
      actor: 'bookings',
      fingerprint: sha256({ booking: 'b', seats: 2 }),
      outcome: sha256({ applied: { seats: 2 } }),
    });
    assert.deepEqual(await verifyAudit(database, [sha256]), { subjects: 3, entries: 13, faults: [] });
  });

  it('finds nothing wrong when a key was settled by one workflow and undone by another', async () => {
    await store.run('book', { booking: 'shared', seats: 2 }, of('one'));
    await store.run('cancel', { booking: 'shared', seats: 2 }, of('other'));
    assert.deepEqual(await found(), []);
  });

  it('finds nothing wrong when a person settled a key, retried it, or skipped an undo', async () => {
    const resolve = (key: string, action: 'retry' | 'skip' | 'complete'): Promise<void> =>
      store.resolve({ key: `bookings/${key}`, activity: 'book', forwardKey: null, action, value: { seats: 1 } });
    await resolve('by-person', 'skip');
    for (const booking of ['r1', 'r2']) await store.run('book', { booking, seats: 20 });
    await resolve('r1', 'complete');
    await resolve('r2', 'retry');
    await store.run('book', { booking: 'r2', seats: 20 });
    await store.run('cancel', { booking: 'r1', seats: 20 });
    await store.close(true);
    await store.run('book', { booking: 'stuck', seats: 2 });
    await store.run('cancel', { booking: 'stuck', seats: 2 });
    const undo = { key: 'bookings/stuck/cancel', activity: 'cancel', forwardKey: 'bookings/stuck' };
    await store.resolve({ ...undo, action: 'skip' });
    await store.close(false);
    assert.deepEqual(await found(), []);
  });

  it('finds nothing wrong while work goes on: it looks at one moment of the database', async () => {
    /** Each time that a chain's end is asked for, it has grown meanwhile. */
    let n = 0;
    class Busy extends Database {
      override connection<T>(story: (session: Session) => Promise<T>): Promise<T> {
        return super.connection((session) =>
          story({
            run: (sql) => session.run(sql),
            query: async (sql, values) => {
              if (/from kit.audit_heads where/.test(sql))
                await store.run('book', { booking: `busy${n++}`, seats: 1 }, of('c'));
              return session.query(sql, values);
            },
          }),
        );
      }
    }
    const busy = new Busy(store.far.site.database, { max: 1 });
    const { faults } = await verifyAudit(busy, [sha256]);
    await busy.close();
    assert.deepEqual(faults, []);
    assert.notEqual(n, 0);
  });

  it('takes no entry about a key that there is not', async () => {
    await assert.rejects(
      database.query("select kit.append_audit('orders/a', 'bookings/nowhere', '{}')"),
      (error) => databaseCode(error) === '23503',
    );
    assert.deepEqual(await found(), []);
  });

  it('names the person who decided', async () => {
    await store.resolve({ key: 'bookings/decided', activity: 'book', forwardKey: null, action: 'skip' });
    const [row] = await database.query<{ entry: string }>(
      "select entry from kit.audit where key like 'tests/one/decisions/%' order by n desc limit 1",
    );
    assert.equal((JSON.parse(row!.entry) as { actor: string }).actor, 'ann');
  });

  it('makes one chain of the effects that a run has at once', async () => {
    const bookings = Array.from({ length: 10 }, (_, i) => `at-once-${i}`);
    const came = await Promise.all(bookings.map((booking) => store.run('book', { booking, seats: 1 }, of('at-once'))));
    assert.deepEqual(came, Array(10).fill({ seats: 1 }));
    assert.deepEqual(await found(), []);
  });

  const B2 = "subject = 'orders/b' and n = 2";
  const fault = (
    kind: AuditFault['fault'],
    n: number | null,
    key: string | null,
    subject = 'orders/b',
  ): AuditFault => ({
    subject,
    n,
    key,
    fault: kind,
  });
  const EDITS: readonly { what: string; sql: string; finds: readonly AuditFault[] }[] = [
    {
      what: "an entry's text",
      sql: `update kit.audit set entry = replace(entry, '"actor":"bookings"', '"actor":"nobody"') where ${B2}`,
      finds: [fault('hash', 2, 'bookings/b')],
    },
    {
      what: 'an entry that is no longer one',
      sql: "update kit.audit set entry = 'x' where subject = 'orders/b' and n = 7",
      finds: [fault('hash', 7, 'bookings/kept'), fault('outcome', 7, 'bookings/kept')],
    },
    {
      what: "an entry's hash",
      sql: `update kit.audit set hash = repeat('0', 64) where ${B2}`,
      finds: [fault('hash', 2, 'bookings/b'), fault('hash', 3, 'bookings/b/cancel')],
    },
    {
      what: 'an entry about another key',
      sql: "update kit.audit set key = 'bookings/a/cancel' where subject = 'orders/b' and n = 3",
      finds: [fault('outcome', 3, 'bookings/a/cancel'), fault('no-entry', null, 'bookings/b/cancel', '')],
    },
    {
      what: 'a removed entry',
      sql: `delete from kit.audit where ${B2}`,
      finds: [
        fault('outcome', 1, 'bookings/b'),
        fault('gap', 3, 'bookings/b/cancel'),
        fault('hash', 3, 'bookings/b/cancel'),
      ],
    },
    {
      what: 'a chain that ends early',
      sql: "delete from kit.audit where subject = 'orders/b' and n = 7",
      finds: [fault('head', null, null), fault('no-entry', null, 'bookings/kept', '')],
    },
    {
      what: 'a chain that is gone',
      sql: "delete from kit.audit where subject = 'orders/a'",
      finds: [
        fault('head', null, null, 'orders/a'),
        fault('no-entry', null, 'bookings/a', ''),
        fault('no-entry', null, 'bookings/a/cancel', ''),
      ],
    },
    {
      what: 'another outcome under a key',
      sql: `update kit.effects set outcome = '{"applied": {"seats": 3}}' where key = 'bookings/kept'`,
      finds: [fault('outcome', 7, 'bookings/kept')],
    },
    {
      what: 'another outcome under a burned key',
      sql: `update kit.effects set outcome = '{"applied": {"seats": 3}}' where key = 'bookings/b'`,
      finds: [fault('outcome', 2, 'bookings/b')],
    },
    {
      what: 'a burned key whose outcome is gone',
      sql: "update kit.effects set outcome = null where key = 'bookings/b'",
      finds: [fault('outcome', 2, 'bookings/b')],
    },
    {
      what: 'another state of a key',
      sql: "update kit.effects set state = 'burned' where key = 'bookings/kept'",
      finds: [fault('outcome', 7, 'bookings/kept')],
    },
    {
      what: 'a key that is unsettled again, to be done a second time',
      sql: "update kit.effects set state = 'intended', outcome = null where key = 'bookings/kept'",
      finds: [fault('outcome', 7, 'bookings/kept')],
    },
    {
      what: 'another payload under a key',
      sql: "update kit.effects set fingerprint = repeat('0', 64) where key = 'bookings/kept'",
      finds: [fault('outcome', 7, 'bookings/kept')],
    },
    {
      what: 'an effect without an entry',
      sql: `insert into kit.effects select 'bookings/x', 'bookings/x', activity, workflow_id, fingerprint, state, outcome, request, sends, intended_at
            from kit.effects where key = 'bookings/kept'`,
      finds: [fault('no-entry', null, 'bookings/x', '')],
    },
  ];
  for (const { what, sql, finds } of EDITS) {
    it(`finds ${what}`, async () => {
      await database.query('drop schema if exists backup cascade');
      await database.query('create schema backup');
      for (const table of ['effects', 'audit', 'audit_heads'])
        await database.query(`create table backup.${table} as table kit.${table}`);
      await database.query(sql);
      const faults = await found();
      await database.transaction(async (tx) => {
        for (const table of ['audit', 'audit_heads', 'effects']) await tx.query(`delete from kit.${table}`);
        for (const table of ['effects', 'audit_heads', 'audit'])
          await tx.query(`insert into kit.${table} select * from backup.${table}`);
      });
      assert.deepEqual(faults, finds);
      assert.deepEqual(await found(), []);
    });
  }
});
