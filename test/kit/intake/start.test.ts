import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { z } from 'zod';
import type { Pipeline } from '../../../src/kit/contract/pipeline.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { Conflict, ContractViolation } from '../../../src/kit/effects/errors.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { Inbox } from '../../../src/kit/intake/inbox.ts';
import { quarantine } from '../../../src/kit/intake/quarantine.ts';
import { start, type Starter } from '../../../src/kit/intake/start.ts';
import { sweep } from '../../../src/kit/intake/sweeper.ts';
import { until } from '../../support/conditions.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { Server } from '../../support/temporal.ts';

type Parcel = { id: string; weight?: number | undefined };

const QUEUE = `parcels-${randomUUID()}`;
/** Nobody works on this queue: what is started stays running until a test ends it. */
const parcels: Pipeline<Parcel> = {
  name: QUEUE,
  prefix: QUEUE,
  workflow: 'deliver',
  payload: z.object({ id: z.string(), weight: z.int().optional() }),
  businessId: ({ id }) => id,
  summary: ({ id }) => `parcel ${id}`,
  sealed: false,
};

describe('starting', () => {
  let server: Server;
  let database: Database;
  let starter: Starter;
  let now: number;
  const at = (payload: Json): Promise<Awaited<ReturnType<typeof start>>> => start(starter, parcels, payload);
  const inboxOf = (id: string) => starter.inbox.find(`${parcels.name}/${id}`);
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    server = await Server.open();
    ({ database } = await freshDatabase('start'));
  });
  after(async () => {
    for await (const { workflowId } of server.client.workflow.list({
      query: `TaskQueue = '${parcels.name}' and ExecutionStatus = 'Running'`,
    }))
      await server.client.workflow.getHandle(workflowId).terminate();
    await server.close();
  });
  beforeEach(() => {
    now = Date.parse('2026-03-01T12:00:00Z');
    starter = {
      client: server.client,
      inbox: new Inbox(database),
      fingerprint: sha256,
      atRest: (payload) => payload,
      fromRest: (kept) => kept,
      clock: () => new Date(now),
    };
  });

  it('starts once, and attaches every later delivery to that run', async () => {
    const id = randomUUID();
    const deliveries = await Promise.all(Array.from({ length: 8 }, () => at({ id })));
    assert.equal(deliveries.filter(({ start: how }) => how === 'started').length, 1);
    assert.equal(new Set(deliveries.map((each) => (each.start === 'ended' ? '' : each.runId))).size, 1);
    assert.equal((await at({ id })).start, 'attached');
  });

  it('rejects the same id with another payload, naming both fingerprints', async () => {
    const id = randomUUID();
    await at({ id });
    await assert.rejects(
      at({ id, weight: 3 }),
      (error) =>
        error instanceof Conflict &&
        error.recorded === sha256({ id }) &&
        error.received === sha256({ id, weight: 3 }) &&
        error.message.includes(error.recorded) &&
        error.message.includes(error.received),
    );
  });

  it('refuses bad input with path and code, never the value, and remembers nothing', async () => {
    const id = randomUUID();
    await assert.rejects(
      at({ id, weight: 'SECRET' }),
      (error) =>
        error instanceof ContractViolation &&
        error.message.includes('weight: invalid_type') &&
        !error.message.includes('SECRET'),
    );
    await assert.rejects(at({ id: 'no/slash' }), ContractViolation);
    await assert.rejects(at({ id, weight: 1, padding: 'x'.repeat(300_000) }), /256|262144/);
    assert.equal(await inboxOf(id), undefined);
  });

  it('answers with the recorded fate, however old, and without Temporal', async () => {
    const id = randomUUID();
    await at({ id });
    await database.query(
      `update kit.inbox set state = 'ended', fate = 'completed', result = '{"door": 7}' where business_id = $1`,
      [id],
    );
    await server.client.workflow.getHandle(`${parcels.name}/${id}`).terminate();
    const deaf = { ...starter, client: undefined as never };
    assert.deepEqual(await start(deaf, parcels, { id }), {
      start: 'ended',
      workflowId: `${parcels.name}/${id}`,
      fate: 'completed',
      reason: null,
      result: { door: 7 },
    });
  });

  it('is told the fate of a run that has come to its end since it was looked for', async () => {
    const id = randomUUID();
    const workflowId = `${parcels.name}/${id}`;
    const ended = async (): Promise<never> => {
      await database.query(
        `update kit.inbox set state = 'ended', fate = 'refused', reason = 'TooHeavy' where business_id = $1`,
        [id],
      );
      throw new WorkflowExecutionAlreadyStartedError('closed', workflowId, 'deliver');
    };
    const late = { ...starter, client: { workflow: { start: ended } } as never };
    assert.deepEqual(await start(late, parcels, { id }), {
      start: 'ended',
      workflowId,
      fate: 'refused',
      reason: 'TooHeavy',
      result: null,
    });
    assert.equal((await inboxOf(id))?.state, 'ended');
  });

  it('is remembered before Temporal is asked: what could not be started is started by a sweep, once', async () => {
    const id = randomUUID();
    const deaf = {
      ...starter,
      client: { workflow: { start: () => Promise.reject(new Error('unavailable')) } } as never,
    };
    await assert.rejects(start(deaf, parcels, { id }), /unavailable/);
    assert.equal((await inboxOf(id))?.state, 'received');
    now += 9_000;
    assert.deepEqual((await sweep(starter, [parcels])).started, [], 'it is too young to be another one to start');
    now += 2_000;
    const sweeps = await Promise.all([sweep(starter, [parcels]), sweep(starter, [parcels])]);
    assert.ok(sweeps.some(({ started }) => started.includes(`${parcels.name}/${id}`)));
    assert.equal((await inboxOf(id))?.state, 'started');
    assert.equal((await at({ id })).start, 'attached');
  });

  it('reports a run that closed without a fate, once a while, and never starts it again', async () => {
    const id = randomUUID();
    await at({ id });
    const handle = server.client.workflow.getHandle(`${parcels.name}/${id}`);
    await handle.terminate();
    await until('terminated', async () => (await handle.describe()).status.name === 'TERMINATED');
    now += 301_000;
    assert.ok((await sweep(starter, [parcels])).lost.includes(handle.workflowId), 'it is reported');
    assert.ok(!(await sweep(starter, [parcels])).lost.includes(handle.workflowId), 'it was looked at just now');
    assert.equal((await at({ id })).start, 'attached');
    assert.equal((await handle.describe()).status.name, 'TERMINATED');
  });

  describe('a sweep', () => {
    let lines = 0;
    /** A pipeline that no other test has rows of. */
    const line = (): Pipeline<Parcel> => ({ ...parcels, name: `${QUEUE}-${++lines}`, prefix: `${QUEUE}-${lines}` });
    const remember = async (state: 'received' | 'started', { name }: Pipeline<Parcel>): Promise<string> => {
      const id = randomUUID();
      await database.query(
        `insert into kit.inbox (workflow_id, pipeline, workflow, business_id, fingerprint, payload, summary, state, received_at)
         values ($1, $2, 'deliver', $3, $4, '{}', '', $5, $6)`,
        [`${name}/${id}`, name, id, sha256({}), state, new Date(now - 3_600_000)],
      );
      return `${name}/${id}`;
    };
    /** A Temporal that takes every start but those of `bad`, and knows no run. */
    const clerk = (bad: readonly string[] = []): Starter => ({
      ...starter,
      client: {
        workflow: {
          start: (_workflow: string, { workflowId }: { workflowId: string }) =>
            bad.includes(workflowId)
              ? Promise.reject(new RangeError('bad'))
              : Promise.resolve({ firstExecutionRunId: 'r' }),
          getHandle: (workflowId: string) => server.client.workflow.getHandle(workflowId),
        },
      } as never,
    });

    it('is not held up by a row that cannot be started, and names it', async () => {
      const own = line();
      const [bad, good] = [await remember('received', own), await remember('received', own)];
      const swept = await sweep(clerk([bad]), [own]);
      assert.deepEqual(swept, { started: [good], lost: [], failed: [`${bad}: RangeError`] });
    });

    it('gives each row its turn: those that cannot be started do not keep the others waiting', async () => {
      const own = line();
      const rows = [await remember('received', own), await remember('received', own)];
      const turn = async (): Promise<string[]> =>
        (await starter.inbox.unstarted(own.name, ['deliver'], new Date(now), 1)).map(({ workflowId }) => workflowId);
      assert.deepEqual([...(await turn()), ...(await turn())].toSorted(), rows.toSorted());
    });

    it('is not held up by rows that somebody holds, started or not', async () => {
      const own = line();
      const [busy, free] = [await remember('received', own), await remember('received', own)];
      const [busyRun, lostRun] = [await remember('started', own), await remember('started', own)];
      await database.transaction(async (tx) => {
        await tx.query('select from kit.inbox where workflow_id = any($1) for update', [[busy, busyRun]]);
        assert.deepEqual(await sweep(clerk(), [own]), { started: [free], lost: [lostRun], failed: [] });
      });
    });

    it('reports a run that Temporal does not know any more', async () => {
      const own = line();
      const gone = await remember('started', own);
      assert.deepEqual((await sweep(starter, [own])).lost, [gone]);
    });

    it('does not report a run that has come to its end meanwhile', async () => {
      const own = line();
      const ending = await remember('started', own);
      const describe = async (): Promise<object> => {
        await database.query(`update kit.inbox set state = 'ended', fate = 'completed' where workflow_id = $1`, [
          ending,
        ]);
        return { closeTime: new Date(now), runId: 'ended' };
      };
      const looking = { ...starter, client: { workflow: { getHandle: () => ({ describe }) } } as never };
      assert.deepEqual((await sweep(looking, [own])).lost, []);
    });
  });
});

describe('quarantine', () => {
  it('keeps what cannot be used byte for byte, once, however often it comes', async () => {
    const { database } = await freshDatabase('quarantine');
    const at = new Date();
    const unusable = [
      { position: 'line 2', reason: 'unparseable', body: Buffer.from([0, 255, 10, 65]) },
      ...Array.from({ length: 1_200 }, (_, i) => ({
        position: `line ${i + 3}`,
        reason: 'unparseable',
        body: `row ${i}`,
      })),
    ];
    assert.equal(await quarantine(database, 'orders', 'a.csv', unusable, at), 1_201);
    assert.equal(await quarantine(database, 'orders', 'a.csv', unusable, at), 0);
    assert.equal(await quarantine(database, 'orders', 'b.csv', unusable.slice(0, 1), at), 1);
    const [row] = await database.query<{ body: Buffer }>(
      `select body from kit.quarantine where position = 'line 2' and source = 'a.csv'`,
    );
    assert.deepEqual([...row!.body], [0, 255, 10, 65]);
  });
});
