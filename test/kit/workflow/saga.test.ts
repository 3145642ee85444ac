import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { Ended, Resolve } from '../../../src/kit/contract/updates.ts';
import { Gate, until } from '../../support/conditions.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import {
  bundleOf,
  callsOf,
  detailsOf,
  MODES,
  progressOf,
  Server,
  shows,
  stagesOf,
  statusOf,
  stuck,
  WORKFLOW_TASK_TIMEOUT,
} from '../../support/temporal.ts';
import { Trips } from '../../support/trips.ts';

const STORIES = 'test/support/workflows/index.ts';
const soldOut = (attempt: { refuse(type: 'SoldOut'): Error }): never => {
  throw attempt.refuse('SoldOut');
};
const busy = (attempt: { retry(type: 'Busy'): Error }): never => {
  throw attempt.retry('Busy');
};
const breaks = (): never => {
  throw new Error('the line is dead');
};
const by = { actor: 'ann', reason: 'asked to' };

for (const mode of MODES)
  describe(`saga, ${mode}`, () => {
    let server: Server;
    let trips: Trips;
    before(async function () {
      this.timeout(STACK_TIMEOUT_MS);
      server = await Server.open();
      await bundleOf(STORIES);
    });
    after(() => server.close());
    beforeEach(() => {
      trips = new Trips();
    });

    /** Starts a story on a queue of its own and lets the test act on it while the worker runs. */
    async function told(
      story: string,
      act: (handle: WorkflowHandle) => Promise<void> = async () => undefined,
    ): Promise<{
      ended: Ended<unknown>;
      calls: string[];
      effects: string[];
      stages: string[];
      status: string;
      handle: WorkflowHandle;
    }> {
      const trip = `trip-${randomUUID()}`;
      const bundle = await bundleOf(STORIES);
      return server.withWorker({ taskQueue: trip, mode, bundle, activities: trips.activities }, async () => {
        const handle = await server.client.workflow.start(story, {
          workflowId: trip,
          taskQueue: trip,
          args: [{ trip }],
          workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
        });
        await act(handle);
        const ended = (await handle.result()) as Ended<unknown>;
        const { effects } = trips;
        const [calls, stages, status] = await Promise.all([callsOf(handle), stagesOf(handle), statusOf(handle)]);
        return { ended, calls, effects, stages, status, handle };
      });
    }
    const cancelled = (handle: WorkflowHandle): Promise<void> => handle.executeUpdate('cancel', { args: [by] });
    const resolved = (handle: WorkflowHandle, what: Omit<Resolve, 'actor' | 'reason'>): Promise<void> =>
      handle.executeUpdate('resolve', { args: [{ ...by, ...what, key: `${handle.workflowId}/${what.key}` }] });
    const called = (handle: WorkflowHandle, call: string): Promise<unknown> =>
      until(call, async () => (await callsOf(handle)).includes(call));
    const refusal = async (promise: Promise<unknown>): Promise<string> => {
      const error: unknown = await promise.then(
        () => assert.fail('the decision was taken'),
        (caught: unknown) => caught,
      );
      assert(error instanceof WorkflowUpdateFailedError, String(error));
      return error.cause!.message;
    };

    describe('going forward', () => {
      it('does each step once, in order, and records the fate last', async () => {
        const { ended, effects, status } = await told('bookTrip');
        assert.deepEqual(ended, { fate: 'completed', reason: null, result: { tickets: 'issueTickets 1' } });
        assert.deepEqual(effects, [
          'applied flight',
          'applied hotel',
          'applied tickets',
          'applied sent',
          'applied runs/1/fate',
        ]);
        assert.deepEqual(trips.recorded, [ended]);
        assert.equal(status, 'COMPLETED');
      });

      it('asks of Temporal what the contract declares', async () => {
        const { handle } = await told('bookTrip');
        const { events } = await handle.fetchHistory();
        const asked = events!.find(
          ({ activityTaskScheduledEventAttributes: at }) => at?.activityType?.name === 'bookFlight',
        )!.activityTaskScheduledEventAttributes!;
        assert.deepEqual(
          [asked.startToCloseTimeout, asked.scheduleToCloseTimeout, asked.heartbeatTimeout].map(tsToMs),
          [30_000, 86_400_000, 10_000],
        );
        assert.deepEqual(
          [asked.retryPolicy?.initialInterval, asked.retryPolicy?.maximumInterval].map(tsToMs),
          [100, 30_000],
        );
      });
    });

    describe('a declared refusal', () => {
      it('ends refused when nothing was there to undo, and calls no undo of the refused step', async () => {
        trips.script('bookFlight', soldOut);
        const { ended, effects, calls, status } = await told('bookTrip');
        assert.deepEqual(ended, { fate: 'refused', reason: 'SoldOut', result: null });
        assert.deepEqual(effects, ['refused flight', 'applied runs/1/fate']);
        assert.deepEqual(calls, ['bookFlight', 'bookFlight failed', 'recordFate', 'recordFate done']);
        assert.equal(status, 'COMPLETED');
      });

      it('undoes what had begun, newest first, and nothing else', async () => {
        trips.script('issueTickets', soldOut);
        const { ended, effects, calls, status } = await told('bookTrip');
        assert.deepEqual(ended, { fate: 'compensated', reason: 'SoldOut', result: null });
        assert.deepEqual(effects, [
          'applied flight',
          'applied hotel',
          'refused tickets',
          'burned hotel',
          'applied hotel/cancel',
          'burned flight',
          'applied flight/cancel',
          'applied runs/1/fate',
        ]);
        assert.deepEqual(calls.slice(-6), [
          'cancelHotel',
          'cancelHotel done',
          'cancelFlight',
          'cancelFlight done',
          'recordFate',
          'recordFate done',
        ]);
        assert.deepEqual(trips.recorded, [ended]);
        assert.equal(status, 'COMPLETED');
      });

      it('is information to the story, which may end with an outcome of its own', async () => {
        trips.script('bookHotel', soldOut);
        const { ended, effects } = await told('choosyTrip');
        assert.deepEqual(ended, { fate: 'compensated', reason: 'NowhereToSleep', result: null });
        assert.deepEqual(effects, [
          'applied flight',
          'refused hotel',
          'burned flight',
          'applied flight/cancel',
          'applied runs/1/fate',
        ]);
      });

      it('waits until a parallel step has settled, and undoes that too', async () => {
        const flight = new Gate();
        trips.script('bookFlight', flight.pass).script('bookHotel', async (attempt) => {
          await flight.arrived;
          soldOut(attempt);
        });
        const { ended, calls, effects } = await told('bookTripAtOnce', async (handle) => {
          await called(handle, 'bookFlight asked to cancel');
          assert.deepEqual((await callsOf(handle)).slice(2), ['bookHotel failed', 'bookFlight asked to cancel']);
          flight.open();
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'SoldOut', result: null });
        assert.deepEqual(calls.slice(3), [
          'bookFlight asked to cancel',
          'bookFlight done',
          'cancelFlight',
          'cancelFlight done',
          'recordFate',
          'recordFate done',
        ]);
        assert.deepEqual(effects, [
          'refused hotel',
          'applied flight',
          'burned flight',
          'applied flight/cancel',
          'applied runs/1/fate',
        ]);
      });

      it('of two parallel steps leaves nothing to undo, and calls no undo', async () => {
        const flight = new Gate();
        trips.script('bookHotel', soldOut).script('bookFlight', async (attempt) => {
          await flight.pass();
          soldOut(attempt);
        });
        const { ended, calls } = await told('bookTripAtOnce', async (handle) => {
          await called(handle, 'bookFlight asked to cancel');
          flight.open();
        });
        assert.deepEqual(ended, { fate: 'refused', reason: 'SoldOut', result: null });
        assert.deepEqual(calls.slice(3), [
          'bookFlight asked to cancel',
          'bookFlight failed',
          'recordFate',
          'recordFate done',
        ]);
      });
    });

    describe('cancelling', () => {
      it('before the pivot walks back, also while a step is under way', async () => {
        const hotel = new Gate();
        trips.script('bookHotel', hotel.pass);
        const { ended, effects, calls, status } = await told('bookTrip', async (handle) => {
          await hotel.arrived;
          await cancelled(handle);
          await called(handle, 'bookHotel asked to cancel');
          hotel.open();
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert.deepEqual(effects, [
          'applied flight',
          `applied decisions/${decisionOf(effects)}`,
          'applied hotel',
          'burned hotel',
          'applied hotel/cancel',
          'burned flight',
          'applied flight/cancel',
          'applied runs/1/fate',
        ]);
        assert.deepEqual(trips.recorded, [{ cancel: 'asked to', actor: 'ann' }, ended]);
        assert(!calls.includes('issueTickets'));
        assert.equal(status, 'COMPLETED');
      });

      it('during the last step of a story without a pivot walks back', async () => {
        const hotel = new Gate();
        trips.script('bookHotel', hotel.pass);
        const { ended, effects } = await told('holdTrip', async (handle) => {
          await hotel.arrived;
          await cancelled(handle);
          hotel.open();
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert.deepEqual(effects.slice(3), [
          'burned hotel',
          'applied hotel/cancel',
          'burned flight',
          'applied flight/cancel',
          'applied runs/1/fate',
        ]);
      });

      it('calls neither a step that had not begun nor its undo', async () => {
        const flight = new Gate();
        trips.script('bookFlight', flight.pass);
        const { ended, calls } = await told('bookTrip', async (handle) => {
          await flight.arrived;
          await cancelled(handle);
          await called(handle, 'recordCancel done');
          flight.open();
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert.deepEqual(
          calls.filter((call) => !call.includes(' ')),
          ['bookFlight', 'recordCancel', 'cancelFlight', 'recordFate'],
        );
      });

      it('undoes a step whose attempt took effect and timed out', async () => {
        const answer = new Gate();
        trips.answers('rentCar', answer.pass);
        const { ended, effects, calls } = await told('driveTrip', async (handle) => {
          await answer.arrived;
          await cancelled(handle);
          await called(handle, 'rentCar timed out');
          answer.open();
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert(calls.includes('rentCar timed out'));
        assert.deepEqual(effects.slice(0, 2), ['applied hotel', 'applied car']);
        assert.deepEqual(effects.slice(3), [
          'burned car',
          'applied car/cancel',
          'burned hotel',
          'applied hotel/cancel',
          'applied runs/1/fate',
        ]);
      });

      it('undoes a step that failed undeclared after it took effect', async () => {
        trips.answers('rentCar', breaks);
        const { ended, effects } = await told('driveTrip', async (handle) => {
          await until('the failed attempt', async () => {
            const { raw } = await handle.describe();
            return raw.pendingActivities?.some(({ lastFailure }) => lastFailure);
          });
          await cancelled(handle);
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert.deepEqual(effects.slice(0, 2), ['applied hotel', 'applied car']);
        assert.deepEqual(effects.slice(3), [
          'burned car',
          'applied car/cancel',
          'burned hotel',
          'applied hotel/cancel',
          'applied runs/1/fate',
        ]);
      });

      it("by Temporal's own cancellation walks back too, once, and is not held up by another", async () => {
        const [hotel, undo] = [new Gate(), new Gate()];
        trips.script('bookHotel', hotel.pass).script('cancelHotel', undo.pass);
        const { ended, effects, status } = await told('bookTrip', async (handle) => {
          await hotel.arrived;
          await handle.cancel();
          await called(handle, 'bookHotel asked to cancel');
          hotel.open();
          await undo.arrived;
          assert.equal(await refusal(cancelled(handle)), 'the run is walking back already');
          undo.open();
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert.deepEqual(effects, [
          'applied flight',
          'applied hotel',
          'burned hotel',
          'applied hotel/cancel',
          'burned flight',
          'applied flight/cancel',
          'applied runs/1/fate',
        ]);
        assert.equal(status, 'COMPLETED');
      });

      it("walks back to the end when Temporal's cancellation comes in the middle of it", async () => {
        const undo = new Gate();
        trips.script('issueTickets', soldOut).script('cancelHotel', undo.pass);
        const { ended, effects, calls, status } = await told('bookTrip', async (handle) => {
          await undo.arrived;
          await handle.cancel();
          await until('the cancellation', async () =>
            (await handle.fetchHistory()).events!.some(
              (event) => event.workflowExecutionCancelRequestedEventAttributes,
            ),
          );
          undo.open();
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'SoldOut', result: null });
        assert(!calls.includes('cancelHotel asked to cancel'));
        assert.deepEqual(effects.slice(3), [
          'burned hotel',
          'applied hotel/cancel',
          'burned flight',
          'applied flight/cancel',
          'applied runs/1/fate',
        ]);
        assert.equal(status, 'COMPLETED');
      }).timeout(30_000);

      it('undoes nothing before it is written down: a redriven run would go forward on what was undone', async () => {
        const [hotel, unwritten] = [new Gate(), new Gate()];
        trips.script('bookHotel', hotel.pass).receives('recordCancel', unwritten.pass);
        let before: string[] = [];
        const { ended } = await told('bookTrip', async (handle) => {
          await hotel.arrived;
          await handle.startUpdate('cancel', { args: [by], waitForStage: 'ACCEPTED' });
          hotel.open();
          await shows(handle, 'bookHotel done');
          before = await stagesOf(handle);
          unwritten.open();
        });
        assert.deepEqual(before, ['bookFlight done', 'bookHotel done']);
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
      });

      it('is refused from the pivot on, in words, and changes nothing', async () => {
        const [tickets, sent] = [new Gate(), new Gate()];
        trips.script('issueTickets', tickets.pass).script('sendTickets', sent.pass);
        const { ended, effects, calls, status } = await told('bookTrip', async (handle) => {
          await tickets.arrived;
          assert.equal(await refusal(cancelled(handle)), 'the run is past its pivot');
          tickets.open();
          await sent.arrived;
          assert.equal(await refusal(cancelled(handle)), 'the run is past its pivot');
          await handle.cancel();
          sent.open();
        });
        assert.equal(ended.fate, 'completed');
        assert.deepEqual(effects, [
          'applied flight',
          'applied hotel',
          'applied tickets',
          'applied sent',
          'applied runs/1/fate',
        ]);
        assert(!calls.some((call) => call.endsWith('asked to cancel')));
        assert.equal(status, 'COMPLETED');
      });

      it("by Temporal's own cancellation while the pivot is under way counts when the pivot is refused", async () => {
        const tickets = new Gate();
        trips.script('issueTickets', async (attempt) => {
          await tickets.pass();
          soldOut(attempt);
        });
        const { ended, calls } = await told('bookTrip', async (handle) => {
          await tickets.arrived;
          await handle.cancel();
          tickets.open();
        });
        assert.equal(ended.fate, 'compensated');
        assert(!calls.includes('issueTickets asked to cancel'));
        assert.deepEqual(
          calls.filter((call) => call.startsWith('cancel')),
          ['cancelHotel', 'cancelHotel done', 'cancelFlight', 'cancelFlight done'],
        );
      });

      it('while the pivot is under way counts also when the story does not mind that the pivot is refused', async () => {
        const tickets = new Gate();
        trips.script('issueTickets', async (attempt) => {
          await tickets.pass();
          soldOut(attempt);
        });
        const { ended, calls } = await told('stubbornTrip', async (handle) => {
          await tickets.arrived;
          await handle.cancel();
          await until('the cancellation', async () =>
            (await handle.fetchHistory()).events!.some(
              (event) => event.workflowExecutionCancelRequestedEventAttributes,
            ),
          );
          tickets.open();
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert.deepEqual(
          calls.filter((call) => !call.includes(' ')),
          ['bookFlight', 'issueTickets', 'cancelFlight', 'recordFate'],
        );
      });

      it('asks who cancels', async () => {
        const flight = new Gate();
        trips.script('bookFlight', flight.pass);
        await told('bookTrip', async (handle) => {
          await flight.arrived;
          const nobody = handle.executeUpdate('cancel', { args: [{ actor: '', reason: '' }] });
          assert.equal(await refusal(nobody), 'a decision names its actor');
          flight.open();
        });
      }).timeout(30_000);
    });

    describe('parking', () => {
      it('compensates nothing when a step runs out of patience; retried by a person it goes on', async () => {
        const line = new Gate();
        trips.script('insureTrip', line.pass);
        const { ended, effects, handle } = await told('insuredTrip', async (handle) => {
          await shows(handle, 'insureTrip parked: TimeoutFailure');
          assert.deepEqual(trips.effects, ['applied flight']);
          assert.equal(await stuck(handle), true);
          assert.match(
            await detailsOf(handle),
            /\| ⏸ parked \| insureTrip \| `trip-[-\w]+\/insurance` \| TimeoutFailure \|/,
          );
          line.open();
          await resolved(handle, { key: 'insurance', action: 'retry' });
        });
        assert.equal(ended.fate, 'completed');
        assert.deepEqual(withoutDecisions(effects), [
          'applied flight',
          'applied insurance',
          'applied hotel',
          'applied tickets',
          'applied runs/1/fate',
        ]);
        assert.equal(await stuck(handle), false);
      });

      for (const [what, act] of [
        ['an undeclared error', breaks],
        ['a declared one that may be retried', busy],
      ] as const)
        it(`compensates nothing on ${what} that lasts; skipped by a person it walks back`, async () => {
          trips.script('insureTrip', ...Array.from({ length: 50 }, () => act));
          const { ended, effects, handle } = await told('insuredTrip', async (handle) => {
            await shows(handle, 'insureTrip parked');
            assert.deepEqual(trips.effects, ['applied flight']);
            await resolved(handle, { key: 'insurance', action: 'skip' });
          });
          assert.deepEqual(ended, { fate: 'compensated', reason: 'Skipped', result: null });
          assert.deepEqual(withoutDecisions(effects.slice(1)), [
            'refused insurance',
            'burned flight',
            'applied flight/cancel',
            'applied runs/1/fate',
          ]);
          assert.equal(await stuck(handle), false);
        });

      /** A trip whose hotel's key holds another payload's effect. */
      const inConflict = (decide: (handle: WorkflowHandle) => Promise<void>): ReturnType<typeof told> => {
        const flight = new Gate();
        trips.script('bookFlight', flight.pass);
        return told('bookTrip', async (handle) => {
          await flight.arrived;
          await trips.occupy(`${handle.workflowId}/hotel`);
          flight.open();
          await shows(handle, 'bookHotel parked: KeyConflict');
          assert.equal(await stuck(handle), true);
          assert.deepEqual(trips.effects, ['applied hotel', 'applied flight']);
          await decide(handle);
        });
      };

      it('compensates nothing on a key conflict; completed by a person it goes on, and the other effect stays', async () => {
        const { ended, effects } = await inConflict(async (handle) => {
          const notWaiting = resolved(handle, { key: 'flight', action: 'skip' });
          assert.equal(await refusal(notWaiting), `nothing waits under ${handle.workflowId}/flight`);
          const unknown = resolved(handle, { key: 'hotel', action: 'ignore' as 'skip' });
          assert.equal(await refusal(unknown), 'resolve by retry, skip or complete');
          await resolved(handle, { key: 'hotel', action: 'retry' });
          await until(
            'parked again',
            async () => (await callsOf(handle)).filter((call) => call === 'bookHotel failed').length === 2,
          );
          await shows(handle, 'bookHotel parked: KeyConflict');
          await resolved(handle, { key: 'hotel', action: 'complete', value: { booking: 'by telephone' } });
        });
        assert.equal(ended.fate, 'completed');
        assert.deepEqual(withoutDecisions(effects), [
          'applied hotel',
          'applied flight',
          'applied tickets',
          'applied sent',
          'applied runs/1/fate',
        ]);
      });

      it('skipped by a person in a key conflict walks back, and the other effect stays', async () => {
        const { ended, effects } = await inConflict((handle) => resolved(handle, { key: 'hotel', action: 'skip' }));
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Skipped', result: null });
        assert.deepEqual(withoutDecisions(effects), [
          'applied hotel',
          'applied flight',
          'burned flight',
          'applied flight/cancel',
          'applied runs/1/fate',
        ]);
      });

      it('cancelled in a key conflict leaves its undo to a person, and the other effect alone', async () => {
        const { ended, effects } = await inConflict(async (handle) => {
          await cancelled(handle);
          await shows(handle, 'cancelHotel stuck: KeyConflict');
          await resolved(handle, { key: 'hotel/cancel', action: 'skip' });
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert.deepEqual(withoutDecisions(effects), [
          'applied hotel',
          'applied flight',
          'burned flight',
          'applied flight/cancel',
          'applied runs/1/fate',
        ]);
      });

      it('past the pivot goes forward only: it is not skipped, and completed it ends', async () => {
        trips.script('sendTickets', ...Array.from({ length: 50 }, () => breaks));
        const { ended, effects, handle } = await told('bookTrip', async (handle) => {
          await shows(handle, 'sendTickets parked');
          assert.equal((await progressOf(handle)).pastPivot, true);
          assert.match(
            await refusal(resolved(handle, { key: 'sent', action: 'skip' })),
            /^past the pivot the run goes forward only/,
          );
          await handle.cancel();
          await resolved(handle, { key: 'sent', action: 'complete', value: { booking: 'by post' } });
        });
        assert.equal(ended.fate, 'completed');
        assert.deepEqual(withoutDecisions(effects), [
          'applied flight',
          'applied hotel',
          'applied tickets',
          'applied sent',
          'applied runs/1/fate',
        ]);
        assert.equal(await stuck(handle), false);
      });

      it('past the pivot is what a refusal leads to as well, for nothing is walked back any more', async () => {
        trips.script('sendTickets', soldOut);
        const { ended, effects } = await told('bookTrip', async (handle) => {
          await shows(handle, 'sendTickets parked: SoldOut');
          await resolved(handle, { key: 'sent', action: 'complete', value: { booking: 'by post' } });
        });
        assert.equal(ended.fate, 'completed');
        assert.deepEqual(withoutDecisions(effects).slice(3), ['refused sent', 'resolved sent', 'applied runs/1/fate']);
      });

      it('ends by cancelling too: the parked step is undone, and nobody waits any more', async () => {
        trips.script('insureTrip', ...Array.from({ length: 50 }, () => breaks));
        const { ended, effects, stages, handle } = await told('insuredTrip', async (handle) => {
          await shows(handle, 'insureTrip parked');
          await cancelled(handle);
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert.deepEqual(withoutDecisions(effects), [
          'applied flight',
          'burned insurance',
          'applied insurance/cancel',
          'burned flight',
          'applied flight/cancel',
          'applied runs/1/fate',
        ]);
        assert.equal(await stuck(handle), false);
        assert.deepEqual(stages, [
          'bookFlight done',
          'insureTrip cancelled',
          'cancelInsurance nothing to undo',
          'cancelFlight undone',
        ]);
      });
    });

    describe('a stuck undo', () => {
      it('does not hold up the older ones, waits for a person, and the run then ends', async () => {
        trips.script('bookHotel', soldOut).script('cancelInsurance', (attempt) => {
          throw attempt.refuse('Lapsed');
        });
        const { ended, effects, handle } = await told('insuredTrip', async (handle) => {
          await shows(handle, 'cancelFlight undone');
          await shows(handle, 'cancelInsurance stuck: Lapsed');
          assert.deepEqual(trips.recorded, []);
          assert.equal(await stuck(handle), true);
          await resolved(handle, { key: 'insurance/cancel', action: 'complete' });
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'SoldOut', result: null });
        assert.deepEqual(withoutDecisions(effects), [
          'applied flight',
          'applied insurance',
          'refused hotel',
          'refused insurance/cancel',
          'burned flight',
          'applied flight/cancel',
          'resolved insurance/cancel',
          'burned insurance',
          'applied runs/1/fate',
        ]);
        assert.equal(await stuck(handle), false);
        assert.deepEqual(trips.recorded, [{ resolve: 'complete', actor: 'ann' }, ended]);
      });

      it('is retried anew by a person, under its next generation', async () => {
        trips.script('bookHotel', soldOut).script('cancelInsurance', (attempt) => {
          throw attempt.refuse('Lapsed');
        });
        const { effects } = await told('insuredTrip', async (handle) => {
          await shows(handle, 'cancelInsurance stuck: Lapsed');
          await shows(handle, 'cancelFlight undone');
          await resolved(handle, { key: 'insurance/cancel', action: 'retry' });
        });
        assert.deepEqual(withoutDecisions(effects).slice(3), [
          'refused insurance/cancel',
          'burned flight',
          'applied flight/cancel',
          'burned insurance/cancel',
          'burned insurance',
          'applied insurance/cancel#2',
          'applied runs/1/fate',
        ]);
      });
    });

    describe('the pivot', () => {
      it('runs alone: a second step at the same time is a bug, which undoes nothing', async () => {
        const trip = `trip-${randomUUID()}`;
        const bundle = await bundleOf(STORIES);
        await server.withWorker({ taskQueue: trip, mode, bundle, activities: trips.activities }, async () => {
          const handle = await server.client.workflow.start('crowdedTrip', {
            workflowId: trip,
            taskQueue: trip,
            args: [{ trip }],
            workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
          });
          assert.equal(await failedTask(handle), 'a pivot runs alone');
          assert.deepEqual(await callsOf(handle), ['bookFlight', 'bookFlight done']);
          assert.equal(await statusOf(handle), 'RUNNING');
          await handle.terminate();
        });
        assert.deepEqual(trips.effects, ['applied flight']);
      });
    });

    describe('a bug in the story', () => {
      it('undoes nothing, and a worker with the mended story finishes the same run', async () => {
        const trip = `trip-${randomUUID()}`;
        const of = { taskQueue: trip, mode, activities: trips.activities };
        const handle = await server.withWorker(
          { ...of, bundle: await bundleOf('test/support/workflows/with-a-bug.ts') },
          async () => {
            const handle = await server.client.workflow.start('repairedTrip', {
              workflowId: trip,
              taskQueue: trip,
              args: [{ trip }],
              workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
            });
            assert.match(await failedTask(handle), /Cannot read properties of undefined/);
            assert.deepEqual(await callsOf(handle), ['bookFlight', 'bookFlight done']);
            return handle;
          },
        );
        assert.equal(await statusOf(handle), 'RUNNING');
        const mended = await bundleOf('test/support/workflows/without-the-bug.ts');
        const ended: unknown = await server.withWorker({ ...of, bundle: mended }, () => handle.result());
        assert.deepEqual(ended, { fate: 'completed', reason: null, result: { hotel: 'bookHotel 1' } });
        assert.deepEqual(trips.effects, ['applied flight', 'applied hotel', 'applied runs/1/fate']);
      });
    });
  });

const withoutDecisions = (effects: readonly string[]): string[] =>
  effects.filter((effect) => !effect.includes('decisions/'));
const decisionOf = (effects: readonly string[]): string =>
  effects
    .find((effect) => effect.includes('decisions/'))!
    .split('/')
    .at(-1)!;

/** The message that the run's latest failed task has in the history. */
const failedTask = (handle: WorkflowHandle): Promise<string> =>
  until('a failed task', async () => {
    const { events } = await handle.fetchHistory();
    return events!.find((event) => event.workflowTaskFailedEventAttributes)?.workflowTaskFailedEventAttributes?.failure
      ?.message;
  });
