import { orderActivities } from '../../src/activities/orders/orders.ts';
import * as contracts from '../../src/contracts/orders.ts';
import type { Order } from '../../src/contracts/orders.ts';
import { PAYMENT_LIMIT_MINOR } from '../../src/contracts/payments.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';
import { versionsAt } from '../support/s3.ts';
import { objects } from './where.ts';

const order = (orderId: string, unitPriceMinor = 1_000): Order => ({
  orderId,
  currency: 'GBP',
  lines: [{ sku: 'mug', quantity: 2, unitPriceMinor }],
  charges: [{ code: 'POST', amountMinor: 499 }],
  shipTo: { country: 'Norway' },
  payment: { method: 'pm_card_visa' },
});

export default subjects(import.meta.url, {
  contracts,
  open: objects,
  close: ({ s3 }) => s3.destroy(),
  bodies: ({ s3, bucket }) => orderActivities(s3, bucket),
  activities: {
    acceptOrder: {
      input: (id) => order(id),
      effects: ({ orderId }, { database }) =>
        database.query('select from orders.orders join orders.lines using (order_id) where order_id = $1', [orderId]),
      other: (input) => ({ ...input, currency: 'EUR' }),
      refused: {
        TotalNotPositive: (id) => ({ ...order(id), charges: [{ code: 'GIFT', amountMinor: -2_000 }] }),
        TotalTooLarge: (id) => order(id, PAYMENT_LIMIT_MINOR),
      },
    },
    storeReceipt: {
      input: (id) => {
        const { orderId, currency, lines, charges } = order(id);
        return { orderId, currency, lines, charges, capturedMinor: 2_499, tracking: 'TRK1' };
      },
      effects: ({ orderId }, { s3, bucket }) => versionsAt(s3, bucket, `receipts/${orderId}.json`),
      other: (input) => ({ ...input, capturedMinor: 2_500 }),
    },
  },
});
