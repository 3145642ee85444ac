import assert from 'node:assert/strict';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { Database } from '../../../src/kit/effects/database.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { Agency } from '../../support/agency.ts';
import { Gate, until } from '../../support/conditions.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { bundleOf, callsOf, MODES, Server, shows, stagesOf } from '../../support/temporal.ts';

const by = { actor: 'bob', reason: 'asked to' };
const soldOut = (attempt: { refuse(type: 'SoldOut'): Error }): never => {
  throw attempt.refuse('SoldOut');
};
const lapsed = (attempt: { refuse(type: 'Lapsed'): Error }): never => {
  throw attempt.refuse('Lapsed');
};

interface Hang {
  readonly hangs: () => Promise<never>;
  readonly reached: Promise<void>;
}

for (const mode of MODES)
  describe(`a redriven run, ${mode},`, () => {
    let server: Server;
    let database: Database;
    before(async function () {
      this.timeout(STACK_TIMEOUT_MS);
      server = await Server.open();
      ({ database } = await freshDatabase(`retelling_${mode.replace(' ', '_')}`));
      await bundleOf('test/support/workflows/index.ts');
    });
    after(() => server.close());

    /** Tells a story until `reached`, and terminates it there. An attempt that hangs dies with its worker. */
    async function terminated(
      story: string,
      reached: (agency: Agency, hang: Hang) => Promise<unknown>,
    ): Promise<Agency> {
      const agency = new Agency(server, database, story);
      const gate = new Gate();
      const hangs = async (): Promise<never> => {
        await gate.pass();
        throw new Error('the worker was killed');
      };
      await agency.start();
      await agency.withWorker(mode, async () => {
        await reached(agency, { hangs, reached: gate.arrived });
        await agency.terminate();
        gate.open();
      });
      return agency;
    }
    /** A run of which everything up to the tickets was done. */
    const halfWay = (): Promise<Agency> =>
      terminated('bookTrip', ({ trips }, { hangs, reached }) => {
        trips.script('issueTickets', hangs);
        return reached;
      });
    const cancel = (agency: Agency): Promise<void> =>
      agency.handle.executeUpdate('cancel', { args: [by], updateId: 'cancel-1' });
    /** As a remote step leaves it whose answer was lost: it may have happened, and nobody can say. */
    const inDoubt = ({ trip, workflowId }: Agency, step: string, activity: string): Promise<unknown> =>
      database.query(
        `insert into kit.effects (key, base_key, activity, workflow_id, fingerprint, state, request, intended_at)
         values ($1, $1, $2, $3, $4, 'intended', '{}', now())`,
        [`${trip}/${step}`, activity, workflowId, sha256({ trip })],
      );
    const DONE = ['applied flight', 'applied hotel', 'applied tickets', 'applied sent'];

    it('goes on under the same keys, and does each thing once', async () => {
      const agency = await halfWay();
      await agency.redrive();
      await agency.withWorker(mode, async () => {
        assert.deepEqual(await agency.ended(), {
          fate: 'completed',
          reason: null,
          result: { tickets: 'issueTickets 1' },
        });
      });
      assert.deepEqual(
        (await agency.effects()).filter((effect) => !effect.includes('runs/')),
        DONE,
      );
      const { state, run, fate } = await agency.inbox();
      assert.deepEqual([state, run, fate], ['ended', 2, 'completed']);
    });

    it('walks back what a run before it had begun to undo, and comes to the end that this was about to come to', async () => {
      const agency = await terminated('bookTrip', ({ trips }, { hangs, reached }) => {
        trips.script('issueTickets', soldOut).script('cancelFlight', hangs);
        return reached;
      });
      await agency.redrive();
      await agency.withWorker(mode, async () => {
        assert.deepEqual(await agency.ended(), { fate: 'compensated', reason: 'SoldOut', result: null });
      });
      assert.deepEqual(
        (await agency.effects()).filter((effect) => !effect.includes('runs/')),
        [
          ...['applied flight', 'applied hotel', 'refused tickets', 'burned hotel', 'applied hotel/cancel'],
          ...['burned flight', 'applied flight/cancel'],
        ],
      );
    });

    it('comes also to what could not be undone, behind what was', async () => {
      const agency = await terminated('insuredTrip', async (agency) => {
        agency.trips.script('bookHotel', soldOut).script('cancelInsurance', lapsed);
        await shows(agency.handle, 'cancelInsurance stuck: Lapsed');
        await until('undone', async () => (await agency.effects()).includes('applied flight/cancel'));
      });
      await agency.redrive();
      await agency.withWorker(mode, async () => {
        await shows(agency.handle, 'cancelInsurance stuck: Lapsed');
        const key = `${agency.trip}/insurance/cancel`;
        await agency.handle.executeUpdate('resolve', { args: [{ ...by, key, action: 'retry' }] });
        assert.deepEqual(await agency.ended(), { fate: 'compensated', reason: 'SoldOut', result: null });
      });
      const effects = await agency.effects();
      assert.deepEqual(
        ['burned flight', 'burned insurance'].map((burned) => effects.filter((effect) => effect === burned).length),
        [1, 1],
        effects.join(', '),
      );
    });

    it('comes to what is behind a step that only looks', async () => {
      const agency = await terminated('compareAndBookTrip', (agency, { hangs, reached }) => {
        agency.trips.script('cancelHotel', hangs).answers('bookHotel', () => cancel(agency));
        return reached;
      });
      await agency.redrive();
      await agency.withWorker(mode, async () => {
        assert.deepEqual(await agency.ended(), { fate: 'compensated', reason: 'Cancelled', result: null });
      });
      assert.ok((await agency.effects()).includes('burned hotel'));
    });

    it('of a cancelled one walks back: the decision was taken', async () => {
      const agency = await terminated('bookTrip', (agency, { hangs, reached }) => {
        agency.trips.script('cancelHotel', hangs).answers('bookHotel', () => cancel(agency));
        return reached;
      });
      assert.ok(!(await agency.effects()).some((effect) => effect.startsWith('burned')));
      await agency.redrive();
      await agency.withWorker(mode, async () => {
        assert.deepEqual(await agency.ended(), { fate: 'compensated', reason: 'Cancelled', result: null });
      });
      assert.deepEqual(
        (await agency.effects()).filter((effect) => !/runs|decisions/.test(effect)),
        [
          ...['applied flight', 'applied hotel', 'burned hotel', 'applied hotel/cancel'],
          ...['burned flight', 'applied flight/cancel'],
        ],
      );
    });

    it('that had begun to undo at a remote side, and does not know how that ended, walks back', async () => {
      const agency = await halfWay();
      await inDoubt(agency, 'hotel/cancel', 'cancelHotel');
      await agency.redrive();
      await agency.withWorker(mode, async () => {
        await until('walks back', async () => (await stagesOf(agency.handle)).includes('cancelHotel undoing'));
        await agency.handle.terminate();
      });
      assert.ok(!(await agency.effects()).includes('applied sent'));
    });

    for (const [how, ask] of [
      ['by a decision', cancel],
      ['from the Web UI', (agency: Agency) => agency.handle.cancel()],
    ] as const)
      it(`cancelled ${how} before it has come to everything that was done, undoes all of it`, async () => {
        const agency = await halfWay();
        await agency.redrive();
        const cancelled = ask(agency); // no worker has begun
        await agency.withWorker(mode, async () => {
          await cancelled;
          assert.deepEqual(await agency.ended(), { fate: 'compensated', reason: 'Cancelled', result: null });
        });
        assert.deepEqual(
          (await agency.effects()).filter((effect) => /burned/.test(effect)),
          ['burned hotel', 'burned flight'],
        );
      });

    it('says no to a cancellation when a run before it was past the pivot', async () => {
      const agency = await terminated('bookTrip', ({ trips }, { hangs, reached }) => {
        trips.script('sendTickets', hangs);
        return reached;
      });
      await agency.redrive();
      const cancelled: Promise<unknown> = cancel(agency).catch((error: unknown) => error);
      await agency.withWorker(mode, async () => {
        const error = await cancelled;
        assert(error instanceof WorkflowUpdateFailedError, String(error));
        assert.equal(error.cause!.message, 'the run is past its pivot');
        assert.equal((await agency.ended()).fate, 'completed');
      });
      assert.deepEqual(
        (await agency.effects()).filter((effect) => !effect.includes('runs/')),
        DONE,
      );
    });

    const parked = (agency: Agency, stage: string): Promise<unknown> =>
      until(stage, async () => (await stagesOf(agency.handle)).includes(`${stage} parked: InDoubt`));

    it('says no to a cancellation also when a run before it may be past the pivot', async () => {
      const agency = await halfWay();
      await inDoubt(agency, 'tickets', 'issueTickets');
      await agency.redrive();
      const cancelled: Promise<unknown> = cancel(agency).catch((error: unknown) => error);
      await agency.withWorker(mode, async () => {
        const error = await cancelled;
        assert(error instanceof WorkflowUpdateFailedError, String(error));
        assert.equal(error.cause!.message, 'the run is past its pivot');
        await parked(agency, 'issueTickets');
        await agency.handle.terminate();
      });
    });

    it('can be cancelled while a step before the pivot waits for a person', async () => {
      const agency = await terminated('bookTrip', ({ trips }, { hangs, reached }) => {
        trips.script('bookHotel', hangs);
        return reached;
      });
      await inDoubt(agency, 'hotel', 'bookHotel');
      await agency.redrive();
      await agency.withWorker(mode, async () => {
        await parked(agency, 'bookHotel');
        await cancel(agency);
        await until('walks back', async () => (await stagesOf(agency.handle)).includes('cancelHotel undoing'));
        await agency.handle.terminate();
      });
    }).timeout(30_000);

    it('undoes a step that an attempt of a run before it may yet make happen', async () => {
      const asleep = new Gate();
      const agency = new Agency(server, database, 'holdTrip');
      agency.trips.receives('bookHotel', asleep.pass);
      await agency.start();
      await agency.withWorker(mode, async () => {
        await asleep.arrived;
        await cancel(agency);
        await agency.terminate();
        await agency.redrive();
        assert.deepEqual(await agency.ended(), { fate: 'compensated', reason: 'Cancelled', result: null });
        asleep.open();
      });
      const effects = await agency.effects();
      assert.ok(effects.includes('burned hotel') && !effects.includes('applied hotel'), effects.join(', '));
    });

    it('that has ended comes to its fate again when it is reset', async () => {
      const agency = await halfWay();
      await agency.redrive();
      await agency.withWorker(mode, async () => {
        const first = await agency.ended();
        const before = await agency.effects();
        for (const step of ['openRun', 'bookHotel']) {
          const again = await server.reset(agency.handle, step);
          assert.deepEqual(await again.result(), first);
          assert.ok((await callsOf(again)).includes('recordFate done'));
        }
        assert.deepEqual(await agency.effects(), before);
      });
    });
  });
