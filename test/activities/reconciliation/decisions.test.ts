import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Decision } from '../../../src/contracts/decisions.ts';
import type { Result } from '../../../src/domain/reconciliation/result.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import { attempt, cameOf, short } from '../../../src/kit/testing/attempt.ts';
import type { CamtEntry } from '../../support/camt.ts';
import { Reconciling } from '../../support/reconciling.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';

type Given = Decision extends infer D
  ? D extends Decision
    ? Omit<D, 'decisionId' | 'account' | 'actor' | 'reason'>
    : never
  : never;

describe('a decision about a reconciliation', () => {
  let at: Reconciling;
  let database: Database;
  let account: string;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    at = await Reconciling.open('decisions_activities');
    ({ database } = at);
  });
  after(() => at.close());
  beforeEach(async () => {
    account = randomUUID().slice(0, 8);
    await at.mirrored(account);
  });

  const decision = (given: Given, decisionId = `d-${randomUUID()}`): Decision => ({
    decisionId,
    account,
    actor: 'ann',
    reason: 'as agreed',
    ...given,
  });
  const recorded = (decision: Decision, approver?: string): Promise<Json> =>
    attempt(at.bound, 'recordDecision', { ...decision, ...(approver === undefined ? {} : { approver }) });
  const decide = async (given: Given): Promise<string> => {
    const made = decision(given);
    await recorded(made);
    return made.decisionId;
  };
  const refusal = async (given: Given): Promise<Json> => short(await cameOf(recorded(decision(given))));
  /** What a write-off goes through, but for the second person. */
  async function writeOff(given: Given, approver?: string): Promise<{ id: string; approval: boolean }> {
    const made = decision(given);
    const { writeOff: booking, approval } = (await attempt(at.bound, 'validateWriteOff', made)) as unknown as {
      writeOff: Json;
      approval: boolean;
    };
    await attempt(at.bound, 'bookWriteOff', booking);
    await recorded(made, approver);
    return { id: made.decisionId, approval };
  }

  let statements = 0;
  const told = (...entries: CamtEntry[]) => at.load({ id: `S-${++statements}`, account, entries });
  /** Ids of the bank's entries, by their references. */
  async function theirs(...refs: string[]): Promise<string[]> {
    const rows = await database.query<{ id: string; ref: string }>(
      `select entry_ref as id, entry ->> 'servicerReference' as ref from reconciliation.entries
       where account = $1 and dropped_by is null`,
      [account],
    );
    return refs.map((ref) => rows.find((row) => row.ref === ref)!.id);
  }
  /** A month's newest result in short. */
  async function month(period = '2026-01'): Promise<readonly string[]> {
    const { matches, breaks, lapsed }: Result = await at.result(account, period);
    const amounts = (items: readonly { amountMinor: string }[]): string =>
      items.map(({ amountMinor }) => amountMinor).join(' ');
    return [
      ...matches.map(
        (each) =>
          `${each.rung}${each.decision ? ` ${each.decision.kind}` : ''} ${amounts(each.statement)} = ${amounts(each.ledger)}`,
      ),
      ...breaks.map(
        (each) => `${each.kind} ${each.item.amountMinor}${each.decision ? ` ${each.decision.reason}` : ''}`,
      ),
      ...lapsed.map(({ kind }) => `lapsed ${kind}`),
    ];
  }
  const balance = async (of: string): Promise<string> =>
    (
      await database.query<{ b: string }>('select balance_minor as b from ledger.accounts where account_id = $1', [of])
    )[0]!.b;
  const terms = (limit: number, approval = 0): Promise<unknown> =>
    database.query(`insert into reconciliation.write_offs values ($1, $1 || '-losses', $2, $3)`, [
      account,
      limit,
      approval,
    ]);

  it('matches what no rung has, until it is withdrawn', async () => {
    const ledger = [await at.paid(account, `${account}-1`, '700', '2026-01-20')];
    await told({ amount: -7, ref: 'a', day: '2026-01-05' });
    await at.compared(account);
    const apart = await month();
    assert.deepEqual(apart.toSorted(), ['not-in-ledger -700', 'not-on-statement -700']);
    const id = await decide({ kind: 'match', statement: await theirs('a'), ledger });
    assert.deepEqual(await at.compared(account), { results: [{ period: '2026-01', n: 2 }], breaks: 0 });
    assert.deepEqual(await month(), ['decided match -700 = -700']);
    assert.deepEqual((await at.result(account)).matches[0]!.decision, {
      id,
      kind: 'match',
      actor: 'ann',
      approver: null,
      reason: 'as agreed',
    });
    assert.deepEqual(await at.compared(account), { results: [], breaks: 0 }, 'the same decisions, the same result');
    await decide({ kind: 'withdraw', withdraws: id });
    assert.equal((await at.compared(account)).breaks, 2);
    assert.deepEqual(await month(), apart);
    assert.equal(await refusal({ kind: 'withdraw', withdraws: id }), 'AlreadyWithdrawn');
  });

  it('takes amounts together only when they agree to the cent', async () => {
    const ledger = [await at.paid(account, `${account}-1`, '700')];
    await told({ amount: -7.01, ref: 'a' }, { amount: -3, ref: 'b' }, { amount: 3, ref: 'c' });
    const [a, b, c] = (await theirs('a', 'b', 'c')) as [string, string, string];
    assert.equal(await refusal({ kind: 'match', statement: [a], ledger }), 'DifferenceLeft');
    assert.equal(await refusal({ kind: 'match', statement: [a], ledger: [] }), 'TooFewItems');
    // A payment and its return are of one side.
    await decide({ kind: 'match', statement: [b, c], ledger: [] });
    await at.compared(account);
    assert.ok(
      (await month()).includes('decided match 300 -300 = ') || (await month()).includes('decided match -300 300 = '),
    );
  });

  it('parts what was matched', async () => {
    const [first, second] = [
      await at.paid(account, `${account}-1`, '700'),
      await at.paid(account, `${account}-2`, '700'),
    ];
    await told({ amount: -7, ref: 'a', endToEnd: `${account}-1` });
    await at.compared(account);
    const [a] = (await theirs('a')) as [string];
    assert.deepEqual(await month(), ['exact-reference -700 = -700', 'not-on-statement -700']);
    const parted = await decide({ kind: 'unmatch', statement: [a], ledger: [first] });
    await at.compared(account);
    assert.equal((await at.result(account)).breaks.length, 3);
    assert.equal(await refusal({ kind: 'match', statement: [a], ledger: [first] }), 'AlreadyDecided');
    const matched = await decide({ kind: 'match', statement: [a], ledger: [second] });
    await at.compared(account);
    assert.deepEqual(await month(), ['decided match -700 = -700', 'not-on-statement -700']);
    assert.equal(await refusal({ kind: 'unmatch', statement: [a], ledger: [second] }), 'AlreadyDecided');
    await decide({ kind: 'withdraw', withdraws: matched });
    await decide({ kind: 'withdraw', withdraws: parted });
    await at.compared(account);
    assert.deepEqual(await month(), ['exact-reference -700 = -700', 'not-on-statement -700']);
  });

  it('explains what has no partner', async () => {
    await told({ amount: -7, ref: 'a' });
    const statement = await theirs('a');
    await decide({ kind: 'explain', statement, ledger: [] });
    assert.equal((await at.compared(account)).breaks, 0);
    assert.deepEqual(await month(), ['explained -700 as agreed']);
    assert.equal(await refusal({ kind: 'explain', statement, ledger: [] }), 'AlreadyDecided');
  });

  it('writes off what is missing in the books, by booking it; withdrawn, that is booked back', async () => {
    await terms(500);
    await told({ amount: -3, ref: 'fee' }, { amount: 2, ref: 'interest' });
    const [fee, interest] = (await theirs('fee', 'interest')) as [string, string];
    const { id, approval } = await writeOff(
      { kind: 'write-off', statement: [fee], ledger: [], differenceMinor: '-300' },
      'bob',
    );
    await writeOff({ kind: 'write-off', statement: [interest], ledger: [], differenceMinor: '200' });
    assert.equal(approval, true);
    assert.deepEqual([await balance(account), await balance(`${account}-losses`)], ['100', '-100']);
    // It was booked today, and stands where the bank's entry does.
    assert.deepEqual(await at.compared(account), { results: [{ period: '2026-01', n: 1 }], breaks: 0 });
    assert.deepEqual(await month(), ['decided write-off -300 = -300', 'decided write-off 200 = 200']);
    const [{ decision: shown }] = (await at.result(account)).matches as [Result['matches'][0]];
    assert.deepEqual([shown!.actor, shown!.approver], ['ann', 'bob']);

    const withdrawal = decision({ kind: 'withdraw', withdraws: id });
    assert.deepEqual(await recorded(withdrawal), { withdrawnWriteOff: id });
    assert.deepEqual((await at.compared(account)).breaks, 2, 'what is booked for it is on no statement');
    await attempt(at.bound, 'takeBackWriteOff', { decisionId: withdrawal.decisionId, withdraws: id });
    assert.equal(await balance(`${account}-losses`), '200');
    assert.equal((await at.compared(account)).breaks, 1);
    assert.deepEqual(await month(), ['decided write-off 200 = 200', 'not-in-ledger -300']);
  });

  it('writes off what a match differs by, and what the bank never did', async () => {
    await terms(2_000, 1_500);
    const [paid, never] = [
      await at.paid(account, `${account}-1`, '10000'),
      await at.paid(account, `${account}-2`, '900'),
    ];
    await told({ amount: -115, ref: 'a' });
    const short = await writeOff({
      kind: 'write-off',
      statement: await theirs('a'),
      ledger: [paid],
      differenceMinor: '-1500',
    });
    assert.equal(short.approval, false, 'not above the amount');
    await writeOff({ kind: 'write-off', statement: [], ledger: [never], differenceMinor: '900' });
    assert.equal((await at.compared(account)).breaks, 0);
    assert.deepEqual(await month(), ['decided write-off -11500 = -10000 -1500', 'decided write-off  = -900 900']);
    assert.deepEqual([await balance(account), await balance(`${account}-losses`)], ['11500', '-600']);
  });

  it('writes nothing off that nobody may, or that is not what the person saw', async () => {
    await told({ amount: -3, ref: 'fee' });
    const statement = await theirs('fee');
    const validated = async (differenceMinor: string, of: string[] = statement): Promise<Json> =>
      short(
        await cameOf(
          attempt(
            at.bound,
            'validateWriteOff',
            decision({ kind: 'write-off', statement: of, ledger: [], differenceMinor }),
          ),
        ),
      );
    assert.equal(await validated('-300'), 'NoWriteOffAccount');
    await terms(299);
    assert.equal(await validated('-300'), 'AboveWriteOffLimit');
    assert.equal(await validated('300'), 'DifferenceDiffers');
    assert.equal(await validated('0'), 'DifferenceDiffers');
    assert.equal(await validated('-300', ['somebody']), 'UnknownItem');
    await database.query('update reconciliation.accounts set ledger_account = null where account = $1', [account]);
    assert.equal(await validated('-300'), 'StatementOnly');
  });

  it('about an entry that the bank drops lapses, and says so', async () => {
    const statement = { id: `S-${++statements}`, account };
    await at.load({
      ...statement,
      entries: [
        { amount: -7, ref: 'a' },
        { amount: -1, ref: 'b' },
      ],
    });
    const id = await decide({ kind: 'explain', statement: await theirs('a', 'b'), ledger: [] });
    assert.equal((await at.compared(account)).breaks, 0);
    await at.load({ ...statement, file: 2, entries: [{ amount: -7, ref: 'a' }] });
    assert.equal((await at.compared(account)).breaks, 2);
    assert.deepEqual(await month(), ['not-in-ledger -700', 'lapsed explain']);
    await decide({ kind: 'withdraw', withdraws: id });
    assert.equal((await at.compared(account)).breaks, 1);
    assert.deepEqual(await month(), ['not-in-ledger -700']);
  });

  it('locks a month: what it has settled stays, what was open is carried on, and what comes late is the next one’s', async () => {
    await at.paid(account, `${account}-1`, '700');
    const open = await at.paid(account, `${account}-2`, '900', '2026-01-31');
    const january = { id: `S-${++statements}`, account };
    await at.load({
      ...january,
      entries: [
        { amount: -7, ref: 'a', endToEnd: `${account}-1` },
        { amount: -1, ref: 'b' },
      ],
    });
    await decide({ kind: 'explain', statement: await theirs('b'), ledger: [] });
    assert.equal(await refusal({ kind: 'lock', period: '2026-01' }), 'NoResult');
    await at.compared(account);
    const before = await month();
    assert.deepEqual(before, ['exact-reference -700 = -700', 'explained -100 as agreed', 'not-on-statement -900']);

    const lock = await decide({ kind: 'lock', period: '2026-01' });
    assert.equal(await refusal({ kind: 'lock', period: '2026-01' }), 'PeriodLocked');
    assert.deepEqual(await at.compared(account), { results: [{ period: '2026-02', n: 1 }], breaks: 1 });
    assert.deepEqual(await month('2026-02'), ['not-on-statement -900']);

    await told({ amount: -9, ref: 'late', day: '2026-01-31', endToEnd: `${account}-2` });
    assert.deepEqual(await at.compared(account), { results: [{ period: '2026-02', n: 2 }], breaks: 0 });
    assert.deepEqual(await month('2026-02'), ['exact-reference -900 = -900']);
    assert.deepEqual(await month(), before);

    const [a, b] = (await theirs('a', 'b')) as [string, string];
    assert.equal(await refusal({ kind: 'unmatch', statement: [a], ledger: [open] }), 'PeriodLocked');
    assert.equal(await refusal({ kind: 'explain', statement: [b], ledger: [] }), 'PeriodLocked');

    // What a locked month has settled may be taken from under it: that is a person's to see.
    await at.load({ ...january, file: 2, entries: [{ amount: -1, ref: 'b' }] });
    assert.equal((await at.compared(account)).breaks, 1);
    assert.deepEqual(await month('2026-02'), ['exact-reference -900 = -900', 'lapsed lock']);

    await decide({ kind: 'withdraw', withdraws: lock });
    const reopened = await at.compared(account);
    assert.deepEqual(
      reopened.results.map(({ period }) => period),
      ['2026-01', '2026-02'],
    );
    assert.deepEqual(await month(), [
      'exact-reference -900 = -900',
      'not-on-statement -700',
      'explained -100 as agreed',
    ]);
    assert.deepEqual(await month('2026-02'), [], 'a month that has nothing more says so');
  });

  it('lapses when the bank says otherwise of the same entry', async () => {
    const statement = { id: `S-${++statements}`, account };
    await at.load({ ...statement, entries: [{ amount: -3, ref: 'a' }] });
    const id = await decide({ kind: 'explain', statement: await theirs('a'), ledger: [] });
    await at.load({ ...statement, file: 2, entries: [{ amount: -3000, ref: 'a' }] });
    assert.equal((await at.compared(account)).breaks, 2);
    assert.deepEqual(await month(), ['not-in-ledger -300000', 'lapsed explain']);
    await decide({ kind: 'withdraw', withdraws: id });
    // … and of one that a locked month has settled.
    await decide({ kind: 'explain', statement: await theirs('a'), ledger: [] });
    await at.compared(account);
    await decide({ kind: 'lock', period: '2026-01' });
    assert.equal((await at.compared(account)).breaks, 0);
    await at.load({ ...statement, file: 3, entries: [{ amount: -4, ref: 'a' }] });
    assert.equal((await at.compared(account)).breaks, 1);
    assert.deepEqual(await month('2026-02'), ['lapsed lock']);
  });

  it('locks a month with a difference that is in no book: it is carried on', async () => {
    await at.paid(account, `${account}-1`, '10000');
    await told({ amount: -102.5, ref: 'a', endToEnd: `${account}-1` });
    assert.equal((await at.compared(account)).breaks, 1);
    await decide({ kind: 'lock', period: '2026-01' });
    assert.equal((await at.compared(account)).breaks, 1);
    assert.deepEqual(await month('2026-02'), ['fees -10250 = -10000']);
  });

  it('locks no month of which something is not compared yet', async () => {
    await told({ amount: -7, ref: 'a' });
    await at.compared(account);
    const id = await decide({ kind: 'explain', statement: await theirs('a'), ledger: [] });
    assert.equal(await refusal({ kind: 'lock', period: '2026-01' }), 'NotCompared');
    await at.compared(account);
    await decide({ kind: 'withdraw', withdraws: id });
    assert.equal(await refusal({ kind: 'lock', period: '2026-01' }), 'NotCompared');
    await at.compared(account);
    await told({ amount: -8, ref: 'b' });
    assert.equal(await refusal({ kind: 'lock', period: '2026-01' }), 'NotCompared');
    await at.compared(account);
    await decide({ kind: 'lock', period: '2026-01' });
  });

  it('that is about two months stands for what no lock has settled', async () => {
    const ledger = [
      await at.paid(account, `${account}-1`, '700', '2026-01-05'),
      await at.paid(account, `${account}-2`, '700', '2026-02-05'),
    ];
    await told(
      { amount: -7, ref: 'a', day: '2026-02-05', endToEnd: `${account}-2` },
      { amount: -1, ref: 'b', day: '2026-01-05' },
      { amount: -2, ref: 'c', day: '2026-02-05' },
      { amount: -7, ref: 'd', day: '2026-01-05', endToEnd: `${account}-1` },
    );
    const [a, b, c] = (await theirs('a', 'b', 'c')) as [string, string, string];
    await decide({ kind: 'unmatch', statement: [a], ledger });
    const id = await decide({ kind: 'explain', statement: [b, c], ledger: [] });
    const february = ['explained -200 as agreed', 'not-on-statement -700', 'reference-differs -700'];
    await at.compared(account);
    const before = (await month('2026-02')).toSorted();
    assert.equal(before.length, february.length);
    await decide({ kind: 'lock', period: '2026-01' });
    assert.equal((await at.compared(account)).breaks, 2);
    assert.deepEqual((await month('2026-02')).toSorted(), before);
    await decide({ kind: 'withdraw', withdraws: id });
    assert.equal((await at.compared(account)).breaks, 3);
  });

  it('to write off is refused when somebody has decided about what it booked', async () => {
    await terms(500);
    await told({ amount: -3, ref: 'fee' });
    const about = { statement: await theirs('fee'), ledger: [], differenceMinor: '-300' };
    const made = decision({ kind: 'write-off', ...about });
    const { writeOff: booking } = (await attempt(at.bound, 'validateWriteOff', made)) as { writeOff: Json };
    await attempt(at.bound, 'bookWriteOff', booking);
    await decide({ kind: 'explain', statement: [], ledger: [`write-offs/${made.decisionId}#2`] });
    assert.equal(short(await cameOf(recorded(made))), 'AlreadyDecided');
    assert.equal((await at.compared(account)).breaks, 1);
  });

  it('cannot be withdrawn once its month is locked', async () => {
    await told({ amount: -7, ref: 'a' });
    const id = await decide({ kind: 'explain', statement: await theirs('a'), ledger: [] });
    await at.compared(account);
    await decide({ kind: 'lock', period: '2026-01' });
    await at.compared(account);
    assert.equal(await refusal({ kind: 'withdraw', withdraws: id }), 'PeriodLocked');
  });

  it('is about entries that are compared, of one currency, and of a known account', async () => {
    await told({ amount: -7, ref: 'a' });
    const [a] = (await theirs('a')) as [string];
    assert.equal(await refusal({ kind: 'explain', statement: [a, a], ledger: [] }), 'UnknownItem');
    assert.equal(await refusal({ kind: 'explain', statement: [], ledger: ['nobody#1'] }), 'UnknownItem');
    assert.equal(await refusal({ kind: 'explain', statement: [], ledger: [] }), 'TooFewItems');
    assert.equal(await refusal({ kind: 'unmatch', statement: [a], ledger: [] }), 'TooFewItems');
    assert.equal(await refusal({ kind: 'withdraw', withdraws: 'nobody' }), 'UnknownDecision');
    await database.query(`update reconciliation.entries set currency = 'EUR' where entry_ref = $1`, [a]);
    await told({ amount: -7, ref: 'b' });
    const [b] = (await theirs('b')) as [string];
    assert.equal(await refusal({ kind: 'match', statement: [a, b], ledger: [] }), 'CurrenciesDiffer');
    account = 'nobody';
    assert.equal(await refusal({ kind: 'lock', period: '2026-01' }), 'UnknownAccount');
  });

  it('stays as it was made', async () => {
    await told({ amount: -7, ref: 'a' });
    await decide({ kind: 'explain', statement: await theirs('a'), ledger: [] });
    await assert.rejects(
      database.query(
        `insert into reconciliation.decisions values ('one-person', $1, 'lock', '[]', '[]', null, '2026-01', null, 'ann', 'ann', 'r', now())`,
        [account],
      ),
      { code: '23514' },
    );
    for (const change of [
      `update reconciliation.decisions set reason = 'other'`,
      'delete from reconciliation.decisions',
    ])
      await assert.rejects(database.query(`${change} where account = $1`, [account]), /decisions are immutable/);
  });
});
