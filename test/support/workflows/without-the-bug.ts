import type { Ended } from '../../../src/kit/contract/updates.ts';
import { saga } from '../../../src/kit/workflow/saga.ts';
import { bookFlight, bookHotel, type Trip } from './contracts.ts';

/** The same story as in `with-a-bug.ts`, mended. */
export async function repairedTrip(trip: Trip): Promise<Ended<{ hotel: string }>> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    const { booking } = await step(bookHotel, trip);
    return { hotel: booking };
  });
}
