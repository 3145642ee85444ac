import assert from 'node:assert/strict';
import type { Return, Returned } from '../../../src/contracts/rail.ts';
import type { Transfer } from '../../../src/contracts/ledger.ts';
import { Bank, type Run } from '../../support/bank.ts';
import { until } from '../../support/conditions.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { MODES, shows, stagesOf, type Mode } from '../../support/temporal.ts';
import { UPDATE } from '../../../src/kit/contract/updates.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const UNTOUCHED = { alice: '10000', bank: '-10000' };
/** To another bank; what becomes of it, the rail tells by the account. */
const to = (account: string, name = 'Ada Byron'): Partial<Transfer> => ({ beneficiary: { name, account } });

describe('a transfer to another bank', () => {
  let bank: Bank;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    bank = await Bank.open('payments');
  });
  after(() => bank.close());
  beforeEach(() => bank.opened());
  afterEach(async () => {
    await bank.rail.faults([]);
    await bank.sound();
  });
  const paid = async ({ transferId }: Transfer): Promise<number> =>
    (await bank.rail.ledger()).payments.filter(({ instructionId }) => instructionId === transferId).length;

  for (const mode of MODES)
    describe(mode, () => {
      it('goes through the clearing account, and is paid once', async () => {
        const { ended, payload } = await bank.transfer(mode, to('PAID-1'));
        assert.equal(ended.fate, 'completed', ended.reason ?? '');
        assert.equal(ended.result!.payment, 'settled');
        assert.deepEqual(await bank.booked(), [
          'transfer: alice -2500',
          'transfer: clearing 2500',
          'settlement: clearing -2500',
          'settlement: nostro 2500',
        ]);
        assert.deepEqual(await bank.balances(), { alice: '7500', bank: '-10000', nostro: '2500' });
        assert.equal(await paid(payload), 1);
      });

      for (const kind of ['lose-request', 'lose-answer', 'double-request', 'fail-after', 'fail-before'] as const)
        it(`is paid once when the rail answers badly: ${kind}`, async () => {
          await bank.rail.faults([{ kind, on: 'POST /credit-transfers', times: 2 }]);
          const { ended, payload } = await bank.transfer(mode, to('PAID-1'));
          assert.equal(ended.result!.payment, 'settled');
          assert.equal(await paid(payload), 1);
          assert.deepEqual(await bank.balances(), { alice: '7500', bank: '-10000', nostro: '2500' });
        });

      it('that the rail rejects at once is undone: nothing was booked', async () => {
        const { ended } = await bank.transfer(mode, to('REJECT-1'));
        assert.deepEqual(ended, { fate: 'compensated', reason: 'PaymentRejected', result: null });
        assert.deepEqual(await bank.booked(), []);
        assert.deepEqual(await bank.balances(), UNTOUCHED);
      });

      it('that the rail rejects late is booked back, and told', async () => {
        const { ended } = await bank.transfer(mode, to('LATE-1'));
        assert.equal(ended.result!.payment, 'rejected');
        assert.deepEqual(await bank.booked(), [
          'transfer: alice -2500',
          'transfer: clearing 2500',
          'reversal of transfer: alice 2500',
          'reversal of transfer: clearing -2500',
        ]);
        assert.deepEqual(await bank.balances(), UNTOUCHED);
      });

      it('that the rail had accepted, and rejected before its answer came, is one that it rejects late', async () => {
        // Sent again until the rail has said its last word.
        await bank.rail.faults([{ kind: 'lose-answer', on: 'POST /credit-transfers', times: 4 }]);
        const { ended } = await bank.transfer(mode, to('LATE-3'));
        assert.deepEqual([ended.fate, ended.result?.payment], ['completed', 'rejected']);
        assert.equal((await bank.booked()).length, 4);
        assert.deepEqual(await bank.balances(), UNTOUCHED);
      });

      it('without a rail for its currency is refused', async () => {
        await bank.database.query('delete from ledger.rails');
        const { ended } = await bank.transfer(mode, to('PAID-2'));
        assert.deepEqual(ended, { fate: 'refused', reason: 'NoRail', result: null });
      });

      it('cannot be cancelled once the rail has it', async () => {
        await bank.rail.faults([{ kind: 'delay-answer', on: 'POST /credit-transfers', ms: 1_500 }]);
        const { ended } = await bank.transfer(mode, to('PAID-3'), async (handle) => {
          await shows(handle, 'submitPayment running');
          await assert.rejects(handle.executeUpdate(UPDATE.cancel, { args: [{ actor: 'ann', reason: 'too late' }] }));
        });
        assert.equal(ended.fate, 'completed');
      });

      it('that comes back days later is booked back, once, however often that is told', async () => {
        const { payload } = await bank.transfer(mode, to('RETURN-1'));
        const known = (await bank.rail.ledger()).returned.length;
        await bank.rail.advanceClock(3 * DAY_MS);
        const { returned } = await bank.rail.ledger();
        assert.ok(returned.length > known);
        const { returnId, amountMinor, currency, reason } = returned.find(
          ({ instructionId }) => instructionId === payload.transferId,
        )!;
        const news = { returnId, transferId: payload.transferId, amountMinor, currency, reason };
        const told = await returning(mode, [news, news]);
        assert.deepEqual(
          told.map(({ ended }) => ended.fate),
          ['completed', 'completed'],
        );
        const [again] = await returning(mode, [{ ...news, returnId: `${returnId}-again` }]);
        assert.deepEqual(again!.ended, { fate: 'refused', reason: 'AlreadyReturned', result: null });
        assert.deepEqual((await bank.booked()).slice(4), [
          'reversal of transfer: alice 2500',
          'reversal of transfer: clearing -2500',
          'reversal of settlement: clearing 2500',
          'reversal of settlement: nostro -2500',
        ]);
        assert.deepEqual(await bank.balances(), UNTOUCHED);
      });

      it('waits for a person when the name is on the list, and is blocked or goes on', async () => {
        await bank.database.query(`insert into ledger.screening_lists values (1, 'a', now()), (2, 'b', now())`);
        await bank.database.query(
          `insert into ledger.screening_entries values (1, 'old-1', 'Ada Byron'), (2, 'q-7', 'Mallory, Eve')`,
        );
        const cleared = await bank.transfer(mode, to('PAID-4', 'Eve Mallori'), async (handle) => {
          await bank.answer(handle, 'screening', 'clear');
        });
        assert.equal(cleared.ended.fate, 'completed');
        const blocked = await bank.transfer(mode, to('PAID-5', 'EVE MALLORY'), async (handle) => {
          await bank.answer(handle, 'screening', 'block');
        });
        assert.deepEqual(blocked.ended, { fate: 'refused', reason: 'Blocked', result: null });
        assert.equal(await paid(blocked.payload), 0);
        const other = await bank.transfer(mode, to('PAID-6', 'Ada Byron'));
        assert.equal(other.ended.fate, 'completed', 'the list of yesterday does not count');
      });

      it('above a limit is refused; what was voided does not count', async () => {
        await bank.database.query(`insert into ledger.limits values ('alice', 5000, 5100, null)`);
        const refused = await bank.transfer(mode, to('REJECT-2'));
        assert.equal(refused.ended.reason, 'PaymentRejected');
        const rejected = await bank.transfer(mode, to('LATE-2'));
        assert.equal(rejected.ended.result!.payment, 'rejected');
        const good = await bank.transfer(mode, {});
        assert.equal(good.ended.fate, 'completed');
        for (const [amountMinor, reason] of [
          ['5001', 'AboveTransferLimit'],
          ['2601', 'AboveDayLimit'],
        ] as const) {
          const { ended } = await bank.transfer(mode, { amountMinor });
          assert.deepEqual(ended, { fate: 'refused', reason, result: null });
        }
        const rest = await bank.transfer(mode, { amountMinor: '2600' });
        assert.equal(rest.ended.fate, 'completed');
      });

      it('above an amount is approved by somebody else than its maker', async () => {
        await bank.database.query(`insert into ledger.limits values ('alice', null, null, 2499)`);
        const { ended } = await bank.transfer(mode, { maker: 'mary' }, async (handle) => {
          await assert.rejects(
            bank.answer(handle, 'approval', 'approve', { actor: 'mary' }),
            (error: { cause?: Error }) => error.cause?.message === 'approval: the checker is never the maker',
          );
          await bank.answer(handle, 'approval', 'approve');
        });
        assert.equal(ended.fate, 'completed');
        const refused = await bank.transfer(mode, { maker: 'mary' }, (handle) =>
          bank.answer(handle, 'approval', 'reject'),
        );
        assert.deepEqual(refused.ended, { fate: 'refused', reason: 'NotApproved', result: null });
        assert.deepEqual(await bank.balances(), { alice: '7500', bank: '-10000', bob: '2500' });
      });
    });

  function returning(mode: Mode, news: readonly Return[]): Promise<Run<Return, Returned>[]> {
    return bank.runs({ mode, workflow: 'returnTransfer', prefix: 'returns' }, news);
  }

  it('waits as long as the rail is silent', async () => {
    await bank.rail.faults([{ kind: 'hold-request', on: 'GET /credit-transfers/:id' }]);
    const { ended } = await bank.transfer('cached', to('PAID-7'), async (handle) => {
      await bank.rail.untilHeld();
      await until('posted', async () => (await stagesOf(handle)).includes('postTransfer done'));
      assert.deepEqual(await bank.balances(), { alice: '7500', bank: '-10000', clearing: '2500' });
      await bank.rail.release();
    });
    assert.equal(ended.result!.payment, 'settled');
  });
});
