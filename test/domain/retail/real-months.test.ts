import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { createReadStream, existsSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { chargesMinor, goodsMinor, type RetailOrder, totalMinor, unitsOf } from '../../../src/domain/retail/order.ts';
import { readRetail } from '../../../src/domain/retail/read.ts';

const DATA = new URL('../../../../shared/data/retail/', import.meta.url);

/** Counted apart from this code, by a script of 20 lines with Python's csv and decimal. */
const MONTHS = {
  '2010-12': { lines: 42_481, orders: 1_550, units: 358_749, goodsMinor: 77_793_177 },
  '2011-01': { lines: 35_147, orders: 1_081, units: 387_424, goodsMinor: 67_193_319 },
  '2011-02': { lines: 27_707, orders: 1_093, units: 283_248, goodsMinor: 50_888_620 },
  '2011-03': { lines: 36_748, orders: 1_440, units: 377_109, goodsMinor: 69_125_761 },
  '2011-04': { lines: 29_916, orders: 1_235, units: 308_512, goodsMinor: 51_621_812 },
  '2011-05': { lines: 37_030, orders: 1_668, units: 395_390, goodsMinor: 74_119_241 },
  '2011-06': { lines: 36_874, orders: 1_525, units: 388_826, goodsMinor: 73_875_187 },
};

const there = existsSync(DATA);
const absent = there ? '' : ' (SKIPPED: ../shared/data/retail is absent)';

(there ? describe : describe.skip)(`the real months${absent}`, () => {
  for (const [month, counted] of Object.entries(MONTHS)) {
    it(`has ${counted.orders} orders in ${month}, to the piece and to the penny, and loses no line`, async () => {
      const file = await read(month);
      deepStrictEqual(
        {
          lines: file.lines,
          orders: file.orders.length,
          units: sum(file.orders, unitsOf),
          goodsMinor: sum(file.orders, goodsMinor),
        },
        counted,
      );
      strictEqual(file.goodsLines + file.chargeLines + file.quarantined.length, file.lines);
      deepStrictEqual(
        file.orders.filter((order) => totalMinor(order) <= 0),
        [],
        'orders that owe nothing',
      );
    });
  }

  it('says of every line of 2010-12 that is in no order why it is not', async () => {
    const { orders, quarantined, goodsLines, chargeLines } = await read('2010-12');
    const reasons: Record<string, number> = {};
    for (const { reason } of quarantined) reasons[reason] = (reasons[reason] ?? 0) + 1;
    deepStrictEqual(reasons, {
      'cancelled-invoice': 728,
      'price-not-positive': 203,
      'quantity-not-positive': 70,
      'invoice-without-goods': 9,
    });
    deepStrictEqual([goodsLines, chargeLines, sum(orders, chargesMinor)], [41_315, 156, 2_947_560]);
  });

  it('quarantines the one fraction of a penny, in 2011-04, and sells the rest of its order', async () => {
    const { orders, quarantined } = await read('2011-04');
    deepStrictEqual(
      quarantined.filter(({ reason }) => reason === 'fraction-of-a-penny').map(({ raw }) => raw.split(',').slice(0, 2)),
      [['550193', 'PADS']],
    );
    strictEqual(orders.filter(({ orderId }) => orderId === '550193').length, 1);
  });
});

const read = (month: string) => readRetail(createReadStream(new URL(`${month}.csv.gz`, DATA)).pipe(createGunzip()));

const sum = (orders: RetailOrder[], of: (order: RetailOrder) => number) =>
  orders.reduce((all, order) => all + of(order), 0);
