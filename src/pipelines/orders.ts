import type { S3Client } from '@aws-sdk/client-s3';
import type Stripe from 'stripe';
import { inventoryActivities } from '../activities/inventory/inventory.ts';
import { orderActivities } from '../activities/orders/orders.ts';
import { paymentActivities } from '../activities/payments/stripe.ts';
import { shippingActivities, type Carrier } from '../activities/shipping/carrier.ts';
import * as inventory from '../contracts/inventory.ts';
import * as orders from '../contracts/orders.ts';
import * as payments from '../contracts/payments.ts';
import * as shipping from '../contracts/shipping.ts';
import { bind, type ActivityFunction, type Binding } from '../kit/effects/bind.ts';
import type { Tx } from '../kit/effects/database.ts';
import { bindRun } from '../kit/effects/run.ts';

/** Contracts × implementations of the `orders` pipeline. */
export const orderPipeline = (
  { s3, bucket, stripe, carrier }: { s3: S3Client; bucket: string; stripe: Stripe; carrier: Carrier },
  binding: Binding<Tx>,
): Record<string, ActivityFunction> => ({
  ...bind(orders, orderActivities(s3, bucket), binding),
  ...bind(inventory, inventoryActivities(), binding),
  ...bind(payments, paymentActivities(stripe), binding),
  ...bind(shipping, shippingActivities(carrier), binding),
  ...bindRun({ ...orders, ...inventory, ...payments, ...shipping }, binding),
});
