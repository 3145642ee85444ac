import type { Ended } from '../../../../src/kit/contract/updates.ts';
import { outcome, saga } from '../../../../src/kit/workflow/saga.ts';
import { bookFlight, bookHotel, issueTickets, type Trip } from '../contracts.ts';
import { told } from './told.ts';

/** As it was deployed first. It waits twice: before the place that version 2 changes, and after it. */
export async function boardTrip(trip: Trip): Promise<Ended<{ tickets: string }>> {
  const [onward, boarding] = [told('onward'), told('boarding')];
  return saga(async (step) => {
    await step(bookFlight, trip);
    await onward();
    await step(bookHotel, trip);
    if ((await boarding()) === 'stay') throw outcome('Stayed');
    const { booking } = await step.pivot(issueTickets, trip);
    return { tickets: booking };
  });
}
