import { KEEP, offers, sales, type Sale } from '../sales/contract.ts';
import type { Course } from './course.ts';
import { attendedBy, choosing, waitingFor, type Person } from './people.ts';

/** Sends the goods back, and says of the payment, which was captured and so cannot be cancelled, that this is right. */
const customer: Person = (progress) => {
  const answer = choosing(KEEP.question, 'return')(progress);
  if (answer) return answer;
  const key = waitingFor(progress, 'AlreadyCaptured');
  return key === undefined ? undefined : { resolve: { key, action: 'skip' } };
};

export const returned: Course = {
  pipeline: sales,
  what: 'returned',
  fate: 'compensated',
  reason: 'Returned',
  make: async (_stage, orderId) => {
    const payload: Sale = { orderId, amountMinor: 2_499, method: 'pm_card_visa' };
    return { payload, ids: { orderId, shipment: 1, question: KEEP.question, asked: 1 } };
  },
  people: attendedBy(customer),
  worker: 'sales',
};
/** Nobody answers, also when reminded. */
export const unanswered: Course = {
  pipeline: offers,
  what: 'never answered',
  fate: 'refused',
  reason: 'Expired',
  make: (_stage, transferId) =>
    Promise.resolve({ payload: { transferId }, ids: { transferId, question: KEEP.question, n: 1 } }),
  worker: 'sales',
};
/** By somebody, while it is under way. */
export const cancelled: Course = { ...returned, what: 'cancelled', reason: 'Cancelled' };
