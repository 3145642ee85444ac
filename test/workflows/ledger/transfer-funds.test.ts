import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { WorkflowBundle } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import type { Transfer, Transferred } from '../../../src/contracts/ledger.ts';
import type { Ended } from '../../../src/kit/contract/updates.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { PostgresStore } from '../../../src/kit/effects/postgres.ts';
import type { Observe } from '../../../src/kit/effects/store.ts';
import { activitiesOf } from '../../../src/kit/worker/manifest.ts';
import { ledgerPipeline } from '../../../src/pipelines/ledger.ts';
import { bindingOn } from '../../support/bound.ts';
import { Gate } from '../../support/conditions.ts';
import { s3Of } from '../../support/s3.ts';
import { freshDatabase, stack, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { bundleOf, MODES, Server, statusOf, type Mode } from '../../support/temporal.ts';

type Run = { ended: Ended<Transferred>; handle: WorkflowHandle; transfer: Transfer };

describe('transfer-funds', () => {
  let server: Server;
  let database: Database;
  let bundle: WorkflowBundle;
  let env: Record<string, string>;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    ({ env } = await stack());
    [server, bundle, { database }] = await Promise.all([
      Server.open(),
      bundleOf('src/workflows/index.ts'),
      freshDatabase('transfers'),
    ]);
  });
  after(() => server.close());
  beforeEach(async () => {
    await database.query('truncate ledger.accounts, ledger.holds, ledger.entries, ledger.transactions');
    await database.query(
      `insert into ledger.accounts values ('alice', 'GBP', 0, false), ('bob', 'GBP', 0, false), ('carol', 'EUR', 0, false), ('dora', 'GBP', 0, true), ('bank', 'GBP', null, false)`,
    );
    await database.query(`insert into ledger.transactions values ('opening', 'opening', null, now())`);
    await database.query(
      `insert into ledger.entries values ('opening', 1, 'bank', 'GBP', -10000), ('opening', 2, 'alice', 'GBP', 10000)`,
    );
    await database.query(
      `update ledger.accounts set balance_minor = case account_id when 'bank' then -10000 else 10000 end where account_id in ('bank', 'alice')`,
    );
  });

  /** Runs transfers at once, on a queue and a worker of their own. */
  async function all(
    mode: Mode,
    wanted: readonly Partial<Transfer>[],
    act: (handle: WorkflowHandle) => Promise<void> = async () => undefined,
    observe: Observe = () => undefined,
  ): Promise<Run[]> {
    const taskQueue = `tr-${randomUUID()}`;
    const activities = activitiesOf(
      ledgerPipeline,
      { s3: s3Of(env), bucket: env['EVENKEEL_S3_BUCKET']! },
      bindingOn(new PostgresStore(database, observe), observe),
    );
    return server.withWorker({ taskQueue, mode, bundle, activities }, () =>
      Promise.all(
        wanted.map(async (what, i) => {
          const transferId = `${taskQueue}-${i}`;
          const transfer = {
            transferId,
            debtor: 'alice',
            creditor: 'bob',
            amountMinor: '2500',
            currency: 'GBP',
            ...what,
          };
          const handle = await server.client.workflow.start('transferFunds', {
            workflowId: `ledger/${transferId}`,
            taskQueue,
            args: [transfer],
          });
          await act(handle);
          return { ended: (await handle.result()) as Ended<Transferred>, handle, transfer };
        }),
      ),
    );
  }
  const transferred = async (
    mode: Mode,
    what: Partial<Transfer>,
    act?: (handle: WorkflowHandle) => Promise<void>,
    observe?: Observe,
  ): Promise<Run> => (await all(mode, [what], act, observe))[0]!;
  /** Balances other than zero, with what is still held. */
  const balances = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (
        await database.query<{ account_id: string; balance_minor: string; held_minor: string }>(
          'select * from ledger.accounts where balance_minor <> 0 or held_minor <> 0 order by 1',
        )
      ).map(({ account_id, balance_minor, held_minor }) => [
        account_id,
        held_minor === '0' ? balance_minor : `${balance_minor} (${held_minor} held)`,
      ]),
    );
  const booked = async (): Promise<string[]> =>
    (
      await database.query<{ line: string }>(
        `select t.kind || coalesce(' of ' || split_part(t.reverses, '/', 1), '') || ': ' || e.account_id || ' ' || e.amount_minor as line
       from ledger.transactions t join ledger.entries e using (transaction_id) where t.kind <> 'opening' order by t.booked_at, t.transaction_id, e.n`,
      )
    ).map(({ line }) => line);
  afterEach(async () => {
    assert.deepEqual(
      await database.query('select * from ledger.discrepancies'),
      [],
      'what is kept on accounts is what their entries and holds add up to',
    );
    assert.deepEqual(
      await database.query('select currency from ledger.entries group by currency having sum(amount_minor) <> 0'),
      [],
    );
  });

  for (const mode of MODES)
    describe(mode, () => {
      it('books a debit and a credit that sum to zero, and tells both sides', async () => {
        const { ended, handle, transfer } = await transferred(mode, {});
        assert.equal(ended.fate, 'completed');
        assert.deepEqual(await booked(), ['transfer: alice -2500', 'transfer: bob 2500']);
        assert.deepEqual(await balances(), { alice: '7500', bank: '-10000', bob: '2500' });
        const advice = await s3Of(env).send(
          new GetObjectCommand({ Bucket: env['EVENKEEL_S3_BUCKET']!, Key: ended.result!.advice }),
        );
        assert.deepEqual(JSON.parse(await advice.Body!.transformToString()), {
          ...transfer,
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
      ] as const)
        it(`is refused as ${reason} and books nothing: ${JSON.stringify(what)}`, async () => {
          const { ended } = await transferred(mode, what);
          assert.deepEqual(ended, { fate: 'refused', reason, result: null });
          assert.deepEqual(await booked(), []);
          assert.deepEqual(await balances(), { alice: '10000', bank: '-10000' });
        });

      it('cancelled after it was posted, is undone by a linked reversing entry', async () => {
        const posted = new Gate();
        const { ended } = await transferred(
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
        assert.deepEqual(await booked(), [
          'transfer: alice -2500',
          'transfer: bob 2500',
          'reversal of transfers: bob -2500',
          'reversal of transfers: alice 2500',
        ]);
        assert.deepEqual(await balances(), { alice: '10000', bank: '-10000' });
      });

      it('moves an amount that no JSON number holds, exactly', async () => {
        await database.query(`update ledger.accounts set minimum_minor = null where account_id = 'alice'`);
        await transferred(mode, { amountMinor: '9007199254740993' });
        assert.equal((await balances())['bob'], '9007199254740993');
      });
    });

  it('lets exactly as many of fifty transfers at once through as there is money for', async () => {
    const runs = await all(
      'cached',
      Array.from({ length: 50 }, () => ({ amountMinor: '1000' })),
    );
    const fates = runs.map(({ ended }) => ended.reason ?? ended.fate).toSorted();
    assert.deepEqual([...new Set(fates)], ['Overdrawn', 'completed']);
    assert.equal(fates.filter((fate) => fate === 'completed').length, 10);
    assert.deepEqual(await balances(), { bank: '-10000', bob: '10000' });
  }).timeout(120_000);
});

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
