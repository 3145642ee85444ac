import assert from 'node:assert/strict';
import { railActivities } from '../../../src/activities/ledger/rail.ts';
import { transferActivities } from '../../../src/activities/ledger/transfers.ts';
import * as ledger from '../../../src/contracts/ledger.ts';
import * as rail from '../../../src/contracts/rail.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { attempt, cameOf, short } from '../../../src/kit/testing/attempt.ts';
import { boundOn } from '../../support/bound.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';

const TRANSFER: ledger.Transfer = {
  transferId: 'sent',
  debtor: 'alice',
  beneficiary: { name: 'Ada Byron', account: 'PAID' },
  amountMinor: '2500',
  currency: 'GBP',
};
const NEWS: rail.Return = {
  returnId: 'ret-sent',
  transferId: 'sent',
  amountMinor: '2500',
  currency: 'GBP',
  reason: 'AC06',
};

describe('a return', () => {
  let database: Database;
  let act: (activity: string, input: Json | object) => Promise<Json>;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ database } = await freshDatabase('returns'));
    await database.query(
      `insert into ledger.accounts (account_id, currency, minimum_minor, balance_minor)
       values ('alice', 'GBP', 0, 2500), ('clearing', 'GBP', 0, 0), ('nostro', 'GBP', null, 0)`,
    );
    await database.query(`insert into ledger.rails values ('GBP', 'clearing', 'nostro')`);
    // Nothing here goes to the rail, nor tells anybody.
    const bound = {
      ...boundOn(database, ledger, transferActivities(undefined as never, '')),
      ...boundOn(database, rail, railActivities(undefined as never, undefined as never, '')),
    };
    act = (activity, input) => cameOf(attempt(bound, activity, input, { workflowId: 'tests/returns' })).then(short);
  });

  it('of what nobody sent is refused', async () => {
    assert.equal(await act('postReturn', { ...NEWS, returnId: 'ret-none', transferId: 'none' }), 'UnknownTransfer');
  });

  it('of what never left by a rail is refused', async () => {
    await database.query(`insert into ledger.accounts (account_id, currency, balance_minor) values ('bob', 'GBP', 0)`);
    const { beneficiary: _beneficiary, ...across } = { ...TRANSFER, transferId: 'across', creditor: 'bob' };
    await act('holdFunds', { ...across, amountMinor: '1' });
    await act('postTransfer', { ...across, amountMinor: '1' });
    const news = { ...NEWS, returnId: 'ret-across', transferId: 'across', amountMinor: '1' };
    assert.equal(await act('postReturn', news), 'UnknownTransfer');
    await database.query(`update ledger.accounts set balance_minor = 2500 where account_id = 'alice'`);
  });

  it('that comes before its payment is booked, or its settlement, waits for that; it is of just that amount, and booked once', async () => {
    await act('holdFunds', TRANSFER);
    assert.equal(await act('postReturn', NEWS), 'NotSettled');
    await act('postTransfer', TRANSFER);
    assert.equal(await act('postReturn', NEWS), 'NotSettled');
    await act('settleTransfer', TRANSFER);
    assert.equal(await act('postReturn', { ...NEWS, returnId: 'ret-less', amountMinor: '2499' }), 'AmountDiffers');
    await database.query(`update ledger.accounts set maximum_minor = 2499 where account_id = 'alice'`);
    assert.equal(await act('postReturn', { ...NEWS, returnId: 'ret-full' }), 'AboveMaximum');
    await database.query(`update ledger.accounts set maximum_minor = 2500 where account_id = 'alice'`);
    assert.deepEqual(await act('postReturn', NEWS), { transactionId: 'transfers/sent/reversal' });
    assert.equal(await act('postReturn', { ...NEWS, returnId: 'ret-again' }), 'AlreadyReturned');
  });
});
