import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { WorkflowBundle } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { Rail } from '../../src/activities/ledger/rail.ts';
import type { Transfer, Transferred } from '../../src/contracts/ledger.ts';
import { SimulatorControl, type RailLedger } from '../../src/dev/simulators/control.ts';
import type { Ended } from '../../src/kit/contract/updates.ts';
import type { Database } from '../../src/kit/effects/database.ts';
import { PostgresStore } from '../../src/kit/effects/postgres.ts';
import type { Observe } from '../../src/kit/effects/store.ts';
import { activitiesOf } from '../../src/kit/worker/manifest.ts';
import { ledgerPipeline } from '../../src/pipelines/ledger.ts';
import { bindingOn } from './bound.ts';
import { s3Of } from './s3.ts';
import { freshDatabase, stack } from './stack.ts';
import { answer, bundleOf, Server, WORKFLOW_TASK_TIMEOUT, type Mode } from './temporal.ts';

export type Run<P, R> = { ended: Ended<R>; handle: WorkflowHandle; payload: P };

/** The ledger pipeline on the test stack, with a database and a few accounts of its own: alice has a hundred pounds of the bank's. */
export class Bank {
  readonly database: Database;
  readonly env: Record<string, string>;
  readonly server: Server;
  readonly rail: SimulatorControl<RailLedger>;
  readonly answer = answer;
  readonly #bundle: WorkflowBundle;

  private constructor(database: Database, env: Record<string, string>, server: Server, bundle: WorkflowBundle) {
    this.database = database;
    this.env = env;
    this.server = server;
    this.rail = new SimulatorControl(env['RAIL_URL']!);
    this.#bundle = bundle;
  }

  static async open(name: string): Promise<Bank> {
    const { env } = await stack();
    const [server, bundle, { database }] = await Promise.all([
      Server.open(),
      bundleOf('src/workflows/index.ts'),
      freshDatabase(name),
    ]);
    return new Bank(database, env, server, bundle);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** The books as they are at the beginning of a test. */
  async opened(): Promise<void> {
    await this.database.query(
      `truncate ledger.accounts, ledger.holds, ledger.entries, ledger.transactions, ledger.limits, ledger.rails,
                ledger.screening_lists, ledger.screening_entries, ledger.reminders cascade`,
    );
    await this.database.query(
      `insert into ledger.accounts (account_id, currency, minimum_minor, closed, balance_minor, maximum_minor)
       select id, currency, minimum, closed, balance, coalesce(maximum, 999999999999999999)
       from (values ('alice', 'GBP', 0, false, 10000, null), ('bob', 'GBP', 0, false, 0, null),
                    ('carol', 'EUR', 0, false, 0, null), ('dora', 'GBP', 0, true, 0, null),
                    ('full', 'GBP', 0, false, 0, 2499), ('bank', 'GBP', null, false, -10000, null),
                    ('clearing', 'GBP', 0, false, 0, null), ('nostro', 'GBP', null, false, 0, null)
       ) as of (id, currency, minimum, closed, balance, maximum)`,
    );
    await this.database.query(`insert into ledger.rails values ('GBP', 'clearing', 'nostro')`);
    await this.database.query(`insert into ledger.transactions values ('opening', 'opening', null, now())`);
    await this.database.query(
      `insert into ledger.entries values ('opening', 1, 'bank', 'GBP', -10000), ('opening', 2, 'alice', 'GBP', 10000)`,
    );
  }

  /** Runs a workflow with each of these payloads at once, on a queue and a worker of their own. */
  async runs<P extends { transferId?: string }, R>(
    of: { mode: Mode; workflow: string; prefix: string },
    payloads: readonly P[],
    act: (handle: WorkflowHandle, payload: P) => Promise<void> = async () => undefined,
    observe: Observe = () => undefined,
  ): Promise<Run<P, R>[]> {
    const taskQueue = `bank-${randomUUID()}`;
    const { env } = this;
    const activities = activitiesOf(
      ledgerPipeline,
      { s3: s3Of(env), bucket: env['EVENKEEL_S3_BUCKET']!, rail: new Rail(new URL(env['RAIL_URL']!)) },
      bindingOn(new PostgresStore(this.database, observe), observe),
    );
    return this.server.withWorker({ taskQueue, mode: of.mode, bundle: this.#bundle, activities }, () =>
      Promise.all(
        payloads.map(async (payload, i) => {
          const handle = await this.server.client.workflow.start(of.workflow, {
            workflowId: `${of.prefix}/${taskQueue}-${i}`,
            taskQueue,
            args: [payload],
            workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
          });
          await act(handle, payload);
          return { ended: (await handle.result()) as Ended<R>, handle, payload };
        }),
      ),
    );
  }

  /** Transfers, of 25 pounds from alice to bob but for what is wanted otherwise. */
  transfers(
    mode: Mode,
    wanted: readonly Partial<Transfer>[],
    act?: (handle: WorkflowHandle, transfer: Transfer) => Promise<void>,
    observe?: Observe,
  ): Promise<Run<Transfer, Transferred>[]> {
    const transfers = wanted.map((what) => ({
      transferId: randomUUID(),
      debtor: 'alice',
      ...('beneficiary' in what ? {} : { creditor: 'bob' }),
      amountMinor: '2500',
      currency: 'GBP',
      ...what,
    }));
    return this.runs({ mode, workflow: 'transferFunds', prefix: 'ledger' }, transfers, act, observe);
  }

  async transfer(
    mode: Mode,
    what: Partial<Transfer>,
    act?: (handle: WorkflowHandle, transfer: Transfer) => Promise<void>,
    observe?: Observe,
  ): Promise<Run<Transfer, Transferred>> {
    return (await this.transfers(mode, [what], act, observe))[0]!;
  }

  /** Balances other than zero, with what is still held. */
  async balances(): Promise<Record<string, string>> {
    const found = await this.database.query<{ id: string; balance: string; held: string }>(
      `select account_id as id, balance_minor as balance, held_minor as held from ledger.accounts
       where balance_minor <> 0 or held_minor <> 0 order by 1`,
    );
    return Object.fromEntries(
      found.map(({ id, balance, held }) => [id, held === '0' ? balance : `${balance} (${held} held)`]),
    );
  }

  /** Every entry but the opening ones, in the order of their booking; what is booked at one moment, by its id. */
  async booked(): Promise<string[]> {
    const found = await this.database.query<{ line: string }>(
      `select t.kind || coalesce(' of ' || r.kind, '') || ': ' || e.account_id || ' ' || e.amount_minor as line
       from ledger.transactions t join ledger.entries e using (transaction_id)
       left join ledger.transactions r on r.transaction_id = t.reverses
       where t.kind <> 'opening' order by t.booked_at, t.transaction_id, e.n`,
    );
    return found.map(({ line }) => line);
  }

  /** What holds of the books at any time. */
  async sound(): Promise<void> {
    const { database } = this;
    assert.deepEqual(
      await database.query('select * from ledger.discrepancies'),
      [],
      'what is kept on accounts is what their entries and holds add up to',
    );
    assert.deepEqual(
      await database.query(
        'select currency from ledger.trial_balance group by currency having sum(debit_minor) <> sum(credit_minor)',
      ),
      [],
    );
  }
}
