import assert from 'node:assert/strict';
import { z } from 'zod';
import { activity, undo } from '../../../src/kit/contract/activity.ts';
import { bind, type ActivityFunction, type StepLine } from '../../../src/kit/effects/bind.ts';
import { breaches, type Database, type Tx } from '../../../src/kit/effects/database.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../../../src/kit/effects/postgres.ts';
import { attempt, cameOf } from '../../../src/kit/testing/attempt.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { inPostgres } from './bodies.ts';
import * as contract from './contracts.ts';

const PLANTED = 'Elizabeth-4711';

describe('an effect in Postgres', () => {
  let database: Database;
  const lines: StepLine[] = [];
  const binding = (): Parameters<typeof bind<object, Tx>>[2] => ({
    pipeline: 'people',
    store: new PostgresStore(database),
    fingerprint: sha256,
    clock: () => new Date(),
    observe: () => undefined,
    log: (line) => lines.push(line),
  });
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ database } = await freshDatabase('database'));
    await database.query(
      'create table people (id text primary key, name text, age int constraint adult check (age > 17))',
    );
  });
  beforeEach(() => lines.splice(0));
  const people = (): Promise<object[]> => database.query('select id, age from people order by id');

  const Person = { id: z.string(), name: z.string(), age: z.int() };
  const add = activity('add', {
    input: z.object(Person),
    output: z.object({ id: z.string() }),
    key: ({ id }) => `people/${id}`,
    errors: { TooYoung: 'refused' },
    attempt: '15s',
    within: '1 day',
    undo: { none: 'people stay' },
  });
  type Add = (input: { id: string; name: string; age: number }, tx: Tx) => Promise<{ id: string }>;
  const adding = (work: Add): Record<string, ActivityFunction> =>
    bind({ add }, { add: (input, { tx }) => work(input, tx) }, binding());
  const insert = async (
    { id, name, age }: { id: string; name: string; age: number },
    tx: Tx,
  ): Promise<{ id: string }> => {
    await tx.query('insert into people values ($1, $2, $3)', [id, name, age]);
    return { id };
  };

  it("crosses to Temporal and the log with its error's class and code, and with none of its values", async () => {
    const input = { id: 'p1', name: PLANTED, age: 4 };
    const came = await cameOf(attempt(adding(insert), 'add', input));
    assert.deepEqual(came, { failure: 'Unexpected', message: 'DatabaseError 23514' });
    const [line] = lines;
    assert.equal(line?.outcome, 'Unexpected');
    assert.match(line?.error ?? '', /^DatabaseError 23514\n\s+at /);
    assert.doesNotMatch(JSON.stringify([came, lines]), new RegExp(PLANTED));
    assert.deepEqual(await people(), []);
  });

  it('crosses without the values in the text of an error of ours', async () => {
    const bound = adding(() => Promise.reject(new RangeError(`no place for ${PLANTED}\n    at ${PLANTED}`)));
    const came = await cameOf(attempt(bound, 'add', { id: 'p2', name: PLANTED, age: 40 }));
    assert.deepEqual(came, { failure: 'Unexpected', message: 'RangeError' });
    assert.doesNotMatch(JSON.stringify([came, lines]), new RegExp(PLANTED));
  });

  it('may refuse by a constraint: the breach of it is the declared refusal', async () => {
    const bound = bind(
      { add },
      {
        add: async (input, { tx, refuse }) =>
          insert(input, tx).catch((error: unknown) => {
            throw breaches(error, 'adult') ? refuse('TooYoung') : error;
          }),
      },
      binding(),
    );
    const input = { id: 'p3', name: PLANTED, age: 4 };
    for (const n of [1, 2])
      assert.deepEqual(await cameOf(attempt(bound, 'add', input, { attempt: n })), {
        failure: 'TooYoung',
        message: 'TooYoung',
      });
    assert.deepEqual(await database.query("select state, outcome from kit.effects where key = 'people/p3'"), [
      { state: 'refused', outcome: { refused: { type: 'TooYoung', detail: '' } } },
    ]);
    assert.deepEqual(await people(), []);
  });

  it('whose output is not of the contract is rolled back, key and all', async () => {
    const bound = adding(async (input, tx) => ({ ...(await insert(input, tx)), id: 7 as never }));
    assert.deepEqual(await cameOf(attempt(bound, 'add', { id: 'p4', name: 'x', age: 40 })), {
      failure: 'ContractViolation',
      message: 'add output: id: invalid_type',
    });
    assert.deepEqual(await people(), []);
    assert.deepEqual(await database.query("select key from kit.effects where key = 'people/p4'"), []);
  });

  it('whose output is over the limit is rolled back, key and all', async () => {
    const bound = adding(async (input, tx) => ({ ...(await insert(input, tx)), id: 'x'.repeat(300_000) }));
    const came = await cameOf(attempt(bound, 'add', { id: 'p5', name: 'x', age: 40 }));
    assert.deepEqual(came, {
      failure: 'ContractViolation',
      message: 'add output: 300009 bytes, the limit is 262144',
    });
    assert.deepEqual(await people(), []);
  });

  it('that was tried under version 1 of its contract is found by version 2, which has a field more', async () => {
    const two = activity('add', {
      input: z.object({ ...Person, nickname: z.string().optional() }),
      output: z.object({ id: z.string(), since: z.string().optional() }),
      key: ({ id }) => `people/${id}`,
      errors: { TooYoung: 'refused' },
      attempt: '15s',
      within: '1 day',
      undo: { none: 'people stay' },
    });
    const input = { id: 'p6', name: 'x', age: 40 };
    const first = await attempt(adding(insert), 'add', input);
    const bound = bind({ add: two }, { add: () => assert.fail('it was done already') }, binding());
    assert.deepEqual(await attempt(bound, 'add', input, { attempt: 2 }), first);
    assert.deepEqual(await people(), [{ id: 'p6', age: 40 }]);
  });

  it('gives a sign of life every third of its heartbeat time-out, and none once it is over', async () => {
    let signs = 0;
    let third = (): void => undefined;
    const alive = new Promise<void>((resolve) => {
      third = resolve;
    });
    const onHeartbeat = (): void => {
      if (++signs === 3) third();
    };
    const bound = adding(async (input, tx) => alive.then(() => insert(input, tx)));
    await attempt(bound, 'add', { id: 'p7', name: 'x', age: 40 }, { heartbeatMs: 30, onHeartbeat });
    assert.equal(signs >= 3, true);
  });

  it('is kept waiting by a frozen one only as long as the time-outs allow', async () => {
    const short = { lockMs: 100, statementMs: 5_000, idleInTransactionMs: 5_000 };
    const { url, database: impatient } = await freshDatabase('impatient', short);
    assert.match(url, /evenkeel_test_impatient$/);
    await impatient.query(
      'create table bookings (n bigint generated always as identity, what text, key text, booking text, seats int)',
    );
    const bound = bind(contract.local, inPostgres, { ...binding(), store: new PostgresStore(impatient) });
    await impatient.transaction(async (tx) => {
      await tx.query("select kit.claim('bookings/held', 'book', 'x', 'intended', null, now(), 'nobody')");
      assert.deepEqual(await cameOf(attempt(bound, 'book', { booking: 'held', seats: 1 })), {
        failure: 'Unexpected',
        message: 'DatabaseError 55P03',
      });
    });
  });

  it('needs the forward of its undo in the same module', async () => {
    const lonely = undo('lonely', {
      input: z.object({}),
      key: () => 'lonely',
      errors: {},
      attempt: '1s',
      within: '1 day',
    });
    const bound = bind({ lonely }, { lonely: () => Promise.resolve() }, binding());
    assert.deepEqual(await cameOf(attempt(bound, 'lonely', {})), {
      failure: 'ContractViolation',
      message: 'lonely undoes no activity of its module',
    });
  });
});
