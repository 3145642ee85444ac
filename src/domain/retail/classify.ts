import { fieldsOf } from './fields.ts';
import { COLUMNS, type Column, type Header } from './header.ts';
import type { Limits } from './limits.ts';
import { amountOf, parsePence, parseWhole } from './money.ts';
import type { RetailCharge, RetailLine } from './order.ts';
import type { PhysicalLine } from './physical-lines.ts';

/** Why a line is in no order. What a line says of itself comes before what its invoice says of it. */
export type QuarantineReason =
  | 'cancelled-invoice' // C…: a return, to be matched with the sale it reverses
  | 'adjustment-invoice' // A…: bad debt
  | 'unknown-invoice' // neither of these, nor six digits
  | 'quantity-not-positive'
  | 'price-not-positive'
  | 'fraction-of-a-penny'
  | 'amount-too-large' // beyond what a number holds exactly
  | 'unparseable' // quotes, number of fields, or a field that is not what its column says
  | 'too-long' // the line or a field of it is over its limit
  | 'invoice-without-goods' // a sound charge line, but no goods line to go with it
  | 'order-too-large'; // every line of an order that is over its limit

export type Classified =
  | { kind: 'goods'; orderId: string; country: string; goods: RetailLine; amountMinor: number }
  | { kind: 'charge'; orderId: string; country: string; charge: RetailCharge; amountMinor: number }
  | { kind: 'quarantined'; reason: QuarantineReason };

/** Codes that are no goods. `M` (manual) is the only one that is found in both cases, and it is one charge. */
const CHARGE_CODES = new Set(
  ['POST', 'DOT', 'C2', 'M', 'm', 'D', 'S', 'BANK CHARGES', 'AMAZONFEE', 'CRUK', 'PADS', 'B'], //
);
const isCharge = (code: string): boolean => CHARGE_CODES.has(code) || code.startsWith('gift_');

/**
 * A code of 1 to 32 printable ASCII characters without quote and backslash: each is one byte of JSON, which
 * is what makes a limit on lines a limit on bytes. The longest in the data has 12.
 *
 * The case is kept as it stands. 90 codes occur in both (`85123A`, `85123a`), 86 of them under one description, so they
 * are most likely one product keyed in by hand; but no invoice has both, no figure depends on it, and whoever
 * folds them changes what the file says. That is the stock owner's decision, not the reader's.
 */
const CODE = /^[ !#-[\]-~]{1,32}$/;
const COUNTRY = /^[^\p{Cc}\uFFFD]{1,64}$/u;

const quarantined = (reason: QuarantineReason): Classified => ({ kind: 'quarantined', reason });

/**
 * Says what one line is. Reads five columns; the description, the date and the customer are not looked at, so that
 * nothing in them (a byte that is no UTF-8, an empty customer) can cost a sale.
 */
export function classify(line: PhysicalLine, header: Header, limits: Limits): Classified {
  if (line.bytes > limits.lineBytes) return quarantined('too-long');
  const fields = fieldsOf(line.text);
  if (fields?.length !== COLUMNS.length) return quarantined('unparseable');
  // A character is at most three bytes here (a pair of surrogates four), so most fields need no counting.
  if (fields.some((field) => field.length * 3 > limits.fieldBytes && Buffer.byteLength(field) > limits.fieldBytes))
    return quarantined('too-long');
  const field = (column: Column): string => (fields[header[column]] ?? '').trim();

  const orderId = field('InvoiceNo');
  if (orderId.startsWith('C')) return quarantined('cancelled-invoice');
  if (orderId.startsWith('A')) return quarantined('adjustment-invoice');
  if (!/^\d{6}$/.test(orderId)) return quarantined('unknown-invoice');

  const code = field('StockCode');
  const country = field('Country');
  const quantity = parseWhole(field('Quantity'));
  const price = parsePence(field('UnitPrice'));
  if (!CODE.test(code) || !COUNTRY.test(country) || quantity === undefined) return quarantined('unparseable');
  if (price === 'malformed') return quarantined('unparseable');
  if (price === 'too-large') return quarantined('amount-too-large');
  if (price === 'fraction-of-a-penny') return quarantined('fraction-of-a-penny');
  const amountMinor = amountOf(quantity, price);
  if (amountMinor === undefined) return quarantined('amount-too-large');

  if (isCharge(code)) {
    const charge = { code: code === 'm' ? 'M' : code, amountMinor };
    return { kind: 'charge', orderId, country, charge, amountMinor };
  }
  if (quantity <= 0) return quarantined('quantity-not-positive');
  if (price <= 0) return quarantined('price-not-positive');
  return { kind: 'goods', orderId, country, goods: { sku: code, quantity, unitPriceMinor: price }, amountMinor };
}
