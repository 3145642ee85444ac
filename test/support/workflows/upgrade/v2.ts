import { patched } from '@temporalio/workflow';
import type { Ended } from '../../../../src/kit/contract/updates.ts';
import { outcome, saga } from '../../../../src/kit/workflow/saga.ts';
import { bookFlight, bookHotel, issueTickets, orderMeal, type Trip } from '../contracts.ts';
import { told } from './told.ts';

/** Version 2 orders a meal before the hotel. Runs that have passed that place without one go on without one. */
export async function boardTrip(trip: Trip): Promise<Ended<{ tickets: string }>> {
  const [onward, boarding] = [told('onward'), told('boarding')];
  return saga(async (step) => {
    await step(bookFlight, trip);
    await onward();
    if (patched('meal')) await step(orderMeal, trip);
    await step(bookHotel, trip);
    if ((await boarding()) === 'stay') throw outcome('Stayed');
    const { booking } = await step.pivot(issueTickets, trip);
    return { tickets: booking };
  });
}
