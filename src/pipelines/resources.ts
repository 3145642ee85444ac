import type { S3Client } from '@aws-sdk/client-s3';
import type Stripe from 'stripe';
import type { Rail } from '../activities/ledger/rail.ts';
import type { Carrier } from '../activities/shipping/carrier.ts';
import type { Tx } from '../kit/effects/database.ts';
import type { Json } from '../kit/contract/outcome.ts';

/** What the pipelines' bodies work with beside their transaction. Made once, by the worker. */
export interface Resources {
  /** For what a body reads outside of its transaction. */
  readonly database: Tx;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly stripe: Stripe;
  readonly carrier: Carrier;
  readonly rail: Rail;
  /** How a patient's resource is kept at rest. */
  readonly seal: (resource: Json) => Json;
}
