import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

describe('`import statements`', function () {
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
      [join(folder, 'none.xml'), /cannot be read \(ENOENT\)/],
      [file('empty.xml', ''), /is empty/],
    ] as const) {
      const ran = await type('import', 'statements', path);
      assert.equal(ran.exit, 3);
      assert.match(ran.stderr, why);
    }
  });
});
