import { inventoryActivities } from '../activities/inventory/inventory.ts';
import { orderActivities } from '../activities/orders/orders.ts';
import { paymentActivities } from '../activities/payments/stripe.ts';
import { shippingActivities } from '../activities/shipping/carrier.ts';
import * as inventory from '../contracts/inventory.ts';
import * as orders from '../contracts/orders.ts';
import * as payments from '../contracts/payments.ts';
import * as shipping from '../contracts/shipping.ts';
import { implemented, type Manifest } from '../kit/worker/manifest.ts';
import type { Resources } from './resources.ts';

export const ordersPipeline: Manifest<Pick<Resources, 's3' | 'bucket' | 'stripe' | 'carrier'>> = {
  starts: [orders.orders],
  modules: [
    implemented(orders, ({ s3, bucket }) => orderActivities(s3, bucket)),
    implemented(inventory, inventoryActivities),
    implemented(payments, ({ stripe }) => paymentActivities(stripe)),
    implemented(shipping, ({ carrier }) => shippingActivities(carrier)),
  ],
};
