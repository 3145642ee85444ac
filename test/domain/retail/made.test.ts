import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { seededRandom, weighted, wholeFrom } from '../../../src/domain/random.ts';
import { MADE_CATALOGUE, madeCsv, madeDay } from '../../../src/domain/retail/made.ts';
import { chargesMinor, goodsMinor, unitsOf } from '../../../src/domain/retail/order.ts';
import { readRetail } from '../../../src/domain/retail/read.ts';

describe('seeded chance', () => {
  it('is mulberry32: the known first numbers of seed 1', () => {
    const random = seededRandom(1);
    deepStrictEqual(
      Array.from({ length: 3 }, () => Math.floor(random() * 2 ** 32)),
      [2693262067, 11749833, 2265367787],
    );
  });

  it('stays within the quantiles and follows them', () => {
    const random = seededRandom(7);
    const drawn = Array.from({ length: 10_000 }, () => wholeFrom(random, [[0, 1], [0.5, 3], [1, 100]])); // prettier-ignore
    ok(drawn.every((value) => value >= 1 && value <= 100));
    const small = drawn.filter((value) => value <= 3).length;
    ok(Math.abs(small - 5_050) < 200, `${small}`);
  });

  it('gives each choice by its weight, and none of no weight', () => {
    const random = seededRandom(7);
    const drawn = Array.from({ length: 1_000 }, () => weighted(random, [[3, 'a'], [0, 'b'], [1, 'c']])); // prettier-ignore
    ok(Math.abs(drawn.filter((value) => value === 'a').length - 750) < 50);
    ok(!drawn.includes('b'));
    throws(() => weighted(random, []), RangeError);
  });
});

describe('a made day', () => {
  it('is the same for the same seed, another for another, and fewer orders are the first of more', () => {
    deepStrictEqual(madeDay(7, 50), madeDay(7, 50));
    deepStrictEqual(madeDay(7, 20), madeDay(7, 50).slice(0, 20));
    notDeepStrictEqual(madeDay(7, 1)[0]?.lines, madeDay(8, 1)[0]?.lines);
    deepStrictEqual(
      madeDay(7, 2).map(({ orderId }) => orderId),
      ['ord_7_1', 'ord_7_2'],
    );
  });

  it('sells from one catalogue, whole and positive', () => {
    const prices = new Map(MADE_CATALOGUE.map(({ sku, unitPriceMinor }) => [sku, unitPriceMinor]));
    strictEqual(prices.size, MADE_CATALOGUE.length);
    for (const { lines } of madeDay(3, 200)) {
      ok(lines.length > 0);
      for (const { sku, quantity, unitPriceMinor } of lines) {
        strictEqual(prices.get(sku), unitPriceMinor);
        ok(
          Number.isSafeInteger(quantity) && quantity > 0 && Number.isSafeInteger(unitPriceMinor) && unitPriceMinor > 0,
        );
      }
    }
  });

  it('has the shape that was measured: the medians of lines, pieces, pence and pounds', () => {
    const day = madeDay(1, 1_550);
    const lines = day.flatMap((order) => order.lines);
    const near = (values: number[], measured: number) => {
      const found = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
      ok(Math.abs(found - measured) <= Math.max(1, measured * 0.15), `${found} against ${measured}`);
    };
    near(day.map((order) => order.lines.length), 13); // prettier-ignore
    near(lines.map(({ quantity }) => quantity), 2); // prettier-ignore
    near(lines.map(({ unitPriceMinor }) => unitPriceMinor), 255); // prettier-ignore
    near(day.map(goodsMinor), 25_661);
    const charged = day.filter(({ charges }) => charges.length > 0).length;
    ok(charged > 110 && charged < 190, `${charged} charged`);
  });
});

describe('a made excerpt', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    for (const [ends, end] of [
      ['line feeds', '\n'],
      ['CRLF', '\r\n'],
    ] as const)
      // prettier-ignore
      it(`of seed ${seed} with ${ends} is read as it was made, whatever the chunks`, async () => {
        const { text, expected } = madeCsv(seed, 12);
        const bytes = Buffer.from(text.replaceAll('\n', end));
        const file = await readRetail(inChunks(bytes, seed * 7));
        deepStrictEqual(file.orders, expected.orders);
        deepStrictEqual(file.quarantined.map(({ line, reason, raw }) => ({ line, reason, raw })), expected.quarantined);
        const sum = (of: (order: (typeof file.orders)[number]) => number) => file.orders.reduce((all, order) => all + of(order), 0);
        deepStrictEqual(
          [file.lines, file.goodsLines, file.chargeLines, sum(unitsOf), sum(goodsMinor), sum(chargesMinor)],
          [expected.lines, expected.goodsLines, expected.chargeLines, expected.units, expected.goodsMinor, expected.chargesMinor],
        );
        strictEqual(file.goodsLines + file.chargeLines + file.quarantined.length, file.lines);
      });
  }

  it('holds every case: an invoice apart, a line twice, every charge, every reason but those of size', () => {
    const { text, expected } = madeCsv(1, 2);
    const invoices = text.trimEnd().split('\n').slice(1).map((line) => line.split(',')[0] ?? ''); // prettier-ignore
    const [first] = expected.orders.filter(({ orderId }) => orderId === '600000');
    ok(invoices.lastIndexOf('600000') > invoices.indexOf('600001'), 'apart');
    const written = first?.lines.map((line) => JSON.stringify(line)) ?? [];
    ok(new Set(written).size < written.length, 'twice');
    const codes = new Set(expected.orders.flatMap(({ charges }) => charges.map(({ code }) => code)));
    deepStrictEqual([...codes].toSorted(), [
      'AMAZONFEE',
      'B',
      'BANK CHARGES',
      'C2',
      'CRUK',
      'D',
      'DOT',
      'M',
      'PADS',
      'POST',
      'S',
      'gift_0001_20',
    ]);
    deepStrictEqual([...new Set(expected.quarantined.map(({ reason }) => reason))].toSorted(), [
      'adjustment-invoice',
      'amount-too-large',
      'cancelled-invoice',
      'fraction-of-a-penny',
      'invoice-without-goods',
      'price-not-positive',
      'quantity-not-positive',
      'unknown-invoice',
      'unparseable',
    ]);
  });

  it('is refused where its invoice numbers would not have six digits', () => {
    for (const invoices of [1, 300_001]) throws(() => madeCsv(1, invoices), RangeError);
  });
});

async function* inChunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
