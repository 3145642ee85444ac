import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { bytesOf } from '../../../src/activities/reconciliation/file.ts';
import * as contracts from '../../../src/contracts/reconciliation.ts';
import { importActivities } from '../../../src/activities/reconciliation/imports.ts';
import { Database, type Tx } from '../../../src/kit/effects/database.ts';
import { attempt, cameOf, short } from '../../../src/kit/testing/attempt.ts';
import { camt, type CamtFile } from '../../support/camt.ts';
import { Reconciling } from '../../support/reconciling.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';

describe('bank statements', () => {
  let at: Reconciling;
  let database: Database;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    at = await Reconciling.open('statements_activities');
    ({ database } = at);
  });
  after(() => at.close());
  const id = (): string => randomUUID().slice(0, 8);
  /** Amounts that count now, in minor units. */
  const amounts = async (account: string): Promise<string[]> =>
    (
      await database.query<{ amount: string }>(
        `select amount_minor || case kind when 'statement' then '' else ' ' || status end as amount
         from reconciliation.entries where account = $1 and dropped_by is null order by amount_minor`,
        [account],
      )
    ).map(({ amount }) => amount);

  it('are taken in once: the same again, in another file, is absorbed', async () => {
    const account = id();
    const file = { id: 'S-1', account, entries: [{ amount: 10, ref: 'a' }, { amount: -2.5 }] };
    const first = await at.load(file);
    assert.deepEqual(first, { statements: 1, entries: 2, taken: 1, accounts: [account], gaps: 0 });
    const again = await at.load({ ...file, file: 2 });
    assert.deepEqual(again, { statements: 1, entries: 2, taken: 0, accounts: [], gaps: 0 });
    assert.deepEqual(await amounts(account), ['-250', '1000']);
  });

  it('restated, count as they are told last; what was told before stays for who asks', async () => {
    const account = id();
    let files = 0;
    const of = (entries: CamtFile['entries']): CamtFile => ({ id: 'S-1', file: ++files, account, entries });
    await at.load(
      of([
        { amount: 10, ref: 'a' },
        { amount: 20, ref: 'b' },
        { amount: 30, ref: 'c' },
      ]),
    );
    const restated = await at.load(
      of([
        { amount: 10, ref: 'a' },
        { amount: 21, ref: 'b' },
        { amount: 5, ref: 'd' },
      ]),
    );
    assert.equal(restated.taken, 1);
    assert.deepEqual(await amounts(account), ['500', '1000', '2100']);
    const dropped = await database.query(
      'select amount_minor, dropped_in from reconciliation.entries where account = $1 and dropped_by is not null order by 1',
      [account],
    );
    assert.deepEqual(dropped, [
      { amount_minor: '2000', dropped_in: 2 },
      { amount_minor: '3000', dropped_in: 2 },
    ]);
    // … and back again, in a file of its own.
    await at.load(
      of([
        { amount: 10, ref: 'a' },
        { amount: 20, ref: 'b' },
        { amount: 30, ref: 'c' },
      ]),
    );
    assert.deepEqual(await amounts(account), ['1000', '2000', '3000']);
    await at.compared(account);
    assert.deepEqual(
      (await at.result(account)).statements.map(({ edition }) => edition),
      [3],
    );
  });

  it('take over what a report has told before, which then tells it no more', async () => {
    const account = id();
    const report = (entries: CamtFile['entries']): CamtFile => ({
      message: '052',
      id: `R-${entries.length}`,
      account,
      entries,
    });
    await at.load(report([{ amount: 10, ref: 'a', status: 'PDNG' }]));
    assert.deepEqual(await amounts(account), ['1000 pending']);
    await at.load(report([{ amount: 10, ref: 'a' }, { amount: 7 }]));
    assert.deepEqual(await amounts(account), ['700 booked', '1000 booked']);
    assert.equal((await at.compared(account)).breaks, 2);
    await at.load({ id: 'S-1', account, entries: [{ amount: 10, ref: 'a' }] });
    assert.deepEqual(await amounts(account), ['700 booked', '1000']);
    // Of a day that a statement has told of, a report counts no more: without a reference it would count twice.
    assert.equal((await at.compared(account)).breaks, 1);
    await at.load(report([{ amount: 10, ref: 'a' }, { amount: 7 }, { amount: 8 }]));
    assert.ok((await amounts(account)).includes('1000'), "a late report does not take a statement's entry back");
  });

  it('tell of a gap between them, and are taken in all the same', async () => {
    const account = id();
    const of = (sequence: number, opening: number): CamtFile => ({
      id: `S-${sequence}`,
      account,
      day: `2026-01-0${sequence}`,
      sequence,
      opening,
      entries: [{ amount: 1 }],
    });
    assert.equal((await at.load(of(1, 100))).gaps, 0);
    assert.equal((await at.load(of(2, 101))).gaps, 0);
    assert.equal((await at.load(of(4, 103))).gaps, 1);
    await at.compared(account);
    assert.deepEqual(
      (await at.result(account)).statements.map(({ continuity }) => continuity),
      ['first', 'follows', 'gap'],
    );
  });

  it('are matched with what the ledger booked on the account of that name, mirrored', async () => {
    const account = id();
    await at.mirrored(account);
    await at.paid(account, `${account}-tr-1`, '2500');
    await at.paid(account, `${account}-tr-2`, '999');
    await at.load({
      id: 'S-1',
      account,
      entries: [
        { amount: -25, endToEnd: `${account}-TR-1` },
        { amount: -9.99, day: '2026-01-06' },
        { amount: -3, endToEnd: 'somebody elses 1' },
      ],
    });
    const { results, breaks } = await at.compared(account);
    assert.deepEqual([results, breaks], [[{ period: '2026-01', n: 1 }], 1]);
    const { matches, breaks: open } = await at.result(account);
    assert.deepEqual(
      matches.map(({ rung, ledger }) => [rung, ledger.map((each) => each.id)]),
      [
        ['exact-reference', [`transfers/${account}-tr-1/settlement#2`]],
        ['amount-and-date', [`transfers/${account}-tr-2/settlement#2`]],
      ],
    );
    assert.deepEqual(
      open.map(({ side, kind, ageDays, item }) => [side, kind, ageDays, item.amountMinor]),
      [['statement', 'not-in-ledger', 0, '-300']],
    );
    // The same books give the same result: no new version.
    assert.deepEqual(await at.compared(account), { results: [], breaks: 1 });
  });

  it('that do not add up are refused whole, and kept whole with the reason and the place', async () => {
    const account = id();
    const good = camt({ id: 'S-1', account, entries: [{ amount: 10 }] }).toString();
    const file = await at.put(Buffer.from(good.replace('<Amt Ccy="GBP">10.00</Amt>', '<Amt Ccy="GBP">10.01</Amt>')));
    assert.equal(short(await cameOf(attempt(at.bound, 'loadStatements', file))), 'FileRefused');
    assert.deepEqual(await amounts(account), []);
    const kept = await attempt(at.bound, 'quarantineFile', file);
    assert.deepEqual(kept, { reason: 'not-adding-up', at: '/Document/BkToCstmrStmt/Stmt[1]' });
    const rows = await database.query<{ body: Buffer }>(
      `select body from kit.quarantine where source = $1 and reason = 'not-adding-up'`,
      [`statements/${file.sha256}`],
    );
    assert.deepEqual(
      rows.map(({ body }) => createHash('sha256').update(body).digest('hex')),
      [file.sha256],
    );
  });

  it('are not read from bytes of another hash', async () => {
    const file = await at.put(camt({ id: 'S-1', account: id(), entries: [] }));
    await at.s3.send(
      new PutObjectCommand({
        Bucket: at.bucket,
        Key: contracts.pathOfFile(file.sha256),
        Body: camt({ id: 'S-2', account: id(), entries: [] }),
      }),
    );
    assert.equal(short(await cameOf(attempt(at.bound, 'loadStatements', file))), 'ContractViolation');
  });

  it('are read for as long as the object store takes: the transaction does not end for it', async () => {
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('slow');
      await pause(4_000);
      yield Buffer.from('ly');
    };
    const slow = { send: async () => ({ Body: body() }) } as unknown as S3Client;
    const timeouts = { lockMs: 5_000, statementMs: 5_000, idleInTransactionMs: 3_000 };
    const impatient = new Database(at.url, { max: 1, timeouts });
    try {
      const read = await impatient.transaction(async (tx) => {
        const chunks = [];
        const file = { fileRef: '', sha256: createHash('sha256').update('slowly').digest('hex'), bytes: 6 };
        for await (const chunk of bytesOf({ s3: slow, bucket: at.bucket, tx }, file)) chunks.push(chunk);
        return Buffer.concat(chunks).toString();
      });
      assert.equal(read, 'slowly');
    } finally {
      await impatient.close();
    }
  }).timeout(20_000);

  it('are compared for as long as that takes: the transaction does not end for it', async () => {
    const account = id();
    await at.load({ id: 'S-1', account, entries: [{ amount: 10 }] });
    const timeouts = { lockMs: 5_000, statementMs: 5_000, idleInTransactionMs: 500 };
    const impatient = new Database(at.url, { max: 1, timeouts });
    const { reconcileAccount } = importActivities(at.s3, at.bucket, database);
    try {
      const { breaks } = await impatient.transaction((tx) => {
        const query: Tx['query'] = async (sql, values) => {
          const rows = await tx.query(sql, values);
          if (sql.includes('from reconciliation.entries')) await pause(1_500); // what a hundred thousand of them take
          return rows as never;
        };
        return reconcileAccount({ fileRef: '', account }, { tx: { query }, now: () => new Date() } as never);
      });
      assert.equal(breaks, 1);
    } finally {
      await impatient.close();
    }
  });
});
