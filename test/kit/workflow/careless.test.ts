import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { ActivityFunction } from '../../../src/kit/effects/bind.ts';
import type { Ended } from '../../../src/kit/contract/updates.ts';
import { Gate, until } from '../../support/conditions.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import {
  bundleOf,
  callsOf,
  MODES,
  progressOf,
  Server,
  shows,
  stagesOf,
  statusOf,
  stuck,
} from '../../support/temporal.ts';
import { Trips } from '../../support/trips.ts';

const STORIES = 'test/support/workflows/index.ts';
const breaks = (): never => {
  throw new Error('the line is dead');
};
const by = (actor: string): { actor: string; reason: string } => ({ actor, reason: 'looked' });

for (const mode of MODES)
  describe(`a saga is not harmed, ${mode},`, () => {
    let server: Server;
    let trips: Trips;
    before(async function () {
      this.timeout(STACK_TIMEOUT_MS);
      server = await Server.open();
      await bundleOf(STORIES);
    });
    after(() => server.close());
    beforeEach(() => {
      trips = new Trips().script('insureTrip', ...Array.from({ length: 100 }, () => breaks));
    });

    async function told<T>(
      story: string,
      act: (handle: WorkflowHandle) => Promise<T>,
      more: (activities: Record<string, ActivityFunction>) => Record<string, ActivityFunction> = () => ({}),
    ): Promise<T> {
      const trip = `trip-${randomUUID()}`;
      const bundle = await bundleOf(STORIES);
      const activities = { ...trips.activities, ...more(trips.activities) };
      return server.withWorker({ taskQueue: trip, mode, bundle, activities }, async () => {
        const handle = await server.client.workflow.start(story, {
          workflowId: trip,
          taskQueue: trip,
          args: [{ trip }],
          workflowTaskTimeout: '3s', // as the product has it
        });
        return act(handle);
      });
    }
    const called = (handle: WorkflowHandle, call: string): Promise<unknown> =>
      until(call, async () => (await callsOf(handle)).includes(call));
    const failedTask = (handle: WorkflowHandle): Promise<string> =>
      until('a failed workflow task', async () => {
        const { events } = await handle.fetchHistory();
        return events
          ?.map(({ workflowTaskFailedEventAttributes: at }) => at?.failure?.message)
          .find((message) => message);
      });

    it('by two decisions on one key: the second is rejected while the first is being written', async () => {
      const written = new Gate();
      const outcome = await told(
        'bookTwice',
        async (handle) => {
          await shows(handle, 'insureTrip parked');
          const key = `${handle.workflowId}/insurance`;
          const first = handle.executeUpdate('resolve', {
            args: [{ ...by('ann'), key, action: 'complete', value: { booking: 'by hand' } }],
          });
          await written.arrived;
          const second: unknown = await handle
            .executeUpdate('resolve', { args: [{ ...by('bob'), key, action: 'skip' }] })
            .catch((error: unknown) => error);
          written.open();
          await first;
          assert(second instanceof WorkflowUpdateFailedError);
          assert.match(second.cause!.message, /being decided/);
          return (await handle.result()) as Ended<unknown>;
        },
        ({ recordResolve }) => ({ recordResolve: (input) => written.pass().then(() => recordResolve!(input)) }),
      );
      assert.equal(outcome.fate, 'completed');
    }).timeout(30_000);

    it('by a cancellation that is slow to be recorded: nothing crosses the pivot meanwhile', async () => {
      const [flight, written] = [new Gate(), new Gate()];
      trips.script('bookFlight', flight.pass);
      await told(
        'bookTrip',
        async (handle) => {
          await flight.arrived;
          const cancelled = handle.executeUpdate('cancel', { args: [by('ann')] });
          await written.arrived;
          flight.open();
          await shows(handle, 'bookFlight done');
          await pause(500); // a run that went on would be past its pivot
          assert.deepEqual(await stagesOf(handle), ['bookFlight done']);
          written.open();
          await cancelled;
          const ended = (await handle.result()) as Ended<unknown>;
          assert.deepEqual(trips.recorded, [{ cancel: 'looked', actor: 'ann' }, ended]);
        },
        ({ recordCancel }) => ({ recordCancel: (input) => written.pass().then(() => recordCancel!(input)) }),
      );
    });

    it('by an answer that is slow to be recorded: the run, cancelled meanwhile, ends after it', async () => {
      const written = new Gate();
      await told(
        'approvedTrip',
        async (handle) => {
          const { fingerprint } = await until('a question', async () => (await progressOf(handle)).questions[0]);
          const answer = { ...by('ann'), question: 'approve', fingerprint, choice: 'yes' };
          const answered = handle.executeUpdate('answer', { args: [answer] });
          await written.arrived;
          await handle.executeUpdate('cancel', { args: [by('bob')] });
          await pause(500); // a run that does not wait would have ended
          assert.deepEqual(trips.recorded, [{ cancel: 'looked', actor: 'bob' }]);
          written.open();
          await answered;
          const ended = (await handle.result()) as Ended<unknown>;
          assert.deepEqual(trips.recorded.slice(1), [{ answer: 'yes', actor: 'ann' }, ended]);
        },
        ({ recordAnswer }) => ({ recordAnswer: (input) => written.pass().then(() => recordAnswer!(input)) }),
      );
    });

    it('by a cancellation while a decision is being written: the walk back waits for that', async () => {
      const written = new Gate();
      const calls = await told(
        'bookTwice',
        async (handle) => {
          await shows(handle, 'insureTrip parked');
          const key = `${handle.workflowId}/insurance`;
          const resolved = handle.executeUpdate('resolve', { args: [{ ...by('ann'), key, action: 'retry' }] });
          await written.arrived;
          await handle.executeUpdate('cancel', { args: [by('bob')] });
          await shows(handle, 'insureTrip cancelled');
          written.open();
          await resolved;
          await handle.result();
          return callsOf(handle);
        },
        ({ recordResolve }) => ({ recordResolve: (input) => written.pass().then(() => recordResolve!(input)) }),
      );
      const decided = calls.indexOf('recordResolve done');
      assert.ok(decided >= 0 && decided < calls.indexOf('cancelInsurance'), calls.join(', '));
    });

    it('by a story that goes on when it has ended: its step is not done', async () => {
      const recorded = new Gate();
      const calls = await told(
        'bookOn',
        async (handle) => {
          await recorded.arrived;
          await until('the late branch', async () =>
            (await handle.fetchHistory()).events!.some((event) => event.timerFiredEventAttributes),
          );
          recorded.open();
          await handle.result();
          return callsOf(handle);
        },
        ({ recordFate }) => ({ recordFate: (input) => recorded.pass().then(() => recordFate!(input)) }),
      );
      assert.deepEqual(calls, ['bookFlight', 'bookFlight done', 'recordFate', 'recordFate done']);
    });

    it('by an input that no payload can hold: that is a bug, and nobody is asked about it', async () => {
      await told('bookUnsaid', async (handle) => {
        assert.match(await failedTask(handle), /to payload$/);
        assert.deepEqual([await statusOf(handle), await callsOf(handle)], ['RUNNING', []]);
        await handle.terminate();
      });
    });

    it('by a scope of the story: from the pivot on nothing is cancelled by it', async () => {
      const gates = [new Gate(), new Gate()] as const;
      trips.script('issueTickets', gates[0].pass).script('bookHotel', gates[1].pass);
      const calls = await told('bookInTime', async (handle) => {
        for (const [i, gate] of gates.entries()) {
          await gate.arrived;
          await until('its patience is over', async () => {
            const { events } = await handle.fetchHistory();
            return events!.filter((event) => event.timerFiredEventAttributes).length > i;
          });
          gate.open();
        }
        assert.equal(((await handle.result()) as Ended<unknown>).fate, 'completed');
        return callsOf(handle);
      });
      assert.deepEqual(
        calls.filter((call) => call.endsWith('asked to cancel')),
        [],
      );
    });

    it('by a story that loses its patience with its pivot: that is a bug, and nothing is undone', async () => {
      const tickets = new Gate();
      trips.script('issueTickets', tickets.pass);
      await told('bookInHaste', async (handle) => {
        await tickets.arrived;
        assert.equal(await failedTask(handle), 'the story ended with TooSlow at or after its pivot');
        tickets.open();
        await called(handle, 'issueTickets done');
        assert.equal(await statusOf(handle), 'RUNNING');
        assert.deepEqual(trips.effects, ['applied flight', 'applied tickets']);
        await handle.terminate();
      });
    });

    it('by a step that is called twice: it is undone once', async () => {
      const { ended, calls } = await told('bookTwice', async (handle) => {
        await shows(handle, 'insureTrip parked');
        await handle.executeUpdate('cancel', { args: [by('ann')] });
        const result = (await handle.result()) as Ended<unknown>;
        return { ended: result, calls: await callsOf(handle) };
      });
      assert.equal(ended.fate, 'compensated');
      // Called once, and not only done once: were its undo stuck, two would wait for a person under one key.
      assert.equal(calls.filter((call) => call === 'cancelFlight').length, 1);
    });

    it('by a story that ends with a step under way: that is a bug, and nothing is recorded', async () => {
      const held = new Gate();
      trips.script('bookHotel', () => held.pass());
      await told('bookHurriedly', async (handle) => {
        await held.arrived;
        assert.match(await failedTask(handle), /step under way/);
        assert.deepEqual([await statusOf(handle), trips.recorded], ['RUNNING', []]);
        held.open();
        await handle.terminate();
      });
    });

    it('by a failure that a story lets through: that is a bug too, the run parks and nothing is undone', async () => {
      await told('bookByHand', async (handle) => {
        assert.match(await failedTask(handle), /let a failure through/);
        assert.deepEqual([await statusOf(handle), trips.effects, trips.recorded], ['RUNNING', ['applied flight'], []]);
        await handle.terminate();
      });
    });

    it('by an undo that gets no answer: people see it, and the older ones are undone meanwhile', async () => {
      const back = { now: false };
      trips.script('cancelHotel', ...Array.from({ length: 1_000 }, () => (): void => void (back.now || breaks())));
      await told('bookImpatiently', async (handle) => {
        await shows(handle, 'insureTrip parked');
        await handle.executeUpdate('cancel', { args: [by('ann')] });
        await shows(handle, 'cancelHotel stuck: NoAnswer');
        await shows(handle, 'cancelFlight undone');
        assert.equal(await stuck(handle), true);
        back.now = true;
        assert.equal(((await handle.result()) as Ended<unknown>).fate, 'compensated');
        assert.ok((await progressOf(handle)).stages.every(({ state }) => state !== 'stuck'));
      });
    });

    it('by a decision too large to be recorded', async () => {
      await told('bookTwice', async (handle) => {
        await shows(handle, 'insureTrip parked');
        for (const [update, args] of [
          ['cancel', { actor: 'ann', reason: 'x'.repeat(300_000) }],
          [
            'resolve',
            { ...by('ann'), key: `${handle.workflowId}/insurance`, action: 'complete', value: 'x'.repeat(300_000) },
          ],
        ] as const)
          await assert.rejects(handle.executeUpdate(update, { args: [args] }), (error: Error) =>
            /at most/.test((error.cause as Error).message),
          );
        await handle.executeUpdate('cancel', { args: [by('ann')] });
        await handle.result();
      });
    }).timeout(30_000);
  });
