import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { SETTLE_HOLD, type Reservation, type Reserved } from '../../../src/contracts/ledger.ts';
import type { Ended } from '../../../src/kit/contract/updates.ts';
import { Bank } from '../../support/bank.ts';
import { until } from '../../support/conditions.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { MODES, type Mode } from '../../support/temporal.ts';

describe('reserve-funds', () => {
  let bank: Bank;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    bank = await Bank.open('reservations');
  });
  after(() => bank.close());
  beforeEach(() => bank.opened());
  afterEach(() => bank.sound());

  const settle = (handle: WorkflowHandle, choice: string, value?: string): Promise<void> =>
    bank.answer(handle, SETTLE_HOLD.question, choice, value === undefined ? {} : { value });
  async function reserved(
    mode: Mode,
    act: (handle: WorkflowHandle) => Promise<void>,
    over: Partial<Reservation> = {},
  ): Promise<Ended<Reserved>> {
    const wanted: Reservation = {
      transferId: randomUUID(),
      debtor: 'alice',
      creditor: 'bob',
      amountMinor: '2500',
      currency: 'GBP',
      expiresAfterSeconds: 3_600,
      ...over,
    };
    const of = { mode, workflow: 'reserveFunds', prefix: 'reservations' };
    const [run] = await bank.runs<Reservation, Reserved>(of, [wanted], act);
    return run!.ended;
  }
  const held = (): Promise<unknown> =>
    until('held', async () => (await bank.balances())['alice'] === '10000 (2500 held)');

  for (const mode of MODES)
    describe(mode, () => {
      it('is held until it is posted', async () => {
        const { fate, result } = await reserved(mode, async (handle) => {
          await held();
          await settle(handle, 'post');
        });
        assert.deepEqual([fate, result?.postedMinor], ['completed', '2500']);
        assert.deepEqual(await bank.balances(), { alice: '7500', bank: '-10000', bob: '2500' });
      });

      it('is posted in part: the rest is free again', async () => {
        const { result } = await reserved(mode, (handle) => settle(handle, 'post', '1'));
        assert.equal(result?.postedMinor, '1');
        assert.deepEqual(await bank.booked(), ['transfer: alice -1', 'transfer: bob 1']);
        assert.deepEqual(await bank.balances(), { alice: '9999', bank: '-10000', bob: '1' });
      });

      it('is not posted beyond what is held, nor with an amount that is none', async () => {
        await reserved(mode, async (handle) => {
          for (const value of ['2501', '0', '-1', '1.5', 'all'])
            await assert.rejects(settle(handle, 'post', value), (error: { cause?: Error }) =>
              /^settle: an amount in minor units/.test(error.cause?.message ?? ''),
            );
          await assert.rejects(settle(handle, 'void', '1'));
          await settle(handle, 'void');
        });
        assert.deepEqual(await bank.balances(), { alice: '10000', bank: '-10000' });
      });

      it('above what one person may do alone is not posted by who entered it', async () => {
        await bank.database.query(`insert into ledger.limits values ('alice', null, null, 2499)`);
        const post = (handle: WorkflowHandle, actor: string): Promise<void> =>
          bank.answer(handle, SETTLE_HOLD.question, 'post', { actor });
        const { fate } = await reserved(
          mode,
          async (handle) => {
            await assert.rejects(post(handle, 'mary'), (error: { cause?: Error }) =>
              /the checker is never the maker/.test(error.cause?.message ?? ''),
            );
            await post(handle, 'bob');
          },
          { maker: 'mary' },
        );
        assert.equal(fate, 'completed');
      });

      for (const [how, reason] of [
        ['voided', 'Voided'],
        ['left to expire', 'Expired'],
      ] as const)
        it(`${how}, gives back what it held`, async () => {
          const ended = await reserved(
            mode,
            async (handle) => {
              await held();
              if (reason === 'Voided') await settle(handle, 'void');
            },
            reason === 'Voided' ? {} : { expiresAfterSeconds: 2 },
          );
          assert.deepEqual(ended, { fate: 'compensated', reason, result: null });
          assert.deepEqual(await bank.balances(), { alice: '10000', bank: '-10000' });
        });

      it('is refused where there is not so much', async () => {
        const ended = await reserved(mode, async () => undefined, { amountMinor: '10001' });
        assert.deepEqual(ended, { fate: 'refused', reason: 'Overdrawn', result: null });
      });
    });
});
