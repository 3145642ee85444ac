import assert from 'node:assert/strict';
import { transferActivities } from '../../../src/activities/ledger/transfers.ts';
import * as ledger from '../../../src/contracts/ledger.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import type { ActivityFunction } from '../../../src/kit/effects/bind.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { attempt, cameOf, short } from '../../../src/kit/testing/attempt.ts';
import { boundOn } from '../../support/bound.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';

describe('money of an account', () => {
  let database: Database;
  let bound: Record<string, ActivityFunction>;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ database } = await freshDatabase('transfers_activities'));
    // What is tested here stores no advice.
    bound = boundOn(database, ledger, transferActivities(undefined as never, ''));
  });
  const held = (transferId: string, debtor: string, creditor: string): Promise<Json> => {
    const transfer = { transferId, debtor, creditor, amountMinor: '10', currency: 'GBP' };
    return cameOf(attempt(bound, 'holdFunds', transfer, { workflowId: `ledger/${transferId}` })).then(short);
  };
  const opened = (account: string, minor: number): Promise<object[]> =>
    database.query(`insert into ledger.accounts (account_id, currency, balance_minor) values ($1, 'GBP', $2)`, [
      account,
      minor,
    ]);
  const kinds = (came: readonly Json[]): string[] =>
    came.map((each) => (typeof each === 'string' ? each : 'held')).toSorted();

  it('is held by exactly as many of thirty transfers at once as there is of it', async () => {
    await opened('poor', 100);
    await opened('shop', 0);
    const came = await Promise.all(Array.from({ length: 30 }, (_, i) => held(`many-${i}`, 'poor', 'shop')));
    assert.deepEqual(kinds(came), [...Array<string>(20).fill('Overdrawn'), ...Array<string>(10).fill('held')]);
  });

  it('is held within the limit of its day by exactly as many of thirty transfers at once, however much there is', async () => {
    await opened('careful', 1_000);
    await opened('market', 0);
    await database.query(`insert into ledger.limits values ('careful', 10, 100, null)`);
    const came = await Promise.all(Array.from({ length: 30 }, (_, i) => held(`limited-${i}`, 'careful', 'market')));
    assert.deepEqual(kinds(came), [...Array<string>(20).fill('AboveDayLimit'), ...Array<string>(10).fill('held')]);
  });

  it('is posted only while it is held', async () => {
    await opened('holder', 10);
    await opened('taker', 0);
    await held('let-go', 'holder', 'taker');
    const transfer = { transferId: 'let-go', debtor: 'holder', creditor: 'taker', amountMinor: '10', currency: 'GBP' };
    await attempt(bound, 'voidHold', transfer, { workflowId: 'reservations/let-go' }); // of another run, by the same id
    await assert.rejects(attempt(bound, 'postTransfer', transfer, { workflowId: 'ledger/let-go' }));
    assert.deepEqual(await database.query(`select from ledger.entries where account_id = 'taker'`), []);
  });

  it('is locked in one order: transfers both ways do not wait for each other', async () => {
    await opened('one', 1_000);
    await opened('other', 1_000);
    const came = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        i % 2 === 0 ? held(`there-${i}`, 'one', 'other') : held(`back-${i}`, 'other', 'one'),
      ),
    );
    assert.deepEqual(kinds(came), Array(40).fill('held'));
  });
});
