import type { Tx } from '../../../src/kit/effects/database.ts';
import { subjects } from '../../../src/kit/testing/subjects.ts';
import { s3Of, versionsAt, versionsIn } from '../../support/s3.ts';
import { isPublish, isUndoOf } from '../../../src/kit/effects/dataset/append.ts';
import type { Version } from '../../../src/kit/effects/dataset/version.ts';
import { atProvider, byDraft, inDatasets, inPostgres, inS3 } from './bodies.ts';
import * as contract from './contracts.ts';
import type { Booking } from './contracts.ts';
import type { Order } from './provider.ts';
import { watched } from './watched-s3.ts';
import type { Site } from './stores.ts';

// One booking and its undo in every kind of store that outlives a process, as the harness tries them.

const input = (id: string): Booking => ({ booking: id, seats: 2 });
const other = (booking: Booking): Booking => ({ ...booking, seats: 3 });
const refused = { TooMany: (id: string): Booking => ({ booking: id, seats: 20 }) };
const open = (site: Site): Site => site;

const inTable =
  (what: Order['what']) =>
  ({ booking }: Booking, { database }: { database: Tx }): Promise<object[]> =>
    database.query('select from bookings where what = $1 and booking = $2', [what, booking]);

export const postgres = subjects(import.meta.url, {
  exported: 'postgres',
  contracts: contract.local,
  bodies: () => inPostgres,
  activities: {
    book: { input, other, refused, effects: inTable('book') },
    cancel: { other, effects: inTable('cancel') },
  },
});

const noted =
  (what: Order['what']) =>
  async ({ booking }: Booking, { provider }: { provider: string }): Promise<Order[]> => {
    const done = (await (await fetch(`${provider}/done`)).json()) as Order[];
    return done.filter((order) => order.what === what && order.booking === booking);
  };
const atTheProvider = {
  book: { input, other, refused, effects: noted('book') },
  cancel: { other, effects: noted('cancel') },
};

export const keyed = subjects(import.meta.url, {
  exported: 'keyed',
  contracts: contract.keyed,
  open,
  bodies: ({ provider }) => atProvider(provider, true),
  activities: atTheProvider,
});

export const probeable = subjects(import.meta.url, {
  exported: 'probeable',
  contracts: contract.probeable,
  open,
  bodies: ({ provider }) => byDraft(provider),
  activities: atTheProvider,
});

export const neither = subjects(import.meta.url, {
  exported: 'neither',
  contracts: contract.neither,
  open,
  bodies: ({ provider }) => atProvider(provider, false),
  activities: atTheProvider,
});

export const object = subjects(import.meta.url, {
  exported: 'object',
  contracts: contract.object,
  open: (site: Site) => ({ site, s3: s3Of(site.env) }),
  close: ({ s3 }) => s3.destroy(),
  bodies: ({ site, s3 }) => inS3(s3, site.env['EVENKEEL_S3_BUCKET']!, site.folder),
  activities: {
    book: {
      input,
      other,
      effects: ({ booking }, { s3, site: { env, folder } }) =>
        versionsAt(s3, env['EVENKEEL_S3_BUCKET']!, `${folder}/${booking}.json`),
    },
  },
});

const bucketOf = ({ env }: Site): string => env['EVENKEEL_S3_BUCKET']!;
/** Where the bookings of a dataset subject are published: each for itself, or all in one. */
const datasets = (site: Site, name: string | undefined) => ({
  s3: s3Of(site.env),
  bucket: bucketOf(site),
  nameOf: (booking: string) => `${site.folder}/${name ?? booking}`,
});
type Datasets = ReturnType<typeof datasets>;

const keyOf = ({ booking }: Booking): string => `bookings/${booking}`;
async function publishes(booking: Booking, { s3, bucket, nameOf }: Datasets): Promise<Version[]> {
  const versions = await versionsIn(s3, bucket, nameOf(booking.booking));
  return versions.filter(isPublish(keyOf(booking)));
}
/** A burn of what never came undoes nothing. */
async function withdrawals(booking: Booking, { s3, bucket, nameOf }: Datasets): Promise<Version[]> {
  const versions = await versionsIn(s3, bucket, nameOf(booking.booking));
  return versions.some(isPublish(keyOf(booking))) ? versions.filter(isUndoOf(keyOf(booking))) : [];
}
const inS3Datasets = {
  contracts: contract.dataset,
  close: ({ s3 }: Datasets) => s3.destroy(),
  activities: { book: { input, other, effects: publishes }, cancel: { other, effects: withdrawals } },
};

export const dataset = subjects(import.meta.url, {
  exported: 'dataset',
  open: (site: Site) => datasets(site, undefined),
  bodies: ({ s3, bucket, nameOf }) => inDatasets(s3, bucket, nameOf),
  ...inS3Datasets,
});

/** All bookings in one dataset, and watched between the requests of each. */
export const shared = subjects(import.meta.url, {
  exported: 'shared',
  open: (site: Site) => datasets(site, 'all'),
  bodies: ({ s3, bucket, nameOf }, { observe }) => inDatasets(watched(s3, observe), bucket, nameOf),
  ...inS3Datasets,
});
