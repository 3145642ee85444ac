import { z } from 'zod';
import type { Pipeline } from '../../../src/kit/contract/pipeline.ts';

/** A sale on approval: paid at once, and given back if the customer does not keep it. */
export const Sale = z.object({ orderId: z.string(), amountMinor: z.int(), method: z.string() });
export type Sale = z.infer<typeof Sale>;

/**
 * A pipeline of the tests. No story of the product asks a person or captures before its pivot, so none calls the
 * activities that ask, answer and refund; this one does.
 */
export const sales: Pipeline<Sale> = {
  name: 'sales',
  prefix: 'sales',
  workflow: 'sellOnApproval',
  payload: Sale,
  businessId: ({ orderId }) => orderId,
  summary: ({ orderId }) => `sale ${orderId}`,
  sealed: false,
};

export const KEEP = { question: 'keep', choices: ['keep', 'return'] } as const;
