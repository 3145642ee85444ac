import { type Random, seededRandom, wholeBelow } from '../random.ts';
import type { QuarantineReason } from './classify.ts';
import { COLUMNS } from './header.ts';
import { madeDay } from './made-day.ts';
import type { RetailCharge, RetailLine, RetailOrder } from './order.ts';

export interface MadeCsv {
  text: string;
  /** Known from how the text was made; no parser had a part in it. */
  expected: {
    lines: number;
    goodsLines: number;
    chargeLines: number;
    units: number;
    goodsMinor: number;
    chargesMinor: number;
    orders: RetailOrder[];
    quarantined: { line: number; reason: QuarantineReason; raw: string }[];
  };
}

/** One line to be, with what must become of it. */
type Row = { raw: string } & (
  { of: RetailOrder; goods: RetailLine } | { of: RetailOrder; charge: RetailCharge } | { reason: QuarantineReason }
);

const FIRST_INVOICE = 600_000; // the real ones of these months end at 558,637

/** Text that a spreadsheet writes: commas, doubled quotes, letters beyond ASCII, nothing at all. */
const DESCRIPTIONS = ['MADE LANTERN', 'BOX, SET OF 2', '5" PLATE', 'CAFÉ CUP', ''] as const;

/**
 * A made excerpt in the shape of the UCI file, from `invoices` made orders, with every case that the reader knows:
 * an invoice whose lines stand apart, one line twice, charges of every kind, and each kind of line that is quarantined.
 */
export function madeCsv(seed: number, invoices: number): MadeCsv {
  if (invoices < 2 || invoices > 300_000) throw new RangeError('a made excerpt has from 2 to 300,000 invoices');
  const random = seededRandom(seed);
  const orders = madeDay(seed, invoices).map((order, n) => ({ ...order, orderId: String(FIRST_INVOICE + n) }));
  const rows = orders.flatMap((order) => rowsOf(order, random));
  splitFirstInvoice(rows, orders);
  repeatLine(rows, orders[0]);
  for (const row of [...charges(orders[1]), ...unusable(orders[0])])
    rows.splice(wholeBelow(random, rows.length + 1), 0, row);
  return { text: [COLUMNS.join(','), ...rows.map(({ raw }) => raw), ''].join('\n'), expected: expectedOf(rows) };
}

function rowsOf(order: RetailOrder, random: Random): Row[] {
  const goods = order.lines.map((line): Row => {
    const description = DESCRIPTIONS[wholeBelow(random, DESCRIPTIONS.length)];
    const raw = csv(order, line.sku, line.quantity, pounds(line.unitPriceMinor), description);
    return { raw, of: order, goods: line };
  });
  return [...goods, ...order.charges.map((charge) => chargeRow(order, charge.code, 1, charge.amountMinor))];
}

/** The first invoice gets another line, at the end of the file. */
function splitFirstInvoice(rows: Row[], [first]: RetailOrder[]): void {
  if (!first) return;
  const goods = { sku: '84029E', quantity: 6, unitPriceMinor: 339 };
  rows.push({ raw: csv(first, goods.sku, goods.quantity, '3.39'), of: first, goods });
}

function repeatLine(rows: Row[], of: RetailOrder | undefined): void {
  const at = rows.findIndex((row) => 'of' in row && row.of === of && 'goods' in row);
  const row = rows[at];
  if (row) rows.splice(at, 0, row);
}

/** Every code that is no goods, one of them in the lower case, one negative, one worth nothing. */
function charges(of: RetailOrder | undefined): Row[] {
  if (!of) return [];
  const codes = ['POST', 'DOT', 'C2', 'M', 'S', 'BANK CHARGES', 'AMAZONFEE', 'CRUK', 'PADS', 'B', 'gift_0001_20'];
  return [
    ...codes.map((code, n) => chargeRow(of, code, n + 1, 250)),
    { ...chargeRow(of, 'm', 1, 42), of, charge: { code: 'M', amountMinor: 42 } },
    chargeRow(of, 'D', -1, 1_000),
    chargeRow(of, 'POST', -3, 0),
  ];
}

/** Lines that belong to no order; those with the invoice number of one must leave it as it is. */
function unusable(order: RetailOrder | undefined): Row[] {
  if (!order) return [];
  const as = (orderId: string) => ({ ...order, orderId });
  return [
    { reason: 'cancelled-invoice', raw: csv(as(`C${order.orderId}`), '22423', -1, '12.75') },
    { reason: 'adjustment-invoice', raw: csv(as('A563186'), 'B', 1, '-11062.06') },
    { reason: 'unknown-invoice', raw: csv(as('6000000'), '22423', 1, '12.75') },
    { reason: 'quantity-not-positive', raw: csv(order, '22423', -10, '12.75') },
    { reason: 'quantity-not-positive', raw: csv(order, '22423', 0, '12.75') },
    { reason: 'price-not-positive', raw: csv(order, '22423', 10, '0.0') },
    { reason: 'price-not-positive', raw: csv(order, '22423', 10, '-0.5') },
    { reason: 'price-not-positive', raw: csv(as('999998'), '22423', 56, '0.0') },
    { reason: 'invoice-without-goods', raw: csv(as('999998'), 'POST', 1, '18.0') },
    { reason: 'invoice-without-goods', raw: csv(as('999999'), 'gift_0001_30', 1, '25.0') },
    { reason: 'fraction-of-a-penny', raw: csv(order, 'PADS', 1, '0.001') },
    { reason: 'fraction-of-a-penny', raw: csv(order, '22423', 4, '0.125') },
    { reason: 'amount-too-large', raw: csv(order, '22423', 9_007_199_254_740_991, '2.0') },
    { reason: 'unparseable', raw: csv(order, '22423', 1, '1e3') },
    { reason: 'unparseable', raw: csv(order, '22423', 1, '1.5').replace(/,[^,]*$/, '') },
    { reason: 'unparseable', raw: `${order.orderId},22423,"A STRAY QUOTE,1,2010-12-01 08:26:00,1.5,,United Kingdom` },
    { reason: 'unparseable', raw: '%%% this is no line of a retail file %%%' },
    { reason: 'unparseable', raw: '' },
  ];
}

function chargeRow(of: RetailOrder, code: string, quantity: number, unitMinor: number): Row {
  return {
    raw: csv(of, code, quantity, pounds(unitMinor)),
    of,
    charge: { code, amountMinor: quantity * unitMinor + 0 },
  };
}

function csv(of: RetailOrder, code: string, quantity: number, price: string, description = 'MADE, BY HAND'): string {
  const quoted = /[",]/.test(description) ? `"${description.replaceAll('"', '""')}"` : description;
  return [of.orderId, code, quoted, quantity, '2010-12-01 08:26:00', price, '17850.0', of.shipTo.country].join(',');
}

/** As the file writes money: `2.55`, `2.5`, `18.0`. */
function pounds(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  const decimals = digits.slice(-2).replace(/0$/, '');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${decimals}`;
}

function expectedOf(rows: Row[]): MadeCsv['expected'] {
  const orders = new Map<string, RetailOrder>();
  const expected = { lines: rows.length, goodsLines: 0, chargeLines: 0, units: 0, goodsMinor: 0, chargesMinor: 0 };
  const quarantined: MadeCsv['expected']['quarantined'] = [];
  for (const [n, row] of rows.entries()) {
    if ('reason' in row) {
      quarantined.push({ line: n + 2, reason: row.reason, raw: row.raw });
      continue;
    }
    const { orderId } = row.of;
    const order = orders.get(orderId) ?? { ...row.of, lines: [], charges: [] };
    orders.set(orderId, order);
    if ('goods' in row) {
      order.lines.push(row.goods);
      expected.goodsLines += 1;
      expected.units += row.goods.quantity;
      expected.goodsMinor += row.goods.quantity * row.goods.unitPriceMinor;
    } else {
      order.charges.push(row.charge);
      expected.chargeLines += 1;
      expected.chargesMinor += row.charge.amountMinor;
    }
  }
  return { ...expected, orders: [...orders.values()], quarantined };
}
