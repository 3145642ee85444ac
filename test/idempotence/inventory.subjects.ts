import { inventoryActivities } from '../../src/activities/inventory/inventory.ts';
import * as contracts from '../../src/contracts/inventory.ts';
import type { Tx } from '../../src/kit/effects/database.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';

/** A SKU of its own: 100 on hand, of which others have reserved 50, so that a second reservation or release would show. */
async function stocked(sku: string, database: Tx): Promise<void> {
  await database.query('insert into inventory.stock (sku, on_hand, reserved) values ($1, 100, 50)', [sku]);
}
/** Two lines of one SKU. */
const UNITS = 3;
const reservation = (orderId: string, sku = orderId, quantity = 2) => ({
  orderId,
  lines: [
    { sku, quantity: 1 },
    { sku, quantity },
  ],
});

async function stockOf(orderId: string, database: Tx): Promise<{ onHand: number; reserved: number; ordered: number }> {
  const [stock] = await database.query<{ onHand: number; reserved: number; ordered: number }>(
    `select on_hand as "onHand", reserved,
            (select coalesce(sum(quantity), 0)::int from inventory.reservations where order_id = $1) as ordered
     from inventory.stock where sku = $1`,
    [orderId],
  );
  return stock ?? { onHand: 100, reserved: 50, ordered: 0 };
}

export default subjects(import.meta.url, {
  contracts,
  bodies: inventoryActivities,
  activities: {
    reserveStock: {
      async input(id, { database }) {
        await stocked(id, database);
        return reservation(id);
      },
      effects: async ({ orderId }, { database }) => ((await stockOf(orderId, database)).reserved - 50) / UNITS,
      other: ({ orderId }) => reservation(orderId, orderId, 3),
      refused: {
        UnknownSku: (id) => reservation(id),
        async OutOfStock(id, { database }) {
          await stocked(id, database);
          return reservation(id, id, 50);
        },
      },
    },
    releaseStock: {
      async effects({ orderId }, { database }) {
        const { reserved, ordered } = await stockOf(orderId, database);
        return (50 + ordered - reserved) / UNITS;
      },
    },
    shipStock: {
      async input(id, { database }) {
        await stocked(id, database);
        await database.query('update inventory.stock set reserved = reserved + $2 where sku = $1', [id, UNITS]);
        await database.query(`insert into inventory.reservations values ($1, $1, $2, 'reserved')`, [id, UNITS]);
        return { orderId: id };
      },
      effects: async ({ orderId }, { database }) => (100 - (await stockOf(orderId, database)).onHand) / UNITS,
    },
  },
});
