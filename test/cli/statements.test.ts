import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { decisions } from '../../src/contracts/decisions.ts';
import type { Progress } from '../../src/kit/contract/updates.ts';
import { camt } from '../support/camt.ts';
import { until } from '../support/conditions.ts';
import { s3Of } from '../support/s3.ts';
import { Site } from '../support/site.ts';
import { STACK_TIMEOUT_MS } from '../support/stack.ts';
import { lines, typed, type Ran } from './evenkeel.ts';

const DATA = join('..', 'shared', 'data');

interface Line {
  readonly file: string;
  readonly statements: number;
  readonly entries: number;
  readonly fate: string;
  readonly reason: string | null;
}

describe('statements, typed', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-cli-statements-'));
  let site: Site;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    site = await Site.open('statements_cli', 'reconciliation');
    await site.work();
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await site.close();
  });
  const type = (...args: string[]): Promise<Ran> => typed(args, site.env);
  const told = async (...files: string[]): Promise<string[]> =>
    lines<Line>(await type('import', 'statements', ...files, '--json')).map(
      ({ file, statements, entries, fate, reason }) =>
        `${file.split('/').at(-1)} ${statements} ${entries} ${fate}${reason === null ? '' : `: ${reason}`}`,
    );

  it('takes in every file that there is, or quarantines it for the right reason', async function () {
    if (!existsSync(DATA)) this.skip();
    const files = ['camt', 'bai2'].flatMap((of) => readdirSync(join(DATA, of)).map((name) => join(DATA, of, name)));
    assert.deepEqual(await told(...files), [
      'camt052.v2.xml 1 1 review: 1 breaks',
      'camt053.v2.all-balance-types.xml 0 0 quarantined: not-adding-up',
      'camt053.v2.five.decimals.xml 0 0 quarantined: not-adding-up',
      'camt053.v2.minimal.xml 1 1 review: 1 breaks',
      'camt053.v2.multi.statement.xml 2 2 review: 2 breaks',
      'camt053.v2.with-account-name.xml 1 1 review: 2 breaks',
      'camt053.v2.wrong.xml 0 0 quarantined: statement-missing',
      'camt053.v4.xml 1 1 review: 3 breaks',
      'camt053.v8.xml 1 1 review: 3 breaks',
      'camt054.v2.xml 1 1 review: 3 breaks',
      'camt054.v8.xml 1 1 review: 4 breaks',
      'sample-parseError.txt 0 0 quarantined: record-unknown',
      'sample1.txt 2 17 review: 17 breaks',
      'sample2.txt 5 4 review: 4 breaks',
      'sample4-continuations-newline-delimited.txt 0 0 quarantined: control-total',
    ]);
  });

  it('takes a file once, in whatever name, and a CSV by its mapping', async () => {
    const file = (name: string, text: string): string => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };
    const csv = 'Tag;Betrag;Saldo\n05.01.2026;-10,00;90,00\n06.01.2026;5,50;95,50\n';
    const mapping = {
      account: { constant: 'made-account' },
      currency: { constant: 'EUR' },
      delimiter: ';',
      dateFormat: 'DD.MM.YYYY',
      decimal: ',',
      amount: { signed: 'Betrag' },
      bookingDate: 'Tag',
      balance: 'Saldo',
    };
    const by = ['--mapping', file('mapping.json', JSON.stringify(mapping))];
    assert.deepEqual(await told(file('one.csv', csv), ...by), ['one.csv 1 2 review: 2 breaks']);
    assert.deepEqual(await told(file('two.csv', csv), ...by), ['two.csv 1 2 absorbed: known before']);
    assert.deepEqual(await told(file('wrong.csv', csv.replace('95,50', '95,51')), ...by), [
      'wrong.csv 0 0 quarantined: not-adding-up',
    ]);
    const unmapped = await type('import', 'statements', file('three.csv', `${csv}\n`));
    assert.deepEqual([unmapped.exit, /quarantined +format-unknown/.test(unmapped.stdout)], [1, true], unmapped.stdout);
    const misspelt = await type(
      'import',
      'statements',
      join(folder, 'one.csv'),
      '--mapping',
      file('m.json', '{"akount":1}'),
    );
    assert.deepEqual([misspelt.exit, /m\.json: mapping-malformed/.test(misspelt.stderr)], [3, true], misspelt.stderr);
    for (const [path, why] of [
      ['s3://nobody', /is no s3:\/\/BUCKET\/KEY/],
      ['s3://nobody/has/it.xml', /s3:\/\/nobody\/has\/it\.xml cannot be read \(404\)/],
      [join(folder, 'none.xml'), /cannot be read \(ENOENT\)/],
      [file('empty.xml', ''), /is empty/],
    ] as const) {
      const ran = await type('import', 'statements', path);
      assert.equal(ran.exit, 3);
      assert.match(ran.stderr, why);
    }
  });

  it('takes what a bank has put into a bucket, by its name or all below one, each once', async () => {
    const s3 = s3Of(site.env);
    const bucket = site.env['EVENKEEL_S3_BUCKET']!;
    const landed = async (name: string, id: string): Promise<string> => {
      const Body = camt({ id, account: 'typed-landed', entries: [{ amount: 1, ref: id }] });
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `from-the-bank/${name}`, Body }));
      return `s3://${bucket}/from-the-bank/${name}`;
    };
    try {
      const one = await landed('a.xml', 'L-1');
      assert.deepEqual(await told(one), ['a.xml 1 1 review: 1 breaks']);
      await landed('b.xml', 'L-2');
      assert.deepEqual(await told(`s3://${bucket}/from-the-bank/`), [
        'a.xml 1 1 absorbed: known before',
        'b.xml 1 1 review: 2 breaks',
      ]);
      assert.deepEqual(await told(`s3://${bucket}/from-the-bank/none/`), []);
    } finally {
      s3.destroy();
    }
  });

  it('shows what waits for a person, who decides, with a second one where an amount is given up', async () => {
    const account = 'typed-nostro';
    await site.database.query(
      `insert into ledger.accounts (account_id, currency, minimum_minor)
       values ($1, 'GBP', null), ($1 || '-losses', 'GBP', null)`,
      [account],
    );
    await site.database.query(`insert into reconciliation.write_offs values ($1, $1 || '-losses', 500)`, [account]);
    const path = join(folder, 'charged.xml');
    writeFileSync(path, camt({ id: 'S-1', account, entries: [{ amount: -2.5 }, { amount: 4 }] }));
    assert.deepEqual(await told(path), ['charged.xml 1 2 review: 2 breaks']);
    const rows = (...args: string[]): Promise<{ why: string; amountMinor: string; id: string }[]> =>
      type('breaks', account, ...args, '--json').then((ran) => lines(ran));
    const [charge, found] = await rows();
    assert.deepEqual(
      [charge, found].map((row) => [row!.why, row!.amountMinor]),
      [
        ['not-in-ledger', '-250'],
        ['not-in-ledger', '400'],
      ],
    );
    assert.deepEqual(await rows('--period', '2025-12'), []);

    const by = ['--actor', 'ann', '--reason', 'charges of December'];
    const about = ['--statement', charge!.id, '--difference', '-250', '--id', 'd-1'];
    const decided = await type('decide', 'write-off', account, ...about, ...by);
    assert.deepEqual([decided.exit, /decisions\/d-1 {2}started/.test(decided.stdout)], [0, true], decided.stderr);
    const { fingerprint } = await until('the question', async () => {
      const ran = await type('show', 'decisions/d-1', '--json');
      return lines<{ progress: Progress | null }>(ran)[0]?.progress?.questions[0];
    });
    const answer = (actor: string): Promise<Ran> =>
      type(
        ...['answer', 'decisions/d-1', 'approval', '--choice', 'approve', '--fingerprint', fingerprint],
        ...['--actor', actor, '--reason', 'as always'],
      );
    assert.match((await answer('ann')).stderr, /the checker is never the maker/);
    assert.equal((await answer('bob')).exit, 0);
    await (await site.handle(decisions, 'd-1')).result();

    const explain = ['explain', account, '--statement', found!.id, '--id', 'd-2', '--wait', ...by];
    assert.match((await type('decide', ...explain)).stdout, /decisions\/d-2 {2}completed/);
    assert.deepEqual(await rows(), []);
    const again = await type('decide', ...explain);
    assert.match(again.stdout, /ended before: completed/, 'a decision is made once');
    const lock = await type('decide', 'lock', account, '--period', '2026-01', '--wait', ...by);
    assert.match(lock.stdout, /completed/, lock.stderr);
    const late = await type('decide', 'withdraw', account, '--withdraws', 'd-2', '--wait', ...by);
    assert.match(late.stdout, /refused: PeriodLocked/);
    const malformed = await type('decide', 'lock', account, '--period', 'January', ...by);
    assert.deepEqual([malformed.exit, /period/.test(malformed.stderr)], [3, true], malformed.stderr);
    assert.doesNotMatch(malformed.stderr, /January/);

    // What was published can be taken back to what it was.
    const dataset = `reconciliation/${account}/2026-01`;
    const back = await type('rollback', dataset, '--to', '1', '--actor', 'ann', '--reason', 'a test', '--json');
    assert.equal(lines<{ number: number }>(back)[0]?.number, 4, back.stderr);
  });
});
