import { z } from 'zod';
import { activity, undo } from '../../../../src/kit/contract/activity.ts';
import { Database, type Tx } from '../../../../src/kit/effects/database.ts';
import { subjects } from '../../../../src/kit/testing/subjects.ts';
import { atProvider } from '../../effects/bodies.ts';
import { keyed } from '../../effects/contracts.ts';
import type { Order } from '../../effects/provider.ts';
import type { Site } from '../../effects/stores.ts';

// What is not as it should be: a harness that found nothing wrong with it would prove nothing.

const Note = z.strictObject({ note: z.string() });
const bounds = { input: Note, errors: {}, attempt: '15s', within: '7 days' } as const;
const none = { none: 'not looked at here' };
const unwrite = undo('unwrite', { ...bounds, key: ({ note }) => `notes/${note}/unwrite` });
const forward = { ...bounds, output: z.object({}), key: ({ note }: { note: string }) => `notes/${note}` };

const written = ({ note }: { note: string }, { database }: { database: Tx }): Promise<object[]> =>
  database.query('select from bookings where booking = $1', [note]);

/**
 * `write` works beside its transaction and lets no payload vary, `unwrite` does nothing, `always` has one key for all,
 * and whoever does `crowd` locks the same row.
 */
export const beside = subjects(import.meta.url, {
  exported: 'beside',
  contracts: {
    write: activity('write', { ...forward, undo: unwrite }),
    unwrite,
    always: activity('always', { ...forward, undo: none }),
    crowd: activity('crowd', { ...forward, undo: none }),
  },
  open: ({ database }: Site) => ({ own: new Database(database) }),
  close: ({ own }) => own.close(),
  bodies: ({ own }) => ({
    async write({ note }) {
      await own.query('insert into bookings (booking) values ($1)', [note]);
      return {};
    },
    unwrite: () => Promise.resolve(),
    always: () => Promise.resolve({}),
    async crowd(_note, { tx }) {
      await tx.query(`set local lock_timeout = '50ms'`);
      await tx.query('update rules set closed = closed');
      return {};
    },
  }),
  activities: {
    write: { input: (id) => ({ note: id }), effects: written },
    unwrite: { effects: () => 0 },
    always: { input: () => ({ note: 'always' }), effects: () => 0 },
    crowd: { input: (id) => ({ note: `crowd-${id}` }), effects: () => 0 },
  },
});

/** Declared as keyed, at a provider that knows no keys. */
export const forgetful = subjects(import.meta.url, {
  exported: 'forgetful',
  contracts: { book: { ...keyed.book, undo: none } },
  open: (site: Site) => site,
  bodies: ({ provider }) => ({ book: atProvider(provider, false).book }),
  activities: {
    book: {
      input: (id) => ({ booking: id, seats: 2 }),
      async effects({ booking }, { provider }) {
        const done = (await (await fetch(`${provider}/done`)).json()) as Order[];
        return done.filter((order) => order.booking === booking);
      },
    },
  },
});
