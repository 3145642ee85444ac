import assert from 'node:assert/strict';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { standings } from '../../../src/cli/reset/known.ts';
import { tell } from '../../../src/cli/reset/history.ts';
import { predict, type Prediction } from '../../../src/cli/reset/predict.ts';
import type { Activity } from '../../../src/kit/contract/activity.ts';
import * as run from '../../../src/kit/contract/run.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { parseHistory } from '../../../src/kit/histories/saved.ts';
import { Agency } from '../../support/agency.ts';
import { Gate, until } from '../../support/conditions.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { bundleOf, calledFrom, callsOf, Server, stagesOf } from '../../support/temporal.ts';
import * as trips from '../../support/workflows/contracts.ts';

const soldOut = (attempt: { refuse(type: 'SoldOut'): Error }): never => {
  throw attempt.refuse('SoldOut');
};
const breaks = (): never => {
  throw new Error('the line is dead');
};

describe('a predicted reset', () => {
  let server: Server;
  let database: Database;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    [server, { database }] = await Promise.all([
      Server.open(),
      freshDatabase('predict'),
      bundleOf('test/support/workflows/index.ts'),
    ]);
  });
  after(() => server.close());

  const contracts = new Map(Object.values({ ...trips, ...run }).map((each) => [each.name, each as Activity]));
  async function predicted(agency: Agency, to: string): Promise<Prediction & { point: number }> {
    const saved = parseHistory(historyToJSON(await agency.handle.fetchHistory()))!;
    const told = tell(saved, (name) => contracts.get(name), undefined);
    const point = told.calls.find(({ activity }) => activity.name === to)!.task;
    const { fate, run } = await agency.inbox();
    const known = { workflowId: agency.workflowId, run, fate, cancelled: false };
    return { ...(await predict(told, point, { ...known, ...standings(database, sha256) })), point };
  }
  const calledBy = ({ called }: Prediction): string[] => called.map((each) => `${each.activity} ${each.standing}`);
  const names = (called: readonly string[]): string[] => called.map((call) => call.split(' ')[0]!);
  /** What the reset then really called. */
  async function reset(agency: Agency, point: number): Promise<string[]> {
    const again = await server.resetTo(agency.handle, point);
    await again.result();
    return calledFrom(again, point);
  }

  it('calls what was made together with the step, too', async () => {
    const agency = new Agency(server, database, 'bookTripAtOnce');
    await agency.start();
    await agency.withWorker('cached', async () => {
      await agency.ended();
      const { point, ...prediction } = await predicted(agency, 'bookHotel');
      const called = ['bookFlight applied', 'bookHotel applied', 'issueTickets applied', 'recordFate applied'];
      assert.deepEqual(calledBy(prediction), called);
      assert.deepEqual(await reset(agency, point), names(called));
    });
  });

  it('of two made together walks back when both are there, though the first is burned', async () => {
    const agency = new Agency(server, database, 'bookTripAtOnce');
    agency.trips.script('issueTickets', soldOut);
    await agency.start();
    await agency.withWorker('cached', async () => {
      await agency.ended();
      const { point, ...prediction } = await predicted(agency, 'bookHotel');
      const back = ['cancelHotel applied', 'cancelFlight applied', 'recordFate applied'];
      assert.deepEqual(calledBy(prediction), ['bookFlight burned', 'bookHotel burned', ...back]);
      assert.deepEqual(await reset(agency, point), names(calledBy(prediction)));
    });
  });

  it('calls once what was called again after a person had settled it', async () => {
    const agency = new Agency(server, database, 'insuredTrip');
    agency.trips.script('insureTrip', ...Array.from({ length: 100 }, () => breaks));
    await agency.start();
    await agency.withWorker('cached', async () => {
      await until('parked', async () => / parked/.test((await stagesOf(agency.handle)).join()));
      const key = `${agency.trip}/insurance`;
      await agency.handle.executeUpdate('resolve', {
        args: [{ actor: 'ann', reason: 'by phone', key, action: 'complete', value: { booking: 'by hand' } }],
      });
      await agency.ended();
      const { point, ...prediction } = await predicted(agency, 'bookFlight');
      const called = ['bookFlight', 'insureTrip', 'bookHotel', 'issueTickets', 'recordFate'];
      assert.deepEqual(
        calledBy(prediction),
        called.map((activity) => `${activity} applied`),
      );
      assert.deepEqual(await reset(agency, point), called);
    });
  });

  it('calls what was under way at that point, too: its answer came later', async () => {
    const agency = new Agency(server, database, 'bookTripAbreast');
    const late = new Gate();
    agency.trips.script('bookFlight', late.pass);
    await agency.start();
    await agency.withWorker('cached', async () => {
      await until('the car', async () => (await callsOf(agency.handle)).includes('rentCar done'));
      late.open();
      await agency.ended();
      const { point, ...prediction } = await predicted(agency, 'rentCar');
      const rest = ['rentCar applied', 'issueTickets applied', 'recordFate applied'];
      assert.deepEqual(calledBy(prediction), ['bookFlight applied', ...rest]);
      assert.deepEqual(
        prediction.replayed.map(({ key }) => key),
        [`${agency.trip}/hotel`],
      );
      let flights = 0;
      agency.trips.receives('bookFlight', () => void flights++);
      assert.deepEqual(await reset(agency, point), names(rest));
      assert.equal(flights, 1, 'it stands in what is replayed, and ran again');
    });
  });

  it('of a redriven run is told again through what was undone', async () => {
    const agency = new Agency(server, database, 'bookTrip');
    const gate = new Gate();
    agency.trips.script('issueTickets', soldOut).script('cancelFlight', async () => {
      await gate.pass();
      throw new Error('the worker was killed');
    });
    await agency.start();
    await agency.withWorker('cached', async () => {
      await gate.arrived;
      await agency.terminate();
      gate.open();
      await agency.redrive();
      const first = await agency.ended();
      for (const step of ['openRun', 'bookHotel']) {
        const { point, ...prediction } = await predicted(agency, step);
        const called = calledBy(prediction);
        const back = ['cancelHotel applied', 'cancelFlight applied', 'recordFate applied'];
        assert.deepEqual(called.slice(-5), ['bookHotel burned', 'issueTickets refused', ...back]);
        assert.deepEqual(await reset(agency, point), names(called));
        assert.deepEqual(await agency.ended(), first);
      }
    });
  });
});
