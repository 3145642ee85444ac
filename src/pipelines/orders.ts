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
  modules: ({ s3, bucket, stripe, carrier }) => [
    implemented(orders, orderActivities(s3, bucket)),
    implemented(inventory, inventoryActivities()),
    implemented(payments, paymentActivities(stripe)),
    implemented(shipping, shippingActivities(carrier)),
  ],
};
