import { proxyActivities, sleep } from '@temporalio/workflow';
import type { Ended } from '../../../src/kit/contract/updates.ts';
import { saga } from '../../../src/kit/workflow/saga.ts';
import { bookFlight, bookHotel, insureTrip, type Trip } from './contracts.ts';

// Stories with a fault of their own, or told with little patience.

/** Ends while its step is under way. */
export async function bookHurriedly(trip: Trip): Promise<Ended<{ hurried: true }>> {
  return saga(async (step) => {
    await Promise.race([step(bookHotel, trip), sleep('200ms')]);
    return { hurried: true };
  });
}

/** Calls an activity behind the saga's back, and lets its failure through. */
export async function bookByHand(trip: Trip): Promise<Ended<object>> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    const byHand = proxyActivities<{ nobody(): Promise<object> }>({
      startToCloseTimeout: '1s',
      retry: { maximumAttempts: 1 },
    });
    return byHand.nobody();
  });
}

/** Calls the same step twice, and then ends by cancellation. */
export async function bookTwice(trip: Trip): Promise<Ended<object>> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    await step(bookFlight, trip);
    return step(insureTrip, trip);
  });
}

export async function bookImpatiently(trip: Trip): Promise<Ended<object>> {
  return saga(
    async (step) => {
      await step(bookFlight, trip);
      await step(bookHotel, trip);
      return step(insureTrip, trip);
    },
    { undoPatience: '1s' },
  );
}
