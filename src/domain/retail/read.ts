import { classify, type Classified, type QuarantineReason } from './classify.ts';
import { parseHeader } from './header.ts';
import { type Limits, LIMITS } from './limits.ts';
import type { RetailOrder } from './order.ts';
import { type PhysicalLine, physicalLines } from './physical-lines.ts';

export type { QuarantineReason } from './classify.ts';

export interface QuarantinedLine {
  /** As an editor counts: the header is line 1. */
  line: number;
  reason: QuarantineReason;
  /** The line as it stands, without its line end. Bytes that are no UTF-8 are U+FFFD here, and control characters stay
   *  (NUL too, which Postgres takes in no text). */
  raw: string;
  /** The line's length in the file. */
  bytes: number;
}

export interface RetailFile {
  /** In the order in which their first line stands in the file. */
  orders: RetailOrder[];
  /** In file order. */
  quarantined: QuarantinedLine[];
  /** All lines but the header, empty ones included: what `wc -l` says, less one. */
  lines: number;
  goodsLines: number;
  chargeLines: number;
}

export interface ReadOptions {
  /** Told the number of lines read so far, after each. */
  onLine?: (lines: number) => void;
  limits?: Partial<Limits>;
}

type Taken = Exclude<Classified, { kind: 'quarantined' }>;

/** An invoice while the file is read: its lines with what they were made of, in case it never becomes an order. */
interface Invoice {
  taken: { line: PhysicalLine; as: Taken }[];
  /** Without signs: while this is exact, so is every sum of any of the lines. */
  magnitudeMinor: number;
  tooLarge: boolean;
}

/**
 * Turns the UCI "Online Retail" CSV (already gunzipped) into orders, one an invoice number. An invoice's lines need not
 * stand together, so no order is whole before the file's end. Goods, charge and quarantined lines add up to the lines.
 *
 * @throws RetailFileRefused when the header is not the known one or the file is over its limit
 */
export async function readRetail(
  chunks: AsyncIterable<Uint8Array | string>,
  { onLine, limits: changed }: ReadOptions = {},
): Promise<RetailFile> {
  const limits: Limits = { ...LIMITS, ...changed };
  const invoices = new Map<string, Invoice>();
  const quarantined: QuarantinedLine[] = [];
  const quarantine = ({ number, text, bytes }: PhysicalLine, reason: QuarantineReason) =>
    quarantined.push({ line: number, reason, raw: text, bytes });

  let header = undefined;
  let lines = 0;
  for await (const line of physicalLines(chunks, limits)) {
    if (header === undefined) {
      header = parseHeader(line.text);
      continue;
    }
    lines += 1;
    const as = classify(line, header, limits);
    if (as.kind === 'quarantined') quarantine(line, as.reason);
    else take(invoices, line, as, limits, quarantine);
    onLine?.(lines);
  }
  if (header === undefined) parseHeader(''); // an empty file: the first column is missing

  const orders: RetailOrder[] = [];
  for (const [orderId, { taken, tooLarge }] of invoices) {
    if (tooLarge) continue; // its lines went to quarantine as they came
    const order = orderOf(orderId, taken);
    if (order) orders.push(order);
    else for (const { line } of taken) quarantine(line, 'invoice-without-goods');
  }
  return {
    orders,
    quarantined: quarantined.toSorted((a, b) => a.line - b.line),
    lines,
    goodsLines: orders.reduce((sum, order) => sum + order.lines.length, 0),
    chargeLines: orders.reduce((sum, order) => sum + order.charges.length, 0),
  };
}

/** Puts a line to its invoice. An invoice that grows over a limit goes to quarantine whole: half an order is a wrong one. */
function take(
  invoices: Map<string, Invoice>,
  line: PhysicalLine,
  as: Taken,
  limits: Limits,
  quarantine: (line: PhysicalLine, reason: QuarantineReason) => void,
): void {
  let invoice = invoices.get(as.orderId);
  if (!invoice) invoices.set(as.orderId, (invoice = { taken: [], magnitudeMinor: 0, tooLarge: false }));
  invoice.taken.push({ line, as });
  invoice.magnitudeMinor += Math.abs(as.amountMinor);
  invoice.tooLarge ||= invoice.taken.length > limits.orderLines || !Number.isSafeInteger(invoice.magnitudeMinor);
  if (!invoice.tooLarge) return;
  for (const { line } of invoice.taken) quarantine(line, 'order-too-large');
  invoice.taken = [];
}

function orderOf(orderId: string, taken: Invoice['taken']): RetailOrder | undefined {
  const lines = taken.flatMap(({ as }) => (as.kind === 'goods' ? [as.goods] : []));
  const charges = taken.flatMap(({ as }) => (as.kind === 'charge' ? [as.charge] : []));
  // Goods travel, so the first goods line says where to. No invoice of the seven months names two countries.
  const country = taken.find(({ as }) => as.kind === 'goods')?.as.country;
  if (country === undefined) return undefined;
  return { orderId, currency: 'GBP', lines, charges, shipTo: { country }, payment: { method: 'pm_card_visa' } };
}
