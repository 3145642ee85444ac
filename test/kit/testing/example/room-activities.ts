import type { Implementation, Tx } from '../../../../src/kit/index.ts';
import type * as rooms from './rooms.ts';

export const roomActivities = (): Implementation<typeof rooms, Tx> => ({
  async bookRoom({ booking, seats }, { tx, refuse }) {
    if (seats > 9) throw refuse('TooMany');
    await tx.query(`insert into rooms.notes values ('booked', $1, $2)`, [booking, seats]);
    return { seats };
  },
  async cancelRoom({ booking }, { tx, outcome }) {
    await tx.query(`insert into rooms.notes values ('cancelled', $1, $2)`, [booking, outcome.seats]);
  },
});
