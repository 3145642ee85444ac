import { z } from 'zod';
import { activity, undo } from '../../../src/kit/contract/activity.ts';

/** A trip, booked step by step: contracts made for the tests of the kit's workflows. */
const Trip = z.object({ trip: z.string() });
export type Trip = z.infer<typeof Trip>;
const Booked = z.object({ booking: z.string() });
const errors = { SoldOut: 'refused', Busy: 'retry' } as const;
const long = { attempt: '30s', within: '1 day', heartbeat: '10s' } as const;

const unbook = <const N extends string>(name: N, what: string) =>
  undo(name, { input: Trip, key: ({ trip }) => `${trip}/${what}/cancel`, errors, ...long });

export const cancelFlight = unbook('cancelFlight', 'flight');
export const bookFlight = activity('bookFlight', {
  input: Trip,
  output: Booked,
  key: ({ trip }) => `${trip}/flight`,
  errors,
  ...long,
  undo: cancelFlight,
});

export const cancelHotel = unbook('cancelHotel', 'hotel');
export const bookHotel = activity('bookHotel', {
  input: Trip,
  output: Booked,
  key: ({ trip }) => `${trip}/hotel`,
  errors,
  ...long,
  undo: cancelHotel,
});

/** Only looks: nothing of it is recorded. */
export const compareHotels = activity('compareHotels', {
  input: Trip,
  output: Booked,
  key: ({ trip }) => `${trip}/hotels`,
  errors,
  ...long,
  reads: true,
  undo: { none: 'it only looks' },
});

/** What version 2 of a story orders, and version 1 does not know. */
export const cancelMeal = unbook('cancelMeal', 'meal');
export const orderMeal = activity('orderMeal', {
  input: Trip,
  output: Booked,
  key: ({ trip }) => `${trip}/meal`,
  errors,
  ...long,
  undo: cancelMeal,
});

/** Its attempts are given up after a second. */
export const returnCar = unbook('returnCar', 'car');
export const rentCar = activity('rentCar', {
  input: Trip,
  output: Booked,
  key: ({ trip }) => `${trip}/car`,
  errors,
  attempt: '1s',
  within: '1 day',
  backoff: { from: '10 minutes', upTo: '10 minutes' }, // one attempt is all that a test sees
  undo: returnCar,
});

/** It runs out of patience within a second, and so does its undo. */
export const cancelInsurance = undo('cancelInsurance', {
  input: Trip,
  key: ({ trip }) => `${trip}/insurance/cancel`,
  errors: { Lapsed: 'refused' },
  attempt: '1s',
  within: '1s',
});
export const insureTrip = activity('insureTrip', {
  input: Trip,
  output: Booked,
  key: ({ trip }) => `${trip}/insurance`,
  errors,
  attempt: '1s',
  within: '1s',
  undo: cancelInsurance,
});

/** The pivot: a ticket that is out cannot be called back. */
export const issueTickets = activity('issueTickets', {
  input: Trip,
  output: Booked,
  key: ({ trip }) => `${trip}/tickets`,
  errors,
  ...long,
  undo: { none: 'a ticket that is out cannot be called back' },
});

export const sendTickets = activity('sendTickets', {
  input: Trip,
  output: Booked,
  key: ({ trip }) => `${trip}/sent`,
  errors,
  attempt: '1s',
  within: '1s',
  undo: { none: 'sent is sent' },
});
