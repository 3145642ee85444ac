import assert from 'node:assert/strict';
import type { Database } from '../../src/kit/effects/database.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../support/stack.ts';

describe('the ledger itself', () => {
  let database: Database;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ database } = await freshDatabase('ledger'));
    await database.query(`insert into ledger.accounts values ('a', 'GBP', null), ('b', 'GBP', null)`);
    await database.query(`insert into ledger.transactions values ('t', 'transfer', null, now())`);
    await database.query(`insert into ledger.entries values ('t', 1, 'a', 'GBP', -5), ('t', 2, 'b', 'GBP', 5)`);
  });
  const refuses = (sql: string, code: string): Promise<void> =>
    assert.rejects(database.query(sql), (error: { code?: string }) => error.code === code);

  it('refuses a transaction that does not sum to zero', () =>
    refuses(`insert into ledger.entries values ('t', 3, 'a', 'GBP', 1)`, '23514'));
  it('refuses to change or remove an entry', async () => {
    await refuses(`update ledger.entries set amount_minor = 6 where n = 1`, '23001');
    await refuses(`delete from ledger.entries`, '23001');
  });
  it('refuses a second reversal of one transaction', async () => {
    await database.query(`insert into ledger.transactions values ('r1', 'reversal', 't', now())`);
    await refuses(`insert into ledger.transactions values ('r2', 'reversal', 't', now())`, '23505');
  });
});
