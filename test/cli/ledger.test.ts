import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrialBalance } from '../../src/activities/ledger/trial-balance.ts';
import type { Rail, ReturnsPage } from '../../src/activities/ledger/rail.ts';
import { SETTLE_HOLD } from '../../src/contracts/ledger.ts';
import { SimulatorControl, type RailLedger } from '../../src/dev/simulators/control.ts';
import { returns } from '../../src/contracts/rail.ts';
import { importReturns } from '../../src/intake/returns.ts';
import type { Progress } from '../../src/kit/contract/updates.ts';
import { until } from '../support/conditions.ts';
import { Site } from '../support/site.ts';
import { STACK_TIMEOUT_MS } from '../support/stack.ts';
import { lines, typed, type Ran } from './evenkeel.ts';

const BY = ['--actor', 'cara', '--reason', 'a test'];
const DAY_MS = 24 * 60 * 60 * 1000;

describe('the ledger, typed', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-cli-ledger-'));
  let site: Site;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    site = await Site.open('ledger_cli', 'ledger');
    await site.work();
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await site.close();
  });
  const type = (...args: string[]): Promise<Ran> => typed(args, site.env);
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const sample = (name: string, over: object): string =>
    file(name, JSON.stringify({ ...JSON.parse(readFileSync(`samples/${name}`, 'utf8')), ...over }));
  const asked = (workflowId: string): Promise<{ fingerprint: string }> =>
    until('the question', async () => {
      const [shown] = lines<{ progress: Progress | null }>(await type('show', workflowId, '--json'));
      return shown?.progress?.questions[0];
    });
  const balance = async (): Promise<TrialBalance> => {
    const ran = await type('trial-balance', '--json');
    assert.equal(ran.exit, 0, ran.stderr);
    return lines<TrialBalance>(ran)[0]!;
  };
  const of = ({ accounts }: TrialBalance, wanted: string): string | undefined =>
    accounts.find(({ account }) => account === wanted)?.balanceMinor;

  it('has no accounts to begin with', async () => {
    assert.deepEqual(await type('trial-balance'), { exit: 0, stdout: 'There are no accounts.\n', stderr: '' });
  });

  it('`import screening-list` loads a list whole, once, and says which row is wrong', async () => {
    const list = file('list.csv', readFileSync('samples/screening.csv', 'utf8'));
    assert.equal((await type('import', 'screening-list', list)).stdout, 'version 1: 3 names\n');
    assert.equal((await type('import', 'screening-list', list)).stdout, 'version 1 is this list already\n');
    const next = file('next.csv', 'id,name\nq-1,"Mallory, Eve"\n');
    const [loaded] = lines(await type('import', 'screening-list', next, '--json'));
    assert.deepEqual(loaded, { version: 2, names: 1, loaded: true });
    for (const [text, why] of [
      ['id,name\nq-1,\n', /row 1: name: too_small/],
      ['id,name\nq-1,Eve\nq 2,Eve\n', /row 2: id: invalid_format/],
      ['id\nq-1\n', /row 1: name: invalid_type/],
      ['id,name\nq-1\n', /line 2: CSV_RECORD_INCONSISTENT_COLUMNS/],
      ['', /row \?: id,name: too_small/],
    ] as const) {
      const ran = await type('import', 'screening-list', file('wrong.csv', text));
      assert.deepEqual([ran.exit, ran.stdout], [3, '']);
      assert.match(ran.stderr, why);
    }
  });

  it('pays to another bank when the hit is cleared, and books back what comes back, once', async () => {
    const wrong = sample('payment.json', { creditor: 'bob' });
    const both = await type('start', 'transfer', wrong);
    assert.deepEqual(
      [both.exit, /either a creditor or a beneficiary|custom/.test(both.stderr)],
      [3, true],
      both.stderr,
    );
    const payment = sample('payment.json', { beneficiary: { name: 'Eve Mallory', account: 'RETURN-CLI' } });
    const started = await type('start', 'transfer', payment, '--accounts', 'open');
    assert.equal(started.exit, 0, started.stderr);
    const question = await asked('ledger/tr_8');
    const answer = ['answer', 'ledger/tr_8', 'screening', '--choice', 'clear', '--fingerprint', question.fingerprint];
    const own = await type(...answer, '--actor', 'mary', '--reason', 'it is fine');
    assert.equal(own.exit, 3);
    assert.match(own.stderr, /the checker is never the maker/);
    assert.equal((await type(...answer, ...BY)).exit, 0);
    await until('settled', async () => of(await balance(), 'nostro-GBP') === '2500');
    assert.deepEqual(lines(await type('import', 'returns', '--json')), [{ started: 0, absorbed: 0, quarantined: 0 }]);
    await new SimulatorControl<RailLedger>(site.env['RAIL_URL']!).advanceClock(3 * DAY_MS);
    assert.equal((await type('import', 'returns')).stdout, '1 returns started, 0 known before, 0 quarantined\n');
    await until('booked back', async () => of(await balance(), 'alice') === '0');
    assert.equal((await type('import', 'returns')).stdout, '0 returns started, 1 known before, 0 quarantined\n');
    assert.equal(of(await balance(), 'nostro-GBP'), '0');
  });

  it('reads every page of returns, and keeps whole what cannot be one', async () => {
    const told = (returnId: string, amountMinor = '1') => ({
      returnId,
      instructionId: 'tr_none',
      amountMinor,
      currency: 'GBP',
      reason: 'AC06',
    });
    const pages: Record<string, ReturnsPage> = {
      '': { returns: [told('r1'), told('r1'), told('r1', '2')], next: 'more' },
      more: { returns: [told('r2'), told('no id')], next: null },
    };
    const rail = { returns: async (after: string) => pages[after]! } as Rail;
    const { database } = site;
    const imported = await importReturns(rail, await site.starter(returns), database);
    assert.deepEqual(imported, { started: 2, absorbed: 1, quarantined: 2 });
    const kept = await database.query(
      `select position, reason from kit.quarantine where source = 'rail returns' order by position`,
    );
    assert.deepEqual(kept, [
      { position: 'no id', reason: 'not-a-return' },
      { position: 'r1', reason: 'other-return-under-this-id' },
    ]);
  });

  it('posts a reservation in part', async () => {
    const reservation = sample('reservation.json', {});
    assert.equal((await type('start', 'reservation', reservation, '--accounts', 'open')).exit, 0);
    const question = await asked('reservations/rsv_1');
    const post = ['answer', 'reservations/rsv_1', SETTLE_HOLD.question, '--choice', 'post', '--fingerprint'];
    const posted = await type(...post, question.fingerprint, '--value', '"1700"', ...BY);
    assert.equal(posted.exit, 0, posted.stderr);
    await until('posted', async () => of(await balance(), 'bob') === '1700');
    const table = await type('trial-balance');
    assert.match(table.stdout, /^currency  account +debit  credit  balance\nGBP +alice /);
    assert.match(table.stdout, /\nGBP +all +(\d+) +\1 +0\n$/);
  });

  it('tells when the books do not balance, and where', async () => {
    await site.database.query(`update ledger.accounts set balance_minor = balance_minor + 1 where account_id = 'bob'`);
    const ran = await type('trial-balance');
    assert.deepEqual([ran.exit, ran.stderr], [1, 'bob does not balance\n']);
    assert.deepEqual(lines<TrialBalance>(await type('trial-balance', '--json'))[0]!.wrong, ['bob']);
  });
});
