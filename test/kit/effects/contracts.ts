import { z } from 'zod';
import { activity, undo } from '../../../src/kit/contract/activity.ts';
import { MadeVersion } from '../../../src/kit/contract/dataset.ts';

/**
 * One effect, booking seats, and its undo, declared for every kind of store. A booking of more seats than the far side
 * allows is `TooMany`; once the far side is closed, a cancellation comes `TooLate`.
 */
export const Booking = z.object({
  booking: z.string(),
  seats: z.int().positive(),
  note: z.string().nullable().optional(),
  /** Who typed it: may differ between attempts. */
  clerk: z.string().optional(),
});
export type Booking = z.infer<typeof Booking>;

const both = { input: Booking, attempt: '15s', within: '7 days', volatile: ['clerk'] } as const;
const Booked = z.object({ seats: z.int() });
const forward = {
  ...both,
  output: Booked,
  key: ({ booking }: Booking) => `bookings/${booking}`,
  errors: { TooMany: 'refused', Busy: 'retry' },
} as const;
const back = {
  ...both,
  key: ({ booking }: Booking) => `bookings/${booking}/cancel`,
  errors: { TooLate: 'refused', Busy: 'retry' },
} as const;

const localCancel = undo('cancel', back);
export const local = { cancel: localCancel, book: activity('book', { ...forward, undo: localCancel }) };

const keyedCancel = undo('cancel', { ...back, remote: 'keyed' });
export const keyed = {
  cancel: keyedCancel,
  book: activity('book', { ...forward, undo: keyedCancel, remote: 'keyed', remembers: '24 hours' }),
};

const probeableCancel = undo('cancel', { ...back, remote: 'probeable' });
export const probeable = {
  cancel: probeableCancel,
  book: activity('book', { ...forward, undo: probeableCancel, remote: 'probeable' }),
};

const neitherCancel = undo('cancel', { ...back, remote: 'neither' });
export const neither = {
  cancel: neitherCancel,
  book: activity('book', { ...forward, undo: neitherCancel, remote: 'neither' }),
};

/** A single object, written once: there is no way back, so no undo. */
export const object = {
  book: activity('book', {
    ...forward,
    errors: {},
    output: z.object({
      bucket: z.string(),
      path: z.string(),
      versionId: z.string().nullable(),
      sha256: z.string(),
    }),
    remote: 'keyed',
    undo: { none: 'an object is written once' },
  }),
};

const unpublish = undo('cancel', { ...back, errors: {}, remote: 'keyed' });
/** A version of a dataset, of its own by the booking. */
export const dataset = {
  cancel: unpublish,
  book: activity('book', {
    ...forward,
    errors: { Superseded: 'refused' },
    output: MadeVersion,
    undo: unpublish,
    remote: 'probeable',
  }),
};
