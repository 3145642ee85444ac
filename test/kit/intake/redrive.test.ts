import assert from 'node:assert/strict';
import { ContractViolation } from '../../../src/kit/effects/errors.ts';
import { verifyAudit } from '../../../src/kit/effects/audit.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import type { Observe } from '../../../src/kit/effects/store.ts';
import type { Kept } from '../../../src/kit/intake/inbox.ts';
import { redrive } from '../../../src/kit/intake/redrive.ts';
import { openedPayload, start, startReceived } from '../../../src/kit/intake/start.ts';
import { sweep, type Swept } from '../../../src/kit/intake/sweeper.ts';
import { openJson, parseKeyring, sealJson } from '../../../src/kit/worker/codec.ts';
import { Agency, BY } from '../../support/agency.ts';
import { Gate, until } from '../../support/conditions.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { bundleOf, Server, statusOf } from '../../support/temporal.ts';
import { TEST_PAYLOAD_KEYS } from '../../support/test-keys.ts';

describe('redriving', () => {
  let server: Server;
  let database: Database;
  const agencies: Agency[] = [];
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    [server, { database }] = await Promise.all([
      Server.open(),
      freshDatabase('redrive'),
      bundleOf('test/support/workflows/index.ts'),
    ]);
  });
  after(async () => {
    await Promise.allSettled(agencies.map(({ handle }) => handle.terminate())); // those that still run
    await server.close();
  });

  /** A run that nobody works on. */
  async function started(observe?: Observe): Promise<Agency> {
    const agency = new Agency(server, database, 'bookTrip', observe);
    agencies.push(agency);
    await agency.start();
    return agency;
  }
  async function terminated(observe?: Observe): Promise<Agency> {
    const agency = await started(observe);
    await agency.terminate();
    return agency;
  }
  const rowOf = async (agency: Agency): Promise<Kept> => (await agency.redriver.inbox.kept(agency.workflowId))!;
  /** Long enough after the delivery. */
  const swept = ({ redriver, pipeline }: Agency): Promise<Swept> =>
    sweep({ ...redriver, clock: () => new Date(Date.now() + 11_000) }, [pipeline]);
  const decided = ({ workflowId }: Agency): Promise<object[]> =>
    database.query('select update_id, kind, actor, reason from kit.decisions where workflow_id = $1', [workflowId]);
  const unavailable = ({ redriver }: Agency): Agency['redriver'] => {
    const { client } = redriver;
    const workflow = { getHandle: client.workflow.getHandle.bind(client.workflow), start: fails };
    return { ...redriver, client: { workflow } as never };
  };
  const fails = (): Promise<never> => Promise.reject(new Error('unavailable'));

  it('makes the next run of one that was terminated, says who and why, and leaves the chain whole', async () => {
    const agency = await terminated();
    const { runId } = await agency.inbox();
    const redriven = await agency.redrive();
    const row = await agency.inbox();
    assert.deepEqual(redriven, { redrive: 'redriven', workflowId: agency.workflowId, run: 2, runId: row.runId });
    assert.deepEqual([row.state, row.run], ['started', 2]);
    assert.notEqual(row.runId, runId);
    assert.deepEqual(await decided(agency), [{ update_id: 'runs/2', kind: 'redrive', ...BY }]);
    const [entry] = await database.query<{ entry: string }>('select entry from kit.audit where subject = $1', [
      agency.workflowId,
    ]);
    const { event, key, actor, attempt } = JSON.parse(entry!.entry) as Record<string, unknown>;
    assert.deepEqual(
      { event, key, actor, attempt },
      { event: 'applied', key: `${agency.workflowId}/runs/2/redrive`, actor: 'ann', attempt: 1 },
    );
    assert.deepEqual((await verifyAudit(database, [sha256], { subject: agency.workflowId })).faults, []);
    await until('visible', async () => (await agency.runs()).length === 2);
    assert.deepEqual(await agency.runs(), [1, 2]);
  });

  it('makes another each time that it is closed again', async () => {
    const agency = await terminated();
    await agency.redrive();
    await agency.terminate();
    assert.deepEqual((await agency.redrive()).redrive, 'redriven');
    assert.equal((await agency.inbox()).run, 3);
  });

  /** Received, and Temporal could not be reached. */
  async function received(): Promise<Agency> {
    const agency = new Agency(server, database, 'bookTrip');
    agencies.push(agency);
    const deaf = { ...agency.redriver, client: { workflow: { start: fails } } as never };
    await assert.rejects(start(deaf, agency.pipeline, { trip: agency.trip }), /unavailable/);
    return agency;
  }

  it('takes what is gone from Temporal, too', async () => {
    const agency = await received();
    await agency.redriver.inbox.started(agency.workflowId, 1, 'forgotten since');
    assert.equal((await agency.redrive()).redrive, 'redriven');
    await until('visible', async () => (await agency.runs()).length === 1);
    assert.deepEqual(await agency.runs(), [2]);
  });

  it('starts what was received and never started, which is no decision', async () => {
    const agency = await received();
    const { workflowId } = agency;
    const redriven = await agency.redrive();
    const { run, runId, state } = await agency.inbox();
    assert.deepEqual(redriven, { redrive: 'started', workflowId, run: 1, runId });
    assert.deepEqual([run, state, await decided(agency)], [1, 'started', []]);
  });

  it('of one that was started and terminated before that was known makes the next run', async () => {
    const agency = await terminated();
    await database.query(`update kit.inbox set state = 'received' where workflow_id = $1`, [agency.workflowId]);
    assert.equal((await agency.redrive()).redrive, 'redriven');
    assert.equal((await agency.inbox()).run, 2);
  });

  describe('changes nothing', () => {
    it('when nothing was ever started under this id', async () => {
      const { redriver } = await started();
      await assert.rejects(redrive(redriver, 'trips/never', BY), {
        name: 'ContractViolation',
        message: 'nothing was ever started as trips/never',
      });
    });

    it('when the run is running', async () => {
      const agency = await started();
      const before = await rowOf(agency);
      const { workflowId, run, runId } = before;
      assert.deepEqual(await agency.redrive(), { redrive: 'running', workflowId, run, runId });
      assert.deepEqual(await rowOf(agency), before);
      assert.deepEqual(await decided(agency), []);
    });

    const end = ({ workflowId }: Agency): Promise<unknown> =>
      database.query(
        `update kit.inbox set state = 'ended', fate = 'refused', reason = 'SoldOut' where workflow_id = $1`,
        [workflowId],
      );
    const fate = ({ workflowId }: Agency): object => ({
      redrive: 'ended',
      workflowId,
      fate: 'refused',
      reason: 'SoldOut',
      result: null,
    });

    it('when the run has ended, and gives its fate', async () => {
      const agency = await terminated();
      await end(agency);
      assert.deepEqual(await agency.redrive(), fate(agency));
      assert.deepEqual(await decided(agency), []);
    });

    it('when it ends while somebody looks', async () => {
      const agency = await terminated();
      const { client } = agency.redriver;
      const slow = {
        workflow: {
          getHandle: (id: string) => ({
            describe: async () => {
              const description = await client.workflow.getHandle(id).describe();
              await end(agency);
              return description;
            },
          }),
        },
      };
      assert.deepEqual(
        await redrive({ ...agency.redriver, client: slow as never }, agency.workflowId, BY),
        fate(agency),
      );
      assert.deepEqual(await decided(agency), []);
      assert.deepEqual(await agency.effects(), []);
    });

    it('when the payload is not the one that was received, naming both fingerprints and no value', async () => {
      const agency = await terminated();
      await database.query(`update kit.inbox set payload = '{"trip": "to the moon"}' where workflow_id = $1`, [
        agency.workflowId,
      ]);
      await assert.rejects(agency.redrive(), {
        name: 'ContractViolation',
        message:
          `${agency.workflowId}: the payload at rest has fingerprint ${sha256({ trip: 'to the moon' })}, ` +
          `it was received with ${sha256({ trip: agency.trip })}`,
      });
      const { state, run } = await agency.inbox();
      assert.deepEqual([state, run, await decided(agency)], ['started', 1, []]);
    });

    it('when a sealed payload cannot be opened', async () => {
      const ring = parseKeyring(TEST_PAYLOAD_KEYS);
      const agency = await terminated();
      const sealed = sealJson(ring, { trip: agency.trip });
      const kept = async (payload: object): Promise<void> => {
        await database.query('update kit.inbox set payload = $2 where workflow_id = $1', [
          agency.workflowId,
          JSON.stringify(payload),
        ]);
      };
      const redriver = { ...agency.redriver, fromRest: (at: unknown) => openJson(ring, at as { sealed: string }) };
      await kept({ sealed: `${sealed.sealed.slice(0, -8)}AAAAAAA=` });
      await assert.rejects(redrive(redriver, agency.workflowId, BY), {
        name: 'ContractViolation',
        message: `${agency.workflowId}: the payload at rest cannot be opened`,
      });
      await kept(sealed);
      assert.equal((await redrive(redriver, agency.workflowId, BY)).redrive, 'redriven');
    });

    it('when nobody decides', async () => {
      const agency = await terminated();
      await assert.rejects(agency.redrive({ actor: '', reason: '' }), ContractViolation);
      assert.equal((await agency.inbox()).run, 1);
    });
  });

  it('by two at once makes one run; the other is told whose it is', async () => {
    const inside = new Gate();
    const first = await terminated((point) => (point === 'claimed' ? inside.pass() : undefined));
    const second = { ...first.redriver, store: new Agency(server, database, 'bookTrip').redriver.store };
    const won = first.redrive();
    await inside.arrived;
    const lost = redrive(second, first.workflowId, { actor: 'bob', reason: 'the same' });
    await until('the other waits for the lock of the key', async () => {
      const waits = await database.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waits.length === 1;
    });
    inside.open();
    const { workflowId } = first;
    assert.equal((await won).redrive, 'redriven');
    assert.deepEqual(await lost, { redrive: 'overtaken', workflowId, run: 2, actor: 'ann' });
    assert.deepEqual(await decided(first), [{ update_id: 'runs/2', kind: 'redrive', ...BY }]);
    assert.equal((await first.inbox()).run, 2);
    await until('visible', async () => (await first.runs()).length === 2);
    assert.deepEqual((await verifyAudit(database, [sha256], { subject: workflowId })).faults, []);
  });

  it('that was overtaken by more than one run looks again, and records nothing under the run that it meant', async () => {
    const agency = await terminated();
    const { inbox } = agency.redriver;
    let looked = false;
    const late = {
      ...agency.redriver,
      inbox: Object.assign(Object.create(inbox) as typeof inbox, {
        kept: async (id: string) => {
          const row = await inbox.kept(id);
          if (looked) return row;
          looked = true;
          await database.query('update kit.inbox set run = 7 where workflow_id = $1', [id]);
          return row;
        },
        find: inbox.find.bind(inbox),
        started: inbox.started.bind(inbox),
      }),
    };
    const redriven = await redrive(late, agency.workflowId, BY);
    assert.deepEqual([redriven.redrive, 'run' in redriven && redriven.run], ['redriven', 8]);
    assert.deepEqual(await agency.effects(), ['applied runs/8/redrive']);
  });

  describe('what was decided and not started', () => {
    const stranded = async (): Promise<Agency> => {
      const agency = await terminated();
      await assert.rejects(redrive(unavailable(agency), agency.workflowId, BY), /unavailable/);
      const { state, run, runId } = await agency.inbox();
      assert.deepEqual([state, run, runId], ['received', 2, null]);
      return agency;
    };

    it('is started by a sweep, once', async () => {
      const agency = await stranded();
      const sweeps = await Promise.all([swept(agency), swept(agency)]);
      assert.deepEqual(
        sweeps.flatMap(({ failed }) => failed),
        [],
      );
      const { state, run } = await agency.inbox();
      assert.deepEqual([state, run], ['started', 2]);
      await until('visible', async () => (await agency.runs()).length === 2);
      assert.deepEqual(await agency.runs(), [1, 2]);
    });

    it('is started by another redrive, which decides nothing', async () => {
      const agency = await stranded();
      const { redrive, run } = (await agency.redrive()) as { redrive: string; run: number };
      assert.deepEqual([redrive, run], ['started', 2]);
      assert.equal((await decided(agency)).length, 1);
    });

    it('is started by a delivery that comes again', async () => {
      const agency = await stranded();
      await agency.start();
      const { state, run } = await agency.inbox();
      assert.deepEqual([state, run, await statusOf(agency.handle)], ['started', 2, 'RUNNING']);
    });

    it('is not swept up when its payload was edited', async () => {
      const agency = await stranded();
      await database.query(`update kit.inbox set payload = '{}' where workflow_id = $1`, [agency.workflowId]);
      assert.deepEqual((await swept(agency)).failed, [`${agency.workflowId}: ContractViolation`]);
      assert.equal((await agency.inbox()).state, 'received');
    });
  });

  describe('a starter that comes late', () => {
    /** Somebody holds the row as it was when it was to be started; since then it ran, and was terminated again. */
    async function late(): Promise<{ agency: Agency; row: Kept }> {
      const agency = await terminated();
      await assert.rejects(redrive(unavailable(agency), agency.workflowId, BY));
      const row = await rowOf(agency);
      await agency.redrive();
      await agency.terminate();
      return { agency, row };
    }
    const only = async (agency: Agency): Promise<void> => {
      await until('visible', async () => (await agency.runs()).length >= 2);
      assert.deepEqual([await agency.runs(), await statusOf(agency.handle)], [[1, 2], 'TERMINATED']);
    };

    it('finds that the run was there, and starts nothing', async () => {
      const { agency, row } = await late();
      const { redriver } = agency;
      const { runId } = await agency.handle.describe();
      assert.deepEqual(await startReceived(redriver, row, openedPayload(redriver, row), 'started'), {
        start: 'attached',
        workflowId: agency.workflowId,
        runId,
      });
      await only(agency);
    });

    it('starts nothing either when it had looked before, and slept since', async () => {
      const agency = await terminated();
      const { redriver } = agency;
      await assert.rejects(redrive(unavailable(agency), agency.workflowId, BY));
      const row = await rowOf(agency);
      const asleep = new Gate();
      const workflow = {
        getHandle: redriver.client.workflow.getHandle.bind(redriver.client.workflow),
        start: async (...args: Parameters<typeof redriver.client.workflow.start>) => {
          await asleep.pass();
          return redriver.client.workflow.start(...args);
        },
      };
      const sleeper = startReceived(
        { ...redriver, client: { workflow } as never },
        row,
        openedPayload(redriver, row),
        'started',
      );
      await asleep.arrived;
      await agency.redrive();
      await agency.terminate();
      asleep.open();
      await sleeper;
      await only(agency);
    });

    it('of an earlier run does not mark the next one as started', async () => {
      const agency = await terminated();
      const first = await rowOf(agency);
      await assert.rejects(redrive(unavailable(agency), agency.workflowId, BY));
      await startReceived(agency.redriver, first, openedPayload(agency.redriver, first), 'started');
      assert.equal((await agency.inbox()).state, 'received');
      await swept(agency);
      assert.equal((await agency.inbox()).state, 'started');
    });
  });

  it('waits while an earlier run goes on, because somebody has reset it, and starts when that has closed', async () => {
    const agency = await terminated();
    await assert.rejects(redrive(unavailable(agency), agency.workflowId, BY));
    // What a reset leaves: another run with the memo of the first.
    const again = await server.client.workflow.start('bookTrip', {
      workflowId: agency.workflowId,
      taskQueue: agency.pipeline.name,
      memo: { run: 1 },
    });
    await swept(agency);
    assert.equal((await agency.inbox()).state, 'received');
    await again.terminate();
    await until('closed', async () => (await statusOf(again)) === 'TERMINATED');
    await swept(agency);
    const { state, run, runId } = await agency.inbox();
    assert.deepEqual([state, run], ['started', 2]);
    assert.notEqual(runId, again.firstExecutionRunId);
  });
});
