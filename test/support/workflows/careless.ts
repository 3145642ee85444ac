import { CancellationScope, proxyActivities, sleep } from '@temporalio/workflow';
import type { Ended } from '../../../src/kit/contract/updates.ts';
import { outcome, saga } from '../../../src/kit/workflow/saga.ts';
import { bookFlight, bookHotel, insureTrip, issueTickets, type Trip } from './contracts.ts';

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

/** Does not wait for one of its branches. */
export async function bookOn(trip: Trip): Promise<Ended<object>> {
  return saga(async (step) => {
    void sleep('500ms')
      .then(() => step(bookHotel, trip))
      .catch(() => undefined);
    return step(bookFlight, trip);
  });
}

/** Gives what no payload can hold. */
export async function bookUnsaid(trip: Trip): Promise<Ended<object>> {
  return saga((step) => step(bookFlight, { ...trip, seats: 2n } as Trip));
}

/** Has little patience, also with what cannot be called back. */
export async function bookInTime(trip: Trip): Promise<Ended<object>> {
  return saga(async (step) => {
    await CancellationScope.withTimeout('300ms', () => step.pivot(issueTickets, trip));
    return CancellationScope.withTimeout('300ms', () => step(bookHotel, trip));
  });
}

/** Ends without its pivot when that takes long. */
export async function bookInHaste(trip: Trip): Promise<Ended<object>> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    const tooSlow = sleep('200ms').then(() => {
      throw outcome('TooSlow');
    });
    return Promise.race([step.pivot(issueTickets, trip), tooSlow]);
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
