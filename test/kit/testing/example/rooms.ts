import { z } from 'zod';
import { activity, undo } from '../../../../src/kit/contract/index.ts';

const Booking = z.object({ booking: z.string(), seats: z.int().positive() });
const bounds = { input: Booking, attempt: '15s', within: '7 days' } as const;

export const cancelRoom = undo('cancelRoom', {
  ...bounds,
  key: ({ booking }) => `bookings/${booking}/cancel`,
  errors: {},
});

export const bookRoom = activity('bookRoom', {
  ...bounds,
  output: z.object({ seats: z.int() }),
  key: ({ booking }) => `bookings/${booking}`,
  errors: { TooMany: 'refused' },
  undo: cancelRoom,
});
