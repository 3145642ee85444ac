import assert from 'node:assert/strict';
import { SimulatorControl, type RailLedger } from '../../../src/dev/simulators/control.ts';
import { startRail } from '../../../src/dev/simulators/rail-server.ts';
import { spawnSimulator, withJournal } from './support.ts';

type Answer = [number, Record<string, unknown>];
type Ask = (target: string, body?: object) => Promise<Answer>;
interface Bench {
  ask: Ask;
  control: SimulatorControl<RailLedger>;
  clock: { nowMs: number };
}

const askAt =
  (url: string): Ask =>
  async (target, body) => {
    const [method = '', path = ''] = target.split(' ');
    const response = await fetch(`${url}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    return [response.status, (await response.json()) as Record<string, unknown>];
  };

const bench = (run: (bench: Bench) => Promise<void>) => (): Promise<void> =>
  withJournal(async (file) => {
    const clock = { nowMs: Date.UTC(2026, 0, 1) };
    const simulator = await startRail({
      port: 0,
      file,
      now: () => clock.nowMs,
      settlesAfterMs: 1_000,
      returnsAfterMs: 5_000,
    });
    try {
      await run({ ask: askAt(simulator.url), control: new SimulatorControl(simulator.url), clock });
    } finally {
      await simulator.close();
    }
  });

const instruction = (account: string, instructionId = 'tr_42'): object => ({
  instructionId,
  amountMinor: '2500',
  currency: 'GBP',
  debtorAccount: 'alice',
  creditor: { name: 'Ada Byron', account },
});
const submit = (ask: Ask, account: string, id?: string): Promise<Answer> =>
  ask('POST /credit-transfers', instruction(account, id));

describe('payment rail simulator', () => {
  for (const [account, later] of [
    ['GB-1', { status: 'ACSC' }],
    ['LATE-1', { status: 'RJCT', reason: 'AC04' }],
    ['SILENT-1', { status: 'ACSP' }],
    ['RETURN-1', { status: 'ACSC' }],
  ] as const)
    it(
      `accepts a payment to ${account}, and says later: ${later.status}`,
      bench(async ({ ask, clock }) => {
        assert.deepEqual(await submit(ask, account), [201, { instructionId: 'tr_42', status: 'ACSP' }]);
        clock.nowMs += 1_000;
        assert.deepEqual(await ask('GET /credit-transfers/tr_42'), [200, { instructionId: 'tr_42', ...later }]);
      }),
    );

  it(
    'rejects one at once, and does not remember it',
    bench(async ({ ask, control }) => {
      const rejected = [200, { instructionId: 'tr_42', status: 'RJCT', reason: 'AC01' }];
      assert.deepEqual(await submit(ask, 'REJECT-1'), rejected);
      assert.deepEqual(await submit(ask, 'REJECT-1'), rejected);
      assert.deepEqual((await control.ledger()).payments, []);
      assert.equal((await ask('GET /credit-transfers/tr_42'))[0], 404);
    }),
  );

  it(
    'knows an instruction by its id: again it is answered what became of it, and another one is a duplication',
    bench(async ({ ask, clock, control }) => {
      await submit(ask, 'GB-1');
      clock.nowMs += 1_000;
      assert.deepEqual(await submit(ask, 'GB-1'), [200, { instructionId: 'tr_42', status: 'ACSC' }]);
      assert.deepEqual(await submit(ask, 'GB-2'), [409, { code: 'AM05' }]);
      assert.equal((await control.ledger()).payments.length, 1);
    }),
  );

  it(
    'tells what came back, a page at a time, and as often as it is asked',
    bench(async ({ ask, clock }) => {
      for (let n = 0; n < 103; n++) await submit(ask, n === 50 ? 'GB-1' : `RETURN-${n}`, `tr_${n}`);
      clock.nowMs += 5_999;
      assert.deepEqual(await ask('GET /returns'), [200, { returns: [], next: null }]);
      clock.nowMs += 1;
      const [, first] = (await ask('GET /returns')) as [number, { returns: object[]; next: string }];
      const [, second] = await ask(`GET /returns?after=${first.next}`);
      assert.deepEqual(first.returns[0], {
        returnId: 'ret-tr_0',
        instructionId: 'tr_0',
        amountMinor: '2500',
        currency: 'GBP',
        reason: 'AC06',
      });
      assert.deepEqual([first.returns.length, second], [100, { returns: second['returns'], next: null }]);
      assert.equal((second['returns'] as object[]).length, 2);
    }),
  );

  it(
    'refuses what is no instruction',
    bench(async ({ ask }) => {
      for (const amountMinor of ['0', '-1', '1.5', 25])
        assert.equal((await ask('POST /credit-transfers', { ...instruction('GB-1'), amountMinor }))[0], 400);
      assert.equal((await ask('DELETE /credit-transfers/tr_42'))[0], 404);
    }),
  );

  it('remembers everything after a SIGKILL, and no name', () =>
    withJournal(async (file) => {
      const entry = 'src/dev/simulators/rail.ts';
      const first = await spawnSimulator(entry, file);
      await submit(askAt(first.url), 'SILENT-1');
      const before = await new SimulatorControl<RailLedger>(first.url).ledger();
      await first.stop('SIGKILL');
      const second = await spawnSimulator(entry, file);
      assert.deepEqual(await new SimulatorControl<RailLedger>(second.url).ledger(), before);
      assert.ok(!JSON.stringify(before).includes('Ada'));
      assert.equal(await second.stop('SIGTERM'), 0);
    }));
});
