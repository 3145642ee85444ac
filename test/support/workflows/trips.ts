import type { Ended } from '../../../src/kit/contract/updates.ts';
import { refusedWith } from '../../../src/kit/workflow/call.ts';
import { outcome, saga } from '../../../src/kit/workflow/saga.ts';
import {
  bookFlight,
  bookHotel,
  compareHotels,
  insureTrip,
  issueTickets,
  rentCar,
  sendTickets,
  type Trip,
} from './contracts.ts';

type Went = Ended<{ tickets: string }>;

export async function bookTrip(trip: Trip): Promise<Went> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    await step(bookHotel, trip);
    const { booking } = await step.pivot(issueTickets, trip);
    await step(sendTickets, trip);
    return { tickets: booking };
  });
}

/** No pivot: it can be cancelled to its last step. */
export async function holdTrip(trip: Trip): Promise<Ended<{ held: string }>> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    const { booking } = await step(bookHotel, trip);
    return { held: booking };
  });
}

export async function bookTripAtOnce(trip: Trip): Promise<Went> {
  return saga(async (step) => {
    await Promise.all([step(bookFlight, trip), step(bookHotel, trip)]);
    const { booking } = await step.pivot(issueTickets, trip);
    return { tickets: booking };
  });
}

export async function compareAndBookTrip(trip: Trip): Promise<Went> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    await step(compareHotels, trip);
    await step(bookHotel, trip);
    const { booking } = await step.pivot(issueTickets, trip);
    return { tickets: booking };
  });
}

/** The car when the hotel is there, whatever the flight does meanwhile. */
export async function bookTripAbreast(trip: Trip): Promise<Went> {
  return saga(async (step) => {
    await Promise.all([step(bookFlight, trip), step(bookHotel, trip).then(() => step(rentCar, trip))]);
    const { booking } = await step.pivot(issueTickets, trip);
    return { tickets: booking };
  });
}

export async function driveTrip(trip: Trip): Promise<Went> {
  return saga(async (step) => {
    await step(bookHotel, trip);
    await step(rentCar, trip);
    const { booking } = await step.pivot(issueTickets, trip);
    return { tickets: booking };
  });
}

export async function insuredTrip(trip: Trip): Promise<Went> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    await step(insureTrip, trip);
    await step(bookHotel, trip);
    const { booking } = await step.pivot(issueTickets, trip);
    return { tickets: booking };
  });
}

/** A second step beside the pivot: a bug. */
export async function crowdedTrip(trip: Trip): Promise<Went> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    const [{ booking }] = await Promise.all([step.pivot(issueTickets, trip), step(bookHotel, trip)]);
    return { tickets: booking };
  });
}

/** Takes a refusal as information, and a business outcome of its own as an end. */
export async function choosyTrip(trip: Trip): Promise<Went> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    try {
      await step(bookHotel, trip);
    } catch (error) {
      if (!refusedWith(error, bookHotel, 'SoldOut')) throw error;
      throw outcome('NowhereToSleep');
    }
    const { booking } = await step.pivot(issueTickets, trip);
    return { tickets: booking };
  });
}

/** Takes its refused pivot as information, and goes on. */
export async function stubbornTrip(trip: Trip): Promise<Ended<{ hotel: string }>> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    await step.pivot(issueTickets, trip).catch((error: unknown) => {
      if (!refusedWith(error, issueTickets, 'SoldOut')) throw error;
    });
    const { booking } = await step(bookHotel, trip);
    return { hotel: booking };
  });
}

export async function approvedTrip(trip: Trip): Promise<Went> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    const { choice } = await step.ask('approve', { trip: trip.trip, price: 120 }, ['yes', 'no']);
    if (choice === 'no') throw outcome('NotApproved');
    const { booking } = await step.pivot(issueTickets, trip);
    return { tickets: booking };
  });
}

/** Asks, and asks again, but not for ever; who answers may name a price, and not just any. */
export async function hurriedTrip(trip: Trip): Promise<Ended<{ price: number | null; by: string }>> {
  return saga(async (step) => {
    await step(bookFlight, trip);
    const answer = await step.ask('approve', { trip: trip.trip }, ['yes', 'no'], {
      patience: ['1 second', '2 seconds'],
      remind: () => step(bookHotel, trip),
      reject: ({ actor, value }) =>
        actor === 'ann' ? 'ann has booked it' : typeof value === 'string' ? 'a price is a number' : undefined,
    });
    if (answer === undefined) throw outcome('NobodyAnswered');
    return { price: (answer.value as number | undefined) ?? null, by: answer.actor };
  });
}
