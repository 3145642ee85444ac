import { z } from 'zod';
import type { Pipeline } from '../../../src/kit/contract/pipeline.ts';

/** A sale on approval: paid at once, and given back if the customer does not keep it. */
export const Sale = z.object({ orderId: z.string(), amountMinor: z.int(), method: z.string() });
export type Sale = z.infer<typeof Sale>;

/** A pipeline of the tests. No story of the product captures before its pivot, so none calls the activity that refunds; this one does. */
export const sales: Pipeline<Sale> = {
  name: 'sales',
  prefix: 'sales',
  workflow: 'sellOnApproval',
  payload: Sale,
  businessId: ({ orderId }) => orderId,
  summary: ({ orderId }) => `sale ${orderId}`,
  sealed: false,
};

/** Something that nobody wants. */
export const Offer = z.object({ transferId: z.string() });
export type Offer = z.infer<typeof Offer>;

/** The same with a day's patience would take a day until somebody is reminded. */
export const offers: Pipeline<Offer> = {
  name: 'sales',
  prefix: 'offers',
  workflow: 'offerOnce',
  payload: Offer,
  businessId: ({ transferId }) => transferId,
  summary: ({ transferId }) => `offer ${transferId}`,
  sealed: false,
};

export const KEEP = { question: 'keep', choices: ['keep', 'return'] } as const;
