import assert from 'node:assert/strict';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { Bank } from '../../support/bank.ts';
import { Gate } from '../../support/conditions.ts';
import { s3Of } from '../../support/s3.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { MODES, statusOf } from '../../support/temporal.ts';

describe('transfer-funds', () => {
  let bank: Bank;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    bank = await Bank.open('transfers');
  });
  after(() => bank.close());
  beforeEach(() => bank.opened());
  afterEach(() => bank.sound());

  for (const mode of MODES)
    describe(mode, () => {
      it('books a debit and a credit that sum to zero, and tells both sides', async () => {
        const { ended, handle, payload } = await bank.transfer(mode, {});
        assert.equal(ended.fate, 'completed');
        assert.deepEqual(await bank.booked(), ['transfer: alice -2500', 'transfer: bob 2500']);
        assert.deepEqual(await bank.balances(), { alice: '7500', bank: '-10000', bob: '2500' });
        const advice = await s3Of(bank.env).send(
          new GetObjectCommand({ Bucket: bank.env['EVENKEEL_S3_BUCKET']!, Key: ended.result!.advice }),
        );
        assert.deepEqual(JSON.parse(await advice.Body!.transformToString()), {
          ...payload,
          transactionId: ended.result!.transactionId,
        });
        assert.equal(await statusOf(handle), 'COMPLETED');
      });

      for (const [reason, what] of [
        ['Overdrawn', { amountMinor: '10001' }],
        ['AmountNotPositive', { amountMinor: '0' }],
        ['AmountNotPositive', { amountMinor: '-1' }],
        ['UnknownAccount', { creditor: 'nobody' }],
        ['AccountClosed', { creditor: 'dora' }],
        ['WrongCurrency', { creditor: 'carol' }],
        ['SameAccount', { creditor: 'alice' }],
        ['AboveMaximum', { creditor: 'full' }],
      ] as const)
        it(`is refused as ${reason} and books nothing: ${JSON.stringify(what)}`, async () => {
          const { ended } = await bank.transfer(mode, what);
          assert.deepEqual(ended, { fate: 'refused', reason, result: null });
          assert.deepEqual(await bank.booked(), []);
          assert.deepEqual(await bank.balances(), { alice: '10000', bank: '-10000' });
        });

      it('cancelled after it was posted, is undone by a linked reversing entry', async () => {
        const posted = new Gate();
        const { ended } = await bank.transfer(
          mode,
          {},
          async (handle) => {
            await posted.arrived;
            await handle.executeUpdate('cancel', { args: [{ actor: 'ann', reason: 'wrong account' }] });
            posted.open();
          },
          (point, { activity }) => (point === 'committed' && activity === 'postTransfer' ? posted.pass() : undefined),
        );
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert.deepEqual(await bank.booked(), [
          'transfer: alice -2500',
          'transfer: bob 2500',
          'reversal of transfer: alice 2500',
          'reversal of transfer: bob -2500',
        ]);
        assert.deepEqual(await bank.balances(), { alice: '10000', bank: '-10000' });
      });

      it('is not posted where the creditor would have more than their account may: nothing stays held', async () => {
        // Between hold and posting somebody else's money came in.
        const { ended } = await bank.transfer(mode, {}, undefined, async (point, { activity }) => {
          if (point === 'committed' && activity === 'holdFunds')
            await bank.database.query(`update ledger.accounts set maximum_minor = 2499 where account_id = 'bob'`);
        });
        assert.deepEqual(ended, { fate: 'compensated', reason: 'AboveMaximum', result: null });
        assert.deepEqual(await bank.balances(), { alice: '10000', bank: '-10000' });
      });

      it('moves an amount that no JSON number holds, exactly', async () => {
        await bank.database.query(`update ledger.accounts set minimum_minor = null where account_id = 'alice'`);
        await bank.transfer(mode, { amountMinor: '9007199254740993' });
        assert.equal((await bank.balances())['bob'], '9007199254740993');
      });
    });

  it('lets exactly as many of fifty transfers at once through as there is money for', async () => {
    const runs = await bank.transfers(
      'cached',
      Array.from({ length: 50 }, () => ({ amountMinor: '1000' })),
    );
    const fates = runs.map(({ ended }) => ended.reason ?? ended.fate).toSorted();
    assert.deepEqual([...new Set(fates)], ['Overdrawn', 'completed']);
    assert.equal(fates.filter((fate) => fate === 'completed').length, 10);
    assert.deepEqual(await bank.balances(), { bank: '-10000', bob: '10000' });
  }).timeout(120_000);
});
