import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { COLUMNS } from '../../../src/domain/retail/header.ts';
import { readRetail } from '../../../src/domain/retail/read.ts';

const HEADER = COLUMNS.join(',');
const LINE = '536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom';

describe('the header of a retail file', () => {
  it('is found behind a byte order mark, with quotes, spaces and CRLF', async () => {
    const { orders } = await read(`\uFEFF"InvoiceNo", ${COLUMNS.slice(1).join(' , ')}\r\n${LINE}\r\n`);
    strictEqual(orders.length, 1);
    deepStrictEqual(orders[0]?.shipTo, { country: 'United Kingdom' });
  });

  it('may name the columns in any order', async () => {
    const backwards = [HEADER, LINE].map((line) => line.split(',').toReversed().join(','));
    deepStrictEqual((await read(backwards.join('\n'))).orders, (await read(`${HEADER}\n${LINE}`)).orders);
  });

  for (const column of COLUMNS) {
    it(`is refused without ${column}, by name`, async () => {
      const rest = COLUMNS.filter((name) => name !== column).join(',');
      await rejects(read(`${rest}\n${LINE}`), { code: 'column-missing', message: `column-missing: ${column}` });
    });
  }

  it('is missed in a file that starts with a sale, without quoting the sale', async () => {
    await rejects(read(LINE), { code: 'column-missing', message: 'column-missing: InvoiceNo' });
  });

  it('is missed in an empty file, in one with an open quote, and in one that is still compressed', async () => {
    for (const text of ['', '\n', `"${HEADER}\n`, '\u001F\u008B\u0008\u0000'])
      await rejects(read(text), { code: 'column-missing', message: 'column-missing: InvoiceNo' });
  });

  it('is refused with a column that nobody knows, by its place and not by what stands there', async () => {
    await rejects(read(`${HEADER},Secret\n`), { code: 'column-unknown', message: 'column-unknown: column 9 of 9' });
  });

  it('is refused with a column twice', async () => {
    await rejects(read(`${HEADER},Country\n`), { code: 'column-repeated', message: 'column-repeated: Country' });
  });
});

async function* once(text: string) {
  yield text;
}
const read = (text: string) => readRetail(once(text));
