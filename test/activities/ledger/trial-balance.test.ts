import assert from 'node:assert/strict';
import { trialBalance, trialBalanceActivities } from '../../../src/activities/ledger/trial-balance.ts';
import * as contracts from '../../../src/contracts/trial-balance.ts';
import { TIMEOUTS, type Database } from '../../../src/kit/effects/database.ts';
import { bind } from '../../../src/kit/effects/bind.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../../../src/kit/effects/postgres.ts';
import { attempt } from '../../../src/kit/testing/attempt.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../support/stack.ts';

describe('a trial balance on schedule', () => {
  let database: Database;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ database } = await freshDatabase('trial_balance', { ...TIMEOUTS, statementMs: 300 }));
  });
  const check = async (schedule: string): Promise<unknown> => {
    const bound = bind(contracts, trialBalanceActivities(), {
      pipeline: 'ledger',
      store: new PostgresStore(database),
      fingerprint: sha256,
      clock: () => new Date(),
      observe: () => undefined,
      log: () => undefined,
    });
    return attempt(bound, 'checkTrialBalance', { schedule, at: '2026-01-01T05:05:00Z' });
  };

  it('tells a hundred of what is wrong, in order, and keeps all of it, as the command has it', async () => {
    await database.query(
      `insert into ledger.accounts (account_id, currency, balance_minor)
       select 'a-' || lpad(n::text, 3, '0'), 'GBP', 1 from generate_series(1, 120) n`,
    );
    const names = Array.from({ length: 120 }, (_, n) => `a-${String(n + 1).padStart(3, '0')}`);
    assert.deepEqual(await check('many'), { accounts: 120, wrong: 120, first: names.slice(0, 100) });
    const [kept] = await database.query<{ wrong: string[] }>(
      `select wrong from ledger.kept_trial_balances where drawn_for like 'many-%'`,
    );
    assert.deepEqual(kept!.wrong, names);
    assert.deepEqual((await trialBalance(database)).wrong, names);
  });

  it('takes as long as it takes, beyond what a statement may elsewhere', async () => {
    await database.query(
      `create or replace view ledger.out_of_balance as select 'slow'::text as what from (select pg_sleep(0.6)) s`,
    );
    assert.deepEqual(await check('slow'), { accounts: 120, wrong: 1, first: ['slow'] });
  });
});
