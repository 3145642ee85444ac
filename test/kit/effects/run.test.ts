import assert from 'node:assert/strict';
import { bind, type ActivityFunction } from '../../../src/kit/effects/bind.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { PostgresStore } from '../../../src/kit/effects/postgres.ts';
import { bindRun } from '../../../src/kit/effects/run.ts';
import { attempt, cameOf, short } from '../../../src/kit/testing/attempt.ts';
import { bindingOn } from '../../support/bound.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { DOMAIN, inPostgres } from './bodies.ts';
import { local } from './contracts.ts';

describe('a run in the store', () => {
  let database: Database;
  let bound: Record<string, ActivityFunction>;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ database } = await freshDatabase('run'));
    await database.query(DOMAIN);
    const binding = bindingOn(new PostgresStore(database));
    bound = { ...bind(local, inPostgres, binding), ...bindRun(Object.values(local), binding) };
  });
  const started = (workflowId: string, run: number): Promise<object[]> =>
    database.query(
      `insert into kit.inbox (workflow_id, pipeline, workflow, business_id, fingerprint, payload, summary, state, run, received_at)
       values ($1, 'trips', 'bookTrip', $1, 'f', '{}', '', 'started', $2, now())`,
      [workflowId, run],
    );
  const ends = (workflowId: string, fate: string, reason: string | null = null, run = 1): Promise<unknown> =>
    attempt(bound, 'recordFate', { workflowId, run, fate, reason, result: null }, { workflowId });
  const known = async (workflowId: string): Promise<object | undefined> =>
    (await database.query('select state, fate, reason from kit.inbox where workflow_id = $1', [workflowId]))[0];

  it('has the first fate that it came to: a reset that comes to another is given that one', async () => {
    await started('trips/first', 1);
    const first = { fate: 'refused', reason: 'SoldOut', result: null };
    assert.deepEqual(await ends('trips/first', 'refused', 'SoldOut'), first);
    assert.deepEqual(await ends('trips/first', 'completed'), first);
    assert.deepEqual(await known('trips/first'), { state: 'ended', fate: 'refused', reason: 'SoldOut' });
  });

  it('that was started again does not end with the run before it', async () => {
    await started('trips/second', 2);
    await ends('trips/second', 'refused', 'SoldOut', 1);
    assert.deepEqual(await known('trips/second'), { state: 'started', fate: null, reason: null });
    await ends('trips/second', 'completed', null, 2);
    assert.deepEqual(await known('trips/second'), { state: 'ended', fate: 'completed', reason: null });
  });

  it('that has ended makes nothing new, and is given what it did', async () => {
    const of = { workflowId: 'trips/over' };
    const book = (booking: string): Promise<unknown> =>
      cameOf(attempt(bound, 'book', { booking, seats: 2 }, of)).then(short);
    await started('trips/over', 1);
    await book('done');
    await ends('trips/over', 'completed');
    assert.deepEqual(await book('done'), { seats: 2 });
    assert.equal(await book('new'), 'RunEnded');
    assert.deepEqual(await database.query("select key from kit.effects where key ~ 'bookings/(done|new)'"), [
      { key: 'bookings/done' },
    ]);
  });

  it("whose person decides about a key conflict leaves the other's effect as it is", async () => {
    const refused = { booking: 'other', seats: 20 };
    assert.equal(short(await cameOf(attempt(bound, 'book', refused))), 'TooMany');
    await attempt(bound, 'recordResolve', {
      workflowId: 'trips/conflict',
      updateId: 'update-1',
      actor: 'ann',
      reason: 'test',
      key: 'bookings/other',
      activity: 'book',
      forwardKey: null,
      action: 'complete',
      value: { seats: 1 },
      conflict: true,
    });
    assert.equal(short(await cameOf(attempt(bound, 'book', refused))), 'TooMany');
    assert.deepEqual(await database.query('select kind, actor from kit.decisions'), [
      { kind: 'resolve', actor: 'ann' },
    ]);
  });

  it('gives an answer again as it was given, to the same question about the same thing', async () => {
    const trip = { workflowId: 'trips/asked' };
    const question = { ...trip, question: 'approve', asked: 1, shown: { price: 120 } };
    const { fingerprint } = (await attempt(bound, 'openQuestion', question)) as { fingerprint: string };
    const said = { actor: 'ann', reason: 'test', choice: 'yes', value: 110 };
    await attempt(bound, 'recordAnswer', { ...trip, updateId: 'update-2', question: 'approve', fingerprint, ...said });
    assert.deepEqual(await attempt(bound, 'openQuestion', question), { fingerprint, answer: said });
    const other = (await attempt(bound, 'openQuestion', { ...question, shown: { price: 130 } })) as { answer: unknown };
    assert.equal(other.answer, null);
  });
});
