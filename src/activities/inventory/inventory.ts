import type * as contract from '../../contracts/inventory.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';

/** Stock in Postgres. Rows are locked in the order of their SKU, everywhere, so that two orders cannot wait for each other. */
export const inventoryActivities = (): Implementation<typeof contract, Tx> => ({
  async reserveStock({ orderId, lines }, { tx, refuse }) {
    const wanted = bySku(lines);
    const skus = [...wanted.keys()];
    const quantities = [...wanted.values()];
    const stock = await tx.query<{ sku: string; available: number }>(
      'select sku, on_hand - reserved as available from inventory.stock where sku = any($1) order by sku for update',
      [skus],
    );
    if (stock.length < skus.length) throw refuse('UnknownSku');
    if (stock.some(({ sku, available }) => available < wanted.get(sku)!)) throw refuse('OutOfStock');
    await tx.query(
      `update inventory.stock s set reserved = reserved + w.quantity
       from unnest($1::text[], $2::int[]) as w (sku, quantity) where s.sku = w.sku`,
      [skus, quantities],
    );
    await tx.query(
      `insert into inventory.reservations (order_id, sku, quantity, state)
       select $1, sku, quantity, 'reserved' from unnest($2::text[], $3::int[]) as w (sku, quantity)`,
      [orderId, skus, quantities],
    );
    return { units: quantities.reduce((sum, quantity) => sum + quantity, 0) };
  },

  async releaseStock({ orderId }, { tx }) {
    await end(tx, orderId, 'released', 0);
  },

  async shipStock({ orderId }, { tx }) {
    return { units: await end(tx, orderId, 'shipped', 1) };
  },
});

/** Ends what is reserved for an order; `sold` is 1 when the units leave the shelf too. Gives the units. */
async function end(tx: Tx, orderId: string, state: 'released' | 'shipped', sold: 0 | 1): Promise<number> {
  await tx.query(
    `select from inventory.stock where sku in (select sku from inventory.reservations where order_id = $1)
     order by sku for update`,
    [orderId],
  );
  const [{ units } = { units: 0 }] = await tx.query<{ units: number }>(
    `with ended as (
       update inventory.reservations set state = $2 where order_id = $1 and state = 'reserved' returning sku, quantity
     ), moved as (
       update inventory.stock s set reserved = s.reserved - e.quantity, on_hand = s.on_hand - $3 * e.quantity
       from ended e where s.sku = e.sku
     )
     select coalesce(sum(quantity), 0)::int as units from ended`,
    [orderId, state, sold],
  );
  return units;
}

function bySku(lines: readonly { sku: string; quantity: number }[]): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  return wanted;
}
