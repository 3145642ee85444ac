import type { S3Client } from '@aws-sdk/client-s3';
import type * as contract from '../../contracts/orders.ts';
import { PAYMENT_LIMIT_MINOR } from '../../contracts/payments.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { objectOnce } from '../../kit/effects/s3.ts';

export const orderActivities = (s3: S3Client, bucket: string): Implementation<typeof contract, Tx> => ({
  async acceptOrder({ orderId, currency, lines, charges, shipTo }, { tx, now, refuse }) {
    const goods = lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
    const charged = charges.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    if (goods + charged <= 0) throw refuse('TotalNotPositive');
    if (goods + charged > PAYMENT_LIMIT_MINOR) throw refuse('TotalTooLarge');
    await tx.query(
      `insert into orders.orders (order_id, currency, goods_minor, charges_minor, country, accepted_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [orderId, currency, goods, charged, shipTo.country, now()],
    );
    await tx.query(
      `insert into orders.lines (order_id, line, sku, quantity, unit_price_minor)
       select $1, line, sku, quantity, price
       from unnest($2::text[], $3::int[], $4::bigint[]) with ordinality as t (sku, quantity, price, line)`,
      [
        orderId,
        lines.map(({ sku }) => sku),
        lines.map(({ quantity }) => quantity),
        lines.map(({ unitPriceMinor }) => unitPriceMinor),
      ],
    );
    return { totalMinor: goods + charged };
  },

  storeReceipt: objectOnce(s3, ({ orderId, ...rest }: Parameters<typeof contract.storeReceipt.key>[0]) => ({
    bucket,
    path: `receipts/${orderId}.json`,
    body: { orderId, ...rest },
  })),
});
