import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Ended } from '../../../src/kit/contract/updates.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { Gate, until } from '../../support/conditions.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import {
  bundleOf,
  detailsOf,
  MODES,
  progressOf,
  Server,
  shows,
  statusOf,
  stuck,
  WORKFLOW_TASK_TIMEOUT,
} from '../../support/temporal.ts';
import { durableEffects, Trips } from '../../support/trips.ts';

const STORIES = 'test/support/workflows/index.ts';
const by = { actor: 'ann', reason: 'as agreed' };

for (const mode of MODES)
  describe(`decisions on Postgres, ${mode}`, () => {
    let server: Server;
    let database: Database;
    let trips: Trips;
    before(async function () {
      this.timeout(STACK_TIMEOUT_MS);
      server = await Server.open();
      ({ database } = await freshDatabase(`decisions_${mode.replace(' ', '_')}`));
      await bundleOf(STORIES);
    });
    after(() => server.close());
    beforeEach(() => {
      trips = new Trips();
    });

    async function told<T>(story: string, act: (handle: WorkflowHandle, trip: string) => Promise<T>): Promise<T> {
      const trip = `trip-${randomUUID()}`;
      const bundle = await bundleOf(STORIES);
      return server.withWorker({ taskQueue: trip, mode, bundle, activities: trips.durable(database) }, async () =>
        act(
          await server.client.workflow.start(story, {
            workflowId: trip,
            taskQueue: trip,
            args: [{ trip }],
            workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
          }),
          trip,
        ),
      );
    }
    const shown = (trip: string): string => sha256({ asked: 1, shown: { trip, price: 120 } });
    const answer = (handle: WorkflowHandle, trip: string, choice: string, fingerprint = shown(trip)): Promise<void> =>
      handle.executeUpdate('answer', { args: [{ ...by, question: 'approve', fingerprint, choice }] });
    const hurried = (handle: WorkflowHandle, trip: string, over: object): Promise<void> =>
      handle.executeUpdate('answer', {
        args: [
          { ...by, question: 'approve', fingerprint: sha256({ asked: 1, shown: { trip } }), choice: 'yes', ...over },
        ],
      });
    const asked = (handle: WorkflowHandle): Promise<unknown> =>
      until('the question', async () => (await progressOf(handle)).questions.length === 1);
    const decisions = (trip: string): Promise<object[]> =>
      database.query(
        'select kind, actor, reason, question, choice from kit.decisions where workflow_id = $1 order by decided_at',
        [trip],
      );
    const ended = (handle: WorkflowHandle): Promise<Ended<unknown>> => handle.result() as Promise<Ended<unknown>>;
    const refusal = async (promise: Promise<unknown>): Promise<string> => {
      const error: unknown = await promise.then(
        () => assert.fail('the decision was taken'),
        (caught: unknown) => caught,
      );
      assert(error instanceof WorkflowUpdateFailedError, String(error));
      return error.cause!.message;
    };
    const APPROVED = ['applied flight', 'applied tickets', 'applied runs/1/fate'];
    const effects = async (trip: string): Promise<string[]> =>
      (await durableEffects(database, trip)).filter((effect) => !effect.includes('decisions/'));

    describe('a question', () => {
      it('waits, says no to who was shown something else, and takes one answer', () =>
        told('approvedTrip', async (handle, trip) => {
          await asked(handle);
          const { questions } = await progressOf(handle);
          assert.deepEqual(questions, [{ question: 'approve', fingerprint: shown(trip), choices: ['yes', 'no'] }]);
          assert.match(await detailsOf(handle), /\*\*waits for an answer: approve\*\* \(yes \/ no\)/);
          const other = answer(handle, trip, 'yes', sha256('a lower price'));
          assert.equal(await refusal(other), 'approve: what you were shown has changed');
          assert.equal(await refusal(answer(handle, trip, 'maybe')), 'approve: choose yes or no');
          await answer(handle, trip, 'yes');
          assert.deepEqual(await ended(handle), {
            fate: 'completed',
            reason: null,
            result: { tickets: 'issueTickets 1' },
          });
          assert.deepEqual(await effects(trip), APPROVED);
          assert.deepEqual(await decisions(trip), [{ kind: 'answer', ...by, question: 'approve', choice: 'yes' }]);
        }));

      it('answered with no walks back', () =>
        told('approvedTrip', async (handle, trip) => {
          await asked(handle);
          await answer(handle, trip, 'no');
          assert.deepEqual(await ended(handle), { fate: 'compensated', reason: 'NotApproved', result: null });
          assert.deepEqual(await effects(trip), [
            'applied flight',
            'burned flight',
            'applied flight/cancel',
            'applied runs/1/fate',
          ]);
        }));

      it("with patience is asked again, and then no more: that is the story's to judge", () =>
        told('hurriedTrip', async (handle, trip) => {
          assert.deepEqual(await ended(handle), { fate: 'compensated', reason: 'NobodyAnswered', result: null });
          assert.deepEqual((await effects(trip)).slice(0, 2), ['applied flight', 'applied hotel']);
          await assert.rejects(hurried(handle, trip, { actor: 'bob' }));
        }));

      it('takes no answer that its story rejects, and the value that it is given with', () =>
        told('hurriedTrip', async (handle, trip) => {
          await asked(handle);
          assert.equal(await refusal(hurried(handle, trip, {})), 'approve: ann has booked it');
          const said = { actor: 'bob', value: 'cheap' };
          assert.equal(await refusal(hurried(handle, trip, said)), 'approve: a price is a number');
          await hurried(handle, trip, { actor: 'bob', value: 110 });
          assert.deepEqual(await ended(handle), { fate: 'completed', reason: null, result: { price: 110, by: 'bob' } });
          assert.deepEqual(await effects(trip), ['applied flight', 'applied runs/1/fate']);
        }));

      it('takes an answer that is being written when patience ends', () =>
        told('hurriedTrip', async (handle, trip) => {
          await asked(handle);
          const slow = new Gate();
          trips.receives('recordAnswer', slow.pass);
          const answered = hurried(handle, trip, { actor: 'bob' });
          await slow.arrived;
          await sleep(3_500);
          slow.open();
          await answered;
          assert.equal((await ended(handle)).fate, 'completed');
        })).timeout(30_000);

      it('is not asked again after a reset to before it: the stored answer is taken', () =>
        told('approvedTrip', async (handle, trip) => {
          await asked(handle);
          await answer(handle, trip, 'yes');
          const first = await ended(handle);
          const again = await server.reset(handle, 'openQuestion');
          assert.deepEqual(await ended(again), first);
          assert.deepEqual(await effects(trip), APPROVED);
          assert.deepEqual(await decisions(trip), [{ kind: 'answer', ...by, question: 'approve', choice: 'yes' }]);
          assert.equal(await statusOf(again), 'COMPLETED');
        })).timeout(30_000);
    });

    describe('a decision that cannot be recorded', () => {
      it('is not taken, and does not keep the run from its end', () =>
        told('bookTrip', async (handle, trip) => {
          const sent = new Gate();
          trips.script('sendTickets', sent.pass);
          const key = `${trip}/sent`;
          const resolved = (value: unknown, over: object = {}, updateId?: string): Promise<void> =>
            handle.executeUpdate('resolve', {
              args: [{ ...by, key, action: 'complete', value, ...over }],
              ...(updateId === undefined ? {} : { updateId }),
            });
          await shows(handle, 'sendTickets parked: TimeoutFailure');
          sent.open();
          assert.equal(
            await refusal(resolved({ booking: 7 })),
            'not what sendTickets would give: ValueNotDeclared: booking: invalid_type',
          );
          assert.equal(await refusal(resolved({ booking: '7' }, { reason: undefined })), 'a decision gives its reason');
          for (const id of ['x'.repeat(200), 'decision#2'])
            assert.equal(
              await refusal(resolved({ booking: '7' }, {}, id)),
              'the id of a decision is ^[A-Za-z0-9._-]{1,64}$',
            );
          await resolved({ booking: '7' });
          assert.equal((await ended(handle)).fate, 'completed');
          assert.equal((await decisions(trip)).length, 1);
        })).timeout(30_000);
    });

    describe('a reset', () => {
      it('of a cancelled run does and undoes nothing twice, and comes to the recorded fate', () =>
        told('bookTrip', async (handle, trip) => {
          const hotel = new Gate();
          trips.script('bookHotel', hotel.pass);
          await hotel.arrived;
          await handle.executeUpdate('cancel', { args: [by] });
          hotel.open();
          const first = await ended(handle);
          assert.deepEqual(first, { fate: 'compensated', reason: 'Cancelled', result: null });
          const before = await effects(trip);
          assert.deepEqual(before, [
            'applied flight',
            'applied hotel',
            'burned hotel',
            'applied hotel/cancel',
            'burned flight',
            'applied flight/cancel',
            'applied runs/1/fate',
          ]);
          for (const step of ['bookHotel', 'bookFlight']) {
            const again = await server.reset(handle, step);
            assert.deepEqual(await ended(again), first);
            assert.equal(await statusOf(again), 'COMPLETED');
          }
          assert.deepEqual(await effects(trip), before);
          assert.deepEqual(await decisions(trip), [{ kind: 'cancel', ...by, question: null, choice: null }]);
        }));

      for (const action of ['complete', 'skip'] as const)
        it(`of a run whose stuck undo a person decided to ${action} is not stuck again`, () =>
          told('insuredTrip', async (handle, trip) => {
            const lapsed = (attempt: { refuse(type: 'Lapsed'): Error }): never => {
              throw attempt.refuse('Lapsed');
            };
            trips.script('cancelInsurance', lapsed, lapsed, lapsed).script('bookHotel', (attempt) => {
              throw attempt.refuse('SoldOut');
            });
            await shows(handle, 'cancelInsurance stuck: Lapsed');
            const key = `${trip}/insurance/cancel`;
            await handle.executeUpdate('resolve', { args: [{ ...by, key, action }] });
            const first = await ended(handle);
            assert.deepEqual(first, { fate: 'compensated', reason: 'SoldOut', result: null });
            const before = await effects(trip);
            assert.deepEqual(before.toSorted(), [
              'applied flight',
              'applied flight/cancel',
              'applied insurance',
              'applied runs/1/fate',
              'burned flight',
              'burned insurance',
              'refused hotel',
              'refused insurance/cancel',
              'resolved insurance/cancel',
            ]);
            for (const step of ['bookHotel', 'bookFlight']) {
              const again = await server.reset(handle, step);
              assert.deepEqual(await ended(again), first);
              assert.equal(await stuck(again), false);
            }
            assert.deepEqual(await effects(trip), before);
            assert.deepEqual(await decisions(trip), [{ kind: 'resolve', ...by, question: null, choice: null }]);
          }));

      it('in the middle of a walk back is compensated all the same: what is burned was applied', () =>
        told('bookTrip', async (handle, trip) => {
          const undone = new Gate();
          trips.answers('cancelFlight', undone.pass).script('bookHotel', (attempt) => {
            throw attempt.refuse('SoldOut');
          });
          await undone.arrived;
          const again = await server.reset(handle, 'bookFlight');
          undone.open();
          assert.deepEqual(await ended(again), { fate: 'compensated', reason: 'Burned', result: null });
          assert.deepEqual(await effects(trip), [
            'applied flight',
            'refused hotel',
            'burned flight',
            'applied flight/cancel',
            'applied runs/1/fate',
          ]);
        }));

      it('of a completed run replays every outcome and does nothing', () =>
        told('bookTrip', async (handle, trip) => {
          const first = await ended(handle);
          const before = await effects(trip);
          const again = await server.reset(handle, 'bookFlight');
          assert.deepEqual(await ended(again), first);
          assert.deepEqual(await effects(trip), before);
          assert.deepEqual(before, [
            'applied flight',
            'applied hotel',
            'applied tickets',
            'applied sent',
            'applied runs/1/fate',
          ]);
        }));
    });
  });
