import { randomUUID } from 'node:crypto';
import type { Database } from '../../../src/kit/effects/database.ts';
import { s3Of, versionsAt, versionsIn } from '../../support/s3.ts';
import { freshDatabase, stack } from '../../support/stack.ts';
import type { Gateway } from '../../support/versitygw.ts';
import { DOMAIN } from './bodies.ts';
import { Provider } from './provider.ts';
import type { Kind, Site } from './stores.ts';

/** Where the effects of a suite are counted: where they happen, never in `kit.effects`. */
export interface FarSide {
  readonly site: Site;
  readonly database: Database;
  readonly provider: Provider;
  /** What was really done for this booking, in order: `book bookings/b1`, `cancel bookings/b1/cancel`. */
  readonly done: (booking: string) => Promise<string[]>;
  /** The largest booking that is not `TooMany`. */
  readonly limit: (seats: number) => Promise<void>;
  /** Closed, it answers each cancellation with `TooLate`. */
  readonly close: (closed: boolean) => Promise<void>;
}

/** `at`: another S3 server than the stack's. */
export async function farSide(kind: Kind, at?: Gateway): Promise<FarSide> {
  const env = { ...(await stack()).env, ...at?.env };
  const { url, database } = await freshDatabase(`effects_${kind}${at ? '_versitygw' : ''}`);
  await database.query(DOMAIN);
  const provider = await Provider.start();
  const s3 = s3Of(env);
  const site: Site = { database: url, provider: provider.url, env, folder: `bookings-${randomUUID()}` };
  return {
    site,
    database,
    provider,
    async done(booking) {
      if (kind === 'object') {
        const versions = await versionsAt(s3, env['EVENKEEL_S3_BUCKET']!, `${site.folder}/${booking}.json`);
        return versions.map((what) => `${what === 'version' ? 'book' : 'delete'} bookings/${booking}`);
      }
      if (kind === 'dataset') {
        const versions = await versionsIn(s3, env['EVENKEEL_S3_BUCKET']!, `${site.folder}/${booking}`);
        return versions.map(({ made, key }) => (made === 'published' ? `book ${key}` : `cancel ${key}/cancel`));
      }
      const rows =
        kind === 'postgres'
          ? await database.query<{ what: string; key: string }>(
              'select what, key from bookings where booking = $1 order by n',
              [booking],
            )
          : provider.done.filter((order) => order.booking === booking);
      return rows.map(({ what, key }) => `${what} ${key}`);
    },
    async limit(seats) {
      provider.limit = seats;
      await database.query('update rules set "limit" = $1', [seats]);
    },
    async close(closed) {
      provider.closed = closed;
      await database.query('update rules set closed = $1', [closed]);
    },
  };
}
