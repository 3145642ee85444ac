import { chargesMinor, goodsMinor, type RetailOrder } from '../../domain/retail/order.ts';
import type { OrderEnd } from './ends.ts';
import type { FarSide } from './far-side.ts';
import type { Inputs } from './inputs.ts';
import type { ObjectVersion } from './objects.ts';
import { check, sum, type Check } from './check.ts';

/** The orders that ended so: by reason, or `completed`. */
const those = (ends: readonly OrderEnd[], ...reasons: readonly string[]): OrderEnd[] =>
  ends.filter(({ fate, reason }) => reasons.includes(reason ?? fate));
const total = (ends: readonly OrderEnd[]): number => sum(ends, ({ totalMinor }) => totalMinor);

/** What the payment provider did, told by its own ledger. */
export function moneyChecks(ends: readonly OrderEnd[]): Check[] {
  const paid = those(ends, 'completed');
  const unsent = those(ends, 'NoRoute');
  const declined = those(ends, 'CardDeclined');
  const owed = new Map(paid.map(({ order, totalMinor }) => [order.orderId, totalMinor]));
  const at = 'payments';
  return [
    check(at, 'payments opened', paid.length + unsent.length + declined.length, (f) => f.payments.intents.length),
    check(at, 'authorised', paid.length + unsent.length, (f) => f.payments.authorisations.length),
    check(at, 'declined', declined.length, (f) => f.payments.intents.filter(({ decline }) => decline !== null).length),
    check(at, 'cancelled', unsent.length + declined.length, (f) => f.payments.cancellations.length),
    check(at, 'authorised and released, pence', total(unsent), (f) =>
      sum(f.payments.cancellations, ({ amount }) => amount),
    ),
    check(at, 'captures', paid.length, (f) => f.payments.captures.length),
    check(at, 'captured, pence', total(paid), (f) => sum(f.payments.captures, ({ amount }) => amount)),
    check(at, 'orders captured more than once', 0, capturedTwice),
    check(at, 'orders captured otherwise than owed', 0, (f) => differing(owed, captured(f))),
    check(at, 'refunds', 0, (f) => f.payments.refunds.length),
    check(at, 'left neither captured nor cancelled', 0, (f) => f.payments.intents.filter(isOpen).length),
  ];
}

const orderOf = ({ metadata }: FarSide['payments']['captures'][number]): string =>
  metadata['order_id'] ?? 'of no order';

function capturedTwice({ payments }: FarSide): number {
  const orders = payments.captures.map(orderOf);
  return new Set(orders.filter((order, at) => orders.indexOf(order) !== at)).size;
}

const isOpen = ({ status }: FarSide['payments']['intents'][number]): boolean =>
  status !== 'succeeded' && status !== 'canceled';

function captured({ payments }: FarSide): Map<string, number> {
  const byOrder = new Map<string, number>();
  for (const capture of payments.captures)
    byOrder.set(orderOf(capture), (byOrder.get(orderOf(capture)) ?? 0) + capture.amount);
  return byOrder;
}

/** How many names have another number on one side than on the other; absent is nothing. */
export function differing(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => (one.get(name) ?? 0) !== (other.get(name) ?? 0)).length;
}

/** What was accepted, moved and written. */
export function goodsChecks(ends: readonly OrderEnd[], stock: Inputs['stock']): Check[] {
  const accepted = ends.filter(({ reason }) => reason !== 'TotalNotPositive').map(({ order }) => order as RetailOrder);
  const sent = those(ends, 'completed');
  const held = those(ends, 'CardDeclined', 'NoRoute');
  const units = (of: readonly OrderEnd[]): number => sum(of, (end) => end.units);
  const left = new Map(stock);
  for (const { order } of sent) for (const { sku, quantity } of order.lines) left.set(sku, left.get(sku)! - quantity);
  const owed = new Map(sent.map(({ order, totalMinor }) => [order.orderId, totalMinor]));
  const unbooked = (f: FarSide): number =>
    Object.values(f.carrier.byReference).filter(({ booked }) => booked === 0).length;
  return [
    check('orders', 'orders accepted', accepted.length, (f) => f.orders.n),
    check(
      'orders',
      'lines',
      sum(accepted, ({ lines }) => lines.length),
      (f) => f.orders.lines,
    ),
    check('orders', 'goods, pence', sum(accepted, goodsMinor), (f) => f.orders.goods),
    check('orders', 'charges, pence', sum(accepted, chargesMinor), (f) => f.orders.charges),
    check('inventory', 'units shipped', units(sent), (f) => f.reservations.get('shipped') ?? 0),
    check('inventory', 'units released', units(held), (f) => f.reservations.get('released') ?? 0),
    check('inventory', 'units still reserved', 0, (f) => sum(f.stock.values(), ({ reserved }) => reserved)),
    check(
      'inventory',
      'units on hand',
      sum(left.values(), (n) => n),
      (f) => sum(f.stock.values(), ({ onHand }) => onHand),
    ),
    check('inventory', 'SKUs with another number on hand', 0, (f) =>
      differing(left, new Map([...f.stock].map(([sku, { onHand }]) => [sku, onHand]))),
    ),
    check('carrier', 'parcels booked', sent.length, (f) => f.carrier.booked.length),
    check('carrier', 'orders booked twice', 0, (f) =>
      sum(Object.values(f.carrier.byReference), (n) => (n.booked > 1 ? 1 : 0)),
    ),
    check('carrier', 'orders with drafts only', those(ends, 'NoRoute').length, unbooked),
    check('S3', 'receipts', sent.length, (f) => new Set(f.receipts.map(({ path }) => path)).size),
    check('S3', 'versions of receipts', sent.length, (f) => f.receipts.length),
    check('S3', 'receipts over another sum than owed', 0, (f) => differing(owed, receipted(f.receipts))),
  ];
}

const receipted = (receipts: readonly ObjectVersion[]): Map<string, number> =>
  new Map(
    receipts.map(({ path, body }) => {
      const { orderId, capturedMinor } = (body ?? {}) as { orderId?: string; capturedMinor?: number };
      return [orderId ?? path, capturedMinor ?? -1];
    }),
  );
