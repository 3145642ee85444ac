import type { S3Client } from '@aws-sdk/client-s3';
import type { Implementation } from '../../../src/kit/effects/body.ts';
import type { Tx } from '../../../src/kit/effects/database.ts';
import { datasetOnce, type ContentFile } from '../../../src/kit/effects/dataset/index.ts';
import { objectOnce } from '../../../src/kit/effects/s3.ts';
import type { MemoryTx } from '../../../src/kit/testing/memory-store.ts';
import type * as contract from './contracts.ts';
import type { Booking } from './contracts.ts';
import type { Order } from './provider.ts';

/** The domain of the transactional store: what was done, in order, with nothing that would hide a second time. */
export const DOMAIN = `
  create table bookings (n bigint generated always as identity, what text, key text, booking text, seats int);
  create table rules ("limit" int, closed boolean);
  insert into rules values (9, false)`;

export const inPostgres: Implementation<typeof contract.local, Tx> = {
  async book({ booking, seats }, { tx, key, refuse }) {
    await tx.query("insert into bookings (what, key, booking, seats) values ('book', $1, $2, $3)", [
      key,
      booking,
      seats,
    ]);
    // The refusal comes after the work on purpose: the work has to be rolled back.
    const [rules] = await tx.query<{ limit: number }>('select "limit" from rules');
    if (seats > rules!.limit) throw refuse('TooMany');
    return { seats };
  },
  async cancel({ booking }, { tx, key, refuse, outcome }) {
    await tx.query("insert into bookings (what, key, booking, seats) values ('cancel', $1, $2, $3)", [
      key,
      booking,
      outcome.seats,
    ]);
    const [rules] = await tx.query<{ closed: boolean }>('select closed from rules');
    if (rules!.closed) throw refuse('TooLate');
  },
};

export const inMemory: Implementation<typeof contract.local, MemoryTx> = {
  async book({ booking, seats }, { tx, key, refuse }) {
    note(tx, { what: 'book', key, booking, seats });
    await Promise.resolve();
    if (seats > Number(tx.get('limit') ?? 9)) throw refuse('TooMany');
    return { seats };
  },
  async cancel({ booking }, { tx, key, refuse, outcome }) {
    note(tx, { what: 'cancel', key, booking, seats: outcome.seats });
    await Promise.resolve();
    if (tx.get('closed') === true) throw refuse('TooLate');
  },
};
const note = (tx: MemoryTx, order: Order): void => {
  tx.set('done', [...((tx.get('done') ?? []) as Order[]), order]);
};

type Said = { code?: string; state?: string; id?: string };
type Fails<E extends string> = { readonly refuse: (type: E) => Error; readonly retry: (type: 'Busy') => Error };

/** An answer that is no declared refusal. */
class ProviderError extends Error {}

async function ask(url: string, order?: Order, key?: string): Promise<{ status: number } & Said> {
  const response = await fetch(url, {
    method: order === undefined ? 'GET' : 'POST',
    ...(order === undefined ? {} : { body: JSON.stringify(order) }),
    headers: { connection: 'close', ...(key === undefined ? {} : { 'idempotency-key': key }) },
  });
  return { status: response.status, ...((await response.json()) as Said) };
}

function heard<E extends string>(
  { status, code }: { status: number } & Said,
  type: E,
  { refuse, retry }: Fails<E>,
): void {
  if (code === type) throw refuse(type);
  if (code === 'committed') throw retry('Busy'); // a twin was quicker: the next attempt looks
  if (status !== 200) throw new ProviderError(code);
}

/** `POST /effects`, under our key or under none. */
export function atProvider(
  url: string,
  honoursKeys: boolean,
): Implementation<typeof contract.keyed, Tx> & Implementation<typeof contract.neither, Tx> {
  const send = (order: Order): ReturnType<typeof ask> =>
    ask(`${url}/effects`, order, honoursKeys ? order.key : undefined);
  return {
    book: {
      request: ({ booking, seats }, { key }): Order => ({ what: 'book', key, booking, seats }),
      async send(order: Order, attempt) {
        heard(await send(order), 'TooMany', attempt);
        return { seats: order.seats };
      },
    },
    cancel: {
      request: ({ booking }, { key, outcome }): Order => ({ what: 'cancel', key, booking, seats: outcome.seats }),
      async send(order: Order, attempt) {
        heard(await send(order), 'TooLate', attempt);
        return { undone: true };
      },
    },
  };
}

type ById = { id: string; seats: number; order: Order };

/** Draft, then commit that id; void it and it can never be committed. */
export function byDraft(url: string): Implementation<typeof contract.probeable, Tx> {
  const draft = async (order: Order): Promise<ById> => {
    const { id } = await ask(`${url}/drafts`, order);
    return { id: id!, seats: order.seats, order };
  };
  const state = async ({ id }: ById): Promise<string> => (await ask(`${url}/drafts/${id}`)).state!;
  const act = (what: 'commit' | 'void', { id, order }: ById): ReturnType<typeof ask> =>
    ask(`${url}/drafts/${id}/${what}`, order);
  return {
    book: {
      request: ({ booking, seats }, { key }) => draft({ what: 'book', key, booking, seats }),
      async send(request: ById, attempt) {
        heard(await act('commit', request), 'TooMany', attempt);
        return { seats: request.seats };
      },
      probe: async (request: ById) =>
        (await state(request)) === 'committed' ? { applied: { seats: request.seats } } : 'absent',
      fence: async (request: ById) => void (await act('void', request)),
    },
    cancel: {
      request: ({ booking }, { key, outcome }) => draft({ what: 'cancel', key, booking, seats: outcome.seats }),
      async send(request: ById, attempt) {
        heard(await act('commit', request), 'TooLate', attempt);
        return { undone: true };
      },
      probe: async (request: ById) =>
        (await state(request)) === 'committed' ? { applied: { undone: true } } : 'absent',
    },
  };
}

export const inS3 = (s3: S3Client, bucket: string, folder: string): Implementation<typeof contract.object, Tx> => ({
  book: objectOnce(s3, ({ booking, seats }) => ({
    bucket,
    path: `${folder}/${booking}.json`,
    body: { booking, seats },
  })),
});

/** A booking in two files. */
// eslint-disable-next-line typescript/require-await -- as a generator that reads would be
export async function* filesOf({ booking, seats }: { booking: string; seats: number }): AsyncGenerator<ContentFile> {
  yield { name: 'booking.json', contentType: 'application/json', body: JSON.stringify({ booking, seats }) };
  yield { name: 'booking.csv', contentType: 'text/csv', body: `booking,seats\n${booking},${seats}\n` };
}

/** A dataset a booking, or one for all. */
export function inDatasets(
  s3: S3Client,
  bucket: string,
  datasetOf: (booking: string) => string,
  content = filesOf,
): Implementation<typeof contract.dataset, Tx> {
  const { publish, unpublish } = datasetOnce(
    s3,
    bucket,
    ({ booking, seats }: Booking) => ({ dataset: datasetOf(booking), source: { booking, seats } }),
    content,
  );
  return { book: publish, cancel: unpublish };
}
