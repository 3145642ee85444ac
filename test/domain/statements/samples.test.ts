import { deepStrictEqual, ok } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { SAMPLES, sampleTable } from './sample-table.ts';
import { found, inChunks, whole } from './support.ts';

const there = existsSync(SAMPLES);
const absent = there ? '' : ' (SKIPPED: ../shared/data is absent)';
const sample = (file: string) => readFileSync(new URL(file, SAMPLES));

(there ? describe : describe.skip)(`the sample files${absent}`, () => {
  it('come to what docs/statements.md says, every one', async () => {
    const documented = readFileSync(new URL('../../../docs/statements.md', import.meta.url), 'utf8');
    ok(documented.includes(await sampleTable()), 'print it: npx tsx test/domain/statements/print-sample-table.ts');
  });

  it('have sums that were worked out by hand', async () => {
    const sums = async (file: string) =>
      (await whole(sample(file))).map(({ statement, entries, closed }) => [
        statement.source,
        statement.kind,
        statement.currency,
        entries.length,
        closed.booked,
        closed.addingUp,
      ]);
    deepStrictEqual(await sums('camt/camt053.v2.multi.statement.xml'), [
      ['camt.053.001.02', 'statement', 'EUR', 1, { EUR: '885' }, 'adds-up'],
      ['camt.053.001.02', 'statement', 'EUR', 1, { EUR: '-700' }, 'adds-up'],
    ]);
    deepStrictEqual(await sums('camt/camt052.v2.xml'), [
      ['camt.052.001.02', 'report', null, 1, { SEK: '-20000000' }, 'not-stated'],
    ]);
    // 3 credits of 208,500 and 8 debits of 208,500, on each of two days less on the second
    deepStrictEqual(await sums('bai2/sample1.txt'), [
      ['bai2', 'statement', 'CAD', 11, { CAD: '0' }, 'not-stated'],
      ['bai2', 'statement', 'CAD', 6, { CAD: '0' }, 'not-stated'],
    ]);
    deepStrictEqual(await sums('bai2/sample2.txt'), [
      ['bai2', 'statement', 'USD', 1, { USD: '450000' }, 'not-stated'],
      ['bai2', 'statement', 'USD', 1, { USD: '500000' }, 'not-stated'],
      ['bai2', 'statement', 'USD', 2, { USD: '30000000' }, 'not-stated'],
      ['bai2', 'statement', 'USD', 0, {}, 'not-stated'],
      ['bai2', 'statement', 'USD', 0, {}, 'not-stated'],
    ]);
  });

  it('give the same whatever the chunks, byte by byte, also up to a refusal', async () => {
    for (const file of [
      'camt/camt053.v8.xml',
      'camt/camt053.v2.five.decimals.xml',
      'camt/camt054.v8.xml',
      'bai2/sample1.txt',
      'bai2/sample4-continuations-newline-delimited.txt',
    ]) {
      const bytes = sample(file);
      const at_once = await found(inChunks(bytes));
      for (const size of [1, 7, 80]) deepStrictEqual(await found(inChunks(bytes, size)), at_once, `${file} by ${size}`);
    }
  });

  it('cut off anywhere are refused, and never read as a shorter file', async () => {
    for (const file of ['camt/camt053.v2.multi.statement.xml', 'bai2/sample2.txt']) {
      const bytes = sample(file).toString().trimEnd();
      for (let end = 1; end < bytes.length; end += 13) {
        const { refused } = await found(inChunks(bytes.slice(0, end)));
        ok(refused, `${file} cut at ${end}`);
      }
    }
  });
});
