import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testsOf, type Defect } from './defect.ts';
import { DEFECTS } from './list.ts';
import { markdown } from './markdown.ts';

/** The list as it stands: nothing is planted here, that is `npm run defects`. */
describe('the planted defects', () => {
  it('are planted in texts that stand in their files, each once', () => {
    const stale = DEFECTS.flatMap(({ what, edits }) => {
      const texts = new Map<string, string>();
      return edits.flatMap(([file, find, put]) => {
        const text = texts.get(file) ?? readFileSync(file, 'utf8');
        texts.set(
          file,
          text.replace(find, () => put),
        );
        const times = text.split(find).length - 1;
        return times === 1 && find !== put ? [] : [`${what}: ${times} times in ${file}: ${find}`];
      });
    });
    assert.deepEqual(stale, []);
  });

  it('are caught by tests that there are, each once', function () {
    this.timeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-defects-list-'));
    const output = join(folder, 'tests.json');
    const named = new Map(DEFECTS.flatMap(testsOf).map((test) => [test.join(': '), test]));
    const files = [...new Set([...named.values()].map(([file]) => file))];
    const flags = ['--dry-run', '--reporter=json', `--reporter-option=output=${output}`];
    const { stderr } = spawnSync(process.execPath, ['node_modules/mocha/bin/mocha.js', ...flags, ...files]);
    try {
      const { tests } = JSON.parse(readFileSync(output, 'utf8')) as { tests: { fullTitle: string; file: string }[] };
      const known = tests.map(({ file, fullTitle }) => `${file.slice(process.cwd().length + 1)}: ${fullTitle}`);
      assert.deepEqual(
        [...named.keys()].filter((test) => known.filter((each) => each === test).length !== 1),
        [],
      );
    } finally {
      rmSync(folder, { recursive: true });
      process.stderr.write(stderr);
    }
  });

  it('are each another way, under another name, and break every promise', () => {
    for (const own of [({ what }: Defect) => what, ({ edits }: Defect) => JSON.stringify(edits)]) {
      const all = DEFECTS.map(own);
      assert.deepEqual(
        all.filter((each, i) => all.indexOf(each) !== i),
        [],
      );
    }
    assert.deepEqual([...new Set(DEFECTS.map(({ promise }) => promise))], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('are told in docs/defects.md (`npm run -s defects -- --markdown > docs/defects.md`)', () => {
    assert.equal(readFileSync('docs/defects.md', 'utf8'), markdown(DEFECTS));
  });

  it('are as many as docs/promises.md says', () => {
    const [, many] = /(\d+) ways of writing the program wrong/.exec(readFileSync('docs/promises.md', 'utf8')) ?? [];
    assert.equal(many, String(DEFECTS.length));
  });
});
