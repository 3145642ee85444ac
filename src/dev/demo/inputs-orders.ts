import type { Order } from '../../contracts/orders.ts';
import type { RetailOrder } from '../../domain/retail/order.ts';
import { seededRandom } from '../../domain/random.ts';
import { shuffled } from './shuffle.ts';

/** On the books, none on hand: refused for certain. */
const SOLD_OUT = 'SOLD-OUT';
/** On no books. */
const UNKNOWN = 'UNKNOWN-SKU';
/** What the carrier's simulator has no route to. */
export const NO_ROUTE = 'Atlantis';
export const DECLINING_CARD = 'pm_card_visa_chargeDeclined';

/** Shares of the orders that cannot go through, at least one each. Everything else completes. */
const SHARES: readonly { readonly share: number; readonly spoil: (order: Order) => Order }[] = [
  { share: 0.05, spoil: (order) => ({ ...order, payment: { method: DECLINING_CARD } }) },
  { share: 0.03, spoil: (order) => ({ ...order, shipTo: { country: NO_ROUTE } }) },
  { share: 0.04, spoil: (order) => withLine(order, SOLD_OUT) },
  { share: 0.01, spoil: (order) => withLine(order, UNKNOWN) },
];

const withLine = (order: Order, sku: string): Order => ({
  ...order,
  lines: [...order.lines, { sku, quantity: 1, unitPriceMinor: 100 }],
});

/** The day's orders, a seeded share of them spoilt. No order is spoilt twice. */
export function madeOrders(seed: number, day: readonly RetailOrder[]): Order[] {
  const orders: Order[] = [...day];
  const places = shuffled(
    day.map((_, place) => place),
    seededRandom(seed),
  );
  for (const { share, spoil } of SHARES)
    for (const place of places.splice(0, Math.ceil(share * day.length))) orders[place] = spoil(orders[place]!);
  return orders;
}

/** Kept beyond what all orders want: the sum left over is not just nothing. */
const SPARE = 10;

/** Enough for all orders in any order of their coming, also while the refused ones hold theirs for a moment. */
export function stockFor(orders: readonly Order[]): Map<string, number> {
  const stock = new Map<string, number>();
  for (const { lines } of orders)
    for (const { sku, quantity } of lines) stock.set(sku, (stock.get(sku) ?? SPARE) + quantity);
  if (stock.has(SOLD_OUT)) stock.set(SOLD_OUT, 0);
  stock.delete(UNKNOWN);
  return stock;
}
