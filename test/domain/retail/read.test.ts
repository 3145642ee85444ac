import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { COLUMNS } from '../../../src/domain/retail/header.ts';
import { type Limits, LIMITS } from '../../../src/domain/retail/limits.ts';
import { totalMinor } from '../../../src/domain/retail/order.ts';
import { readRetail } from '../../../src/domain/retail/read.ts';

describe('an order', () => {
  it('is an invoice of six digits with goods, in its exact shape', async () => {
    const { orders, quarantined } = await read([
      sale({ sku: '85123A', quantity: 6, price: '2.55' }),
      sale({ sku: '71053', quantity: 8, price: '3.4' }),
      sale({ sku: 'POST', quantity: 2, price: '18.0' }),
    ]);
    deepStrictEqual(orders, [
      {
        orderId: '536365',
        currency: 'GBP',
        lines: [
          { sku: '85123A', quantity: 6, unitPriceMinor: 255 },
          { sku: '71053', quantity: 8, unitPriceMinor: 340 },
        ],
        charges: [{ code: 'POST', amountMinor: 3600 }],
        shipTo: { country: 'United Kingdom' },
        payment: { method: 'pm_card_visa' },
      },
    ]);
    deepStrictEqual(quarantined, []);
  });

  it('is put together from all over the file, its lines in file order and the orders by their first line', async () => {
    const { orders } = await read([
      sale({ invoice: '536370', sku: 'A1' }),
      sale({ invoice: '536366', sku: 'POST' }),
      sale({ invoice: '536370', sku: 'A2' }),
      sale({ invoice: '536366', sku: 'B1' }),
      sale({ invoice: '536370', sku: 'A3' }),
    ]);
    deepStrictEqual(
      orders.map(({ orderId, lines }) => [orderId, ...lines.map(({ sku }) => sku)]),
      [
        ['536370', 'A1', 'A2', 'A3'],
        ['536366', 'B1'],
      ],
    );
  });

  it('has the same line twice where the file has it twice', async () => {
    const { orders, goodsLines } = await read([sale(), sale()]);
    strictEqual(orders[0]?.lines.length, 2);
    strictEqual(goodsLines, 2);
  });

  it('has SKUs and country trimmed, and their case as it stands', async () => {
    const { orders } = await read([sale({ sku: ' 85123a ', country: ' EIRE' }), sale({ sku: '85123A' })]);
    deepStrictEqual(
      orders[0]?.lines.map(({ sku }) => sku),
      ['85123a', '85123A'],
    );
    deepStrictEqual(orders[0]?.shipTo, { country: 'EIRE' });
  });

  it('goes where its first goods line says, not where a charge says', async () => {
    const { orders } = await read([
      sale({ sku: 'POST', country: 'Spain' }),
      sale({ country: 'France' }),
      sale({ country: 'Malta' }),
    ]);
    deepStrictEqual(orders[0]?.shipTo, { country: 'France' });
  });
});

describe('a charge', () => {
  const codes = 'POST DOT C2 M D S AMAZONFEE CRUK PADS B gift_0001_20 gift_'.split(' ');
  for (const code of [...codes, 'BANK CHARGES']) {
    it(`is ${code}: money of its order, and never stock`, async () => {
      const { orders, goodsLines, chargeLines } = await read([sale(), sale({ sku: code, quantity: 3, price: '1.5' })]);
      deepStrictEqual(orders[0]?.charges, [{ code, amountMinor: 450 }]);
      deepStrictEqual([orders[0]?.lines.length, goodsLines, chargeLines], [1, 1, 1]);
    });
  }

  it('is m as well as M, and is then called M', async () => {
    deepStrictEqual((await read([sale(), sale({ sku: 'm' })])).orders[0]?.charges, [{ code: 'M', amountMinor: 255 }]);
  });

  it('is not what only looks like one', async () => {
    const goods = ['POSTER', 'D1', 'C20', 'MM', 'BB', 'DOTCOM', 'GIFT', 'DCGS0003'];
    const { orders, chargeLines } = await read(goods.map((sku) => sale({ sku })));
    deepStrictEqual(
      orders[0]?.lines.map(({ sku }) => sku),
      goods,
    );
    strictEqual(chargeLines, 0);
  });

  it('may be negative by its quantity or its price, or nothing', async () => {
    const { orders } = await read([
      sale({ quantity: 1, price: '1.0' }),
      sale({ sku: 'D', quantity: -2, price: '10.5' }),
      sale({ sku: 'B', quantity: 1, price: '-0.5' }),
      sale({ sku: 'POST', quantity: -1000, price: '0.0' }),
    ]);
    deepStrictEqual(
      orders[0]?.charges.map(({ amountMinor }) => amountMinor),
      [-2100, -50, 0],
    );
    strictEqual(orders[0] && totalMinor(orders[0]), -2050);
  });
});

describe('a line that belongs to no order', () => {
  const cases: [title: string, raw: string, reason: string][] = [
    ['of a cancelled invoice', sale({ invoice: 'C536379' }), 'cancelled-invoice'],
    ['of an adjusted invoice', sale({ invoice: 'A563185', sku: 'B', price: '-11062.06' }), 'adjustment-invoice'],
    ['of an invoice of seven digits', sale({ invoice: '5363651' }), 'unknown-invoice'],
    ['of no invoice', sale({ invoice: '' }), 'unknown-invoice'],
    ['of goods come back', sale({ quantity: -1 }), 'quantity-not-positive'],
    ['of no goods', sale({ quantity: 0 }), 'quantity-not-positive'],
    ['of goods written off', sale({ quantity: -1, price: '0.0' }), 'quantity-not-positive'],
    ['of goods for nothing', sale({ price: '0.0' }), 'price-not-positive'],
    ['of goods for less', sale({ price: '-1.0' }), 'price-not-positive'],
    ['of goods at a fraction of a penny', sale({ price: '0.001' }), 'fraction-of-a-penny'],
    ['of a charge of a fraction of a penny', sale({ sku: 'PADS', price: '0.001' }), 'fraction-of-a-penny'],
    ['with a price in exponent form', sale({ price: '1e3' }), 'unparseable'],
    ['with a price that no number holds', sale({ price: '90071992547409.92' }), 'amount-too-large'],
    ['with an amount that no number holds', sale({ quantity: 9_007_199_254_740_991 }), 'amount-too-large'],
    ['with a broken quantity', sale({ quantity: 1.5 }), 'unparseable'],
    ['without a code', sale({ sku: '' }), 'unparseable'],
    ['with a code that no warehouse writes', sale({ sku: 'CAF\u00C9' }), 'unparseable'],
    ['without a country', sale({ country: ' ' }), 'unparseable'],
    ['with a country that cannot be read', sale({ country: 'Cura\uFFFDao' }), 'unparseable'],
    ['with a field too few', sale().replace(/,[^,]*$/, ''), 'unparseable'],
    ['with a field too many', `${sale()},`, 'unparseable'],
    ['with a quote that does not close', sale({ description: '"OPEN' }), 'unparseable'],
    ['with text behind a closing quote', sale({ description: '"SHUT" TWICE' }), 'unparseable'],
    ['with a quote in the middle of a field', sale({ description: '5" PLATE' }), 'unparseable'],
    ['with nothing in it', '', 'unparseable'],
    ['of another kind of file', '<html>', 'unparseable'],
  ];
  for (const [title, raw, reason] of cases) {
    it(`is quarantined whole as ${reason} when it is one ${title}, and the rest of the order goes on`, async () => {
      const { orders, quarantined } = await read([sale({ sku: 'A1' }), raw, sale({ sku: 'A2' })]);
      deepStrictEqual(quarantined, [{ line: 3, reason, raw, bytes: Buffer.byteLength(raw) }]);
      deepStrictEqual(
        orders[0]?.lines.map(({ sku }) => sku),
        ['A1', 'A2'],
      );
    });
  }

  it('is each of an invoice without a good goods line: a bad one for its own reason, the charges for that', async () => {
    const lines = [sale({ sku: 'POST' }), sale({ price: '0.0' }), sale({ sku: 'D', quantity: -1 })];
    const { orders, quarantined } = await read(lines);
    deepStrictEqual(orders, []);
    deepStrictEqual(
      quarantined.map(({ line, reason, raw }) => [line, reason, raw]),
      [
        [2, 'invoice-without-goods', lines[0]],
        [3, 'price-not-positive', lines[1]],
        [4, 'invoice-without-goods', lines[2]],
      ],
    );
  });

  it('takes no other line with it, however many quotes are left open', async () => {
    const open = sale({ invoice: '536366', description: '"OPEN' });
    const { orders, quarantined } = await read([open, sale({ description: '"SET, OF 2"' }), open, sale()]);
    deepStrictEqual(
      quarantined.map(({ line }) => line),
      [2, 4],
    );
    strictEqual(orders[0]?.lines.length, 2);
  });

  it('is each half of a record with a line break in its quotes: both kept, neither guessed at', async () => {
    const { orders, quarantined, lines } = await read([sale({ description: '"SET\nOF 2"' })]);
    deepStrictEqual([orders.length, lines, quarantined.map(({ line }) => line)], [0, 2, [2, 3]]);
  });
});

describe('a description', () => {
  it('costs no sale, with commas, quotes, or bytes that are no UTF-8', async () => {
    const latin1 = Buffer.from(sale({ description: 'CAF\u00C9' }), 'latin1');
    const quoted = sale({ description: '"BOX, 5"" WIDE"' });
    const { orders, quarantined } = await readRetail(from(HEADER, latin1, `\r\n${quoted}\r\n`));
    deepStrictEqual(quarantined, []);
    strictEqual(orders[0]?.lines.length, 2);
  });
});

describe('a limit', () => {
  it('on a line quarantines its head and says how long it was', async () => {
    const raw = sale({ description: 'X'.repeat(200) });
    const { quarantined, goodsLines } = await read([sale(), raw, sale()], { lineBytes: 100 });
    deepStrictEqual(quarantined, [{ line: 3, reason: 'too-long', raw, bytes: raw.length }]);
    strictEqual(goodsLines, 2);
  });

  it('on a field is in bytes, and quarantines the line whole', async () => {
    const fits = sale({ description: 'É'.repeat(50) });
    const raw = sale({ description: 'É'.repeat(51) });
    const { quarantined, goodsLines } = await read([fits, raw], { fieldBytes: 100 });
    deepStrictEqual(quarantined, [{ line: 3, reason: 'too-long', raw, bytes: Buffer.byteLength(raw) }]);
    strictEqual(goodsLines, 1);
  });

  it('on the lines of an order quarantines every line of it, also those still to come, and no other order', async () => {
    const large = ['A1', 'POST', 'A3', 'A4'].map((sku) => sale({ invoice: '536366', sku }));
    const fits = ['B1', 'POST'].map((sku) => sale({ sku }));
    const { orders, quarantined, lines } = await read([...large.slice(0, 3), ...fits, ...large.slice(3)], {
      orderLines: 2,
    });
    deepStrictEqual(
      orders.map(({ orderId }) => orderId),
      ['536365'],
    );
    deepStrictEqual(
      quarantined.map(({ line, reason, raw }) => [line, reason, raw]),
      [
        [2, 'order-too-large', large[0]],
        [3, 'order-too-large', large[1]],
        [4, 'order-too-large', large[2]],
        [7, 'order-too-large', large[3]],
      ],
    );
    strictEqual(lines, 6);
  });

  it('on the money of an order is what a number holds exactly', async () => {
    const half = sale({ quantity: 4_503_599_627_370_496, price: '0.01' });
    deepStrictEqual((await read([half])).quarantined, []);
    deepStrictEqual(
      (await read([half, half])).quarantined.map(({ reason }) => reason),
      ['order-too-large', 'order-too-large'],
    );
  });

  it('on the lines of an order keeps the largest that is let through under 256 KB of JSON', async () => {
    const widest = sale({ sku: 'W'.repeat(32), quantity: 1_000_000, price: '10000.01' });
    const { orders } = await read(Array.from({ length: LIMITS.orderLines }, () => widest));
    strictEqual(orders[0]?.lines.length, LIMITS.orderLines);
    ok(Buffer.byteLength(JSON.stringify(orders[0])) < 256 * 1024);
  });
});

describe('the count of lines', () => {
  it('is told after each line', async () => {
    const told: number[] = [];
    const onLine = (lines: number) => told.push(lines);
    await readRetail(from(HEADER, [sale(), '', sale()].join('\n')), { onLine });
    deepStrictEqual(told, [1, 2, 3]);
  });

  it('is nothing for a header alone', async () => {
    deepStrictEqual(await read([]), { orders: [], quarantined: [], lines: 0, goodsLines: 0, chargeLines: 0 });
  });
});

const HEADER = `${COLUMNS.join(',')}\n`;

interface Sale {
  invoice: string;
  sku: string;
  description: string;
  quantity: number;
  price: string;
  country: string;
}

function sale(changed: Partial<Sale> = {}): string {
  const { invoice, sku, description, quantity, price, country }: Sale = {
    invoice: '536365',
    sku: '85123A',
    description: 'LANTERN',
    quantity: 1,
    price: '2.55',
    country: 'United Kingdom',
    ...changed,
  };
  return [invoice, sku, description, quantity, '2010-12-01 08:26:00', price, '17850.0', country].join(',');
}

async function* from(...chunks: (Uint8Array | string)[]) {
  yield* chunks;
}

/** Reads the lines, and checks on the way what must hold for every file. */
async function read(lines: string[], limits: Partial<Limits> = {}) {
  const file = await readRetail(from(HEADER, lines.map((line) => `${line}\n`).join('')), { limits });
  strictEqual(file.goodsLines + file.chargeLines + file.quarantined.length, file.lines, 'in = out');
  return file;
}
