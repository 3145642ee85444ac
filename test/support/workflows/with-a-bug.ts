import type { Ended } from '../../../src/kit/contract/updates.ts';
import { saga } from '../../../src/kit/workflow/saga.ts';
import { bookFlight, bookHotel, type Trip } from './contracts.ts';

/** As it was deployed: reads a field of nothing, after the flight is booked. */
export async function repairedTrip(trip: Trip): Promise<Ended<{ hotel: string }>> {
  return saga(async (step) => {
    const { booking } = await step(bookFlight, trip);
    const seat = (JSON.parse('{}') as { seat: { row: string } }).seat.row;
    await step(bookHotel, trip);
    return { hotel: `${booking} ${seat}` };
  });
}
