import { subjects } from '../../../../src/kit/testing/index.ts';
import { roomActivities } from './room-activities.ts';
import * as rooms from './rooms.ts';

export default subjects(import.meta.url, {
  contracts: rooms,
  bodies: roomActivities,
  activities: {
    bookRoom: {
      input: (id) => ({ booking: id, seats: 2 }),
      effects: ({ booking }, { database }) =>
        database.query(`select from rooms.notes where what = 'booked' and booking = $1`, [booking]),
    },
    cancelRoom: {
      effects: ({ booking }, { database }) =>
        database.query(`select from rooms.notes where what = 'cancelled' and booking = $1`, [booking]),
    },
  },
});
