import type { Json } from '../../../src/kit/contract/outcome.ts';
import { bind } from '../../../src/kit/effects/bind.ts';
import type { Effect, Observe, Resolution } from '../../../src/kit/effects/store.ts';
import { attempt, cameOf, short, type AttemptOf, type Came } from '../../../src/kit/testing/attempt.ts';
import { bindRunInMemory } from '../../../src/kit/testing/memory-run.ts';
import { MemoryStore } from '../../../src/kit/testing/memory-store.ts';
import type { Gateway } from '../../support/versitygw.ts';
import { bindingOn } from '../../support/bound.ts';
import { inMemory } from './bodies.ts';
import { local, type Booking } from './contracts.ts';
import { farSide, type FarSide } from './far-side.ts';
import type { Order } from './provider.ts';
import { open, type Kind } from './stores.ts';

type Name = 'book' | 'cancel';

type Resolved = Omit<Resolution, 'value' | 'forwardActivity'> & { value?: Json };

/** What the suite does with a store, whichever it is. */
export interface Harness {
  /** One attempt in this process: the value, or the type of the failure. */
  readonly run: (activity: Name, input: Booking, of?: AttemptOf) => Promise<Json>;
  readonly came: (activity: Name, input: Booking, of?: AttemptOf) => Promise<Came>;
  /** A person's decision on a waiting key. */
  readonly resolve: (resolved: Resolved) => Promise<void>;
  readonly done: (booking: string) => Promise<string[]>;
  readonly limit: (seats: number) => Promise<void>;
  readonly close: (closed: boolean) => Promise<void>;
  /** States of the keys of a booking, by key. */
  readonly states: (booking: string) => Promise<Record<string, Effect['state']>>;
}

export interface Durable extends Harness {
  readonly far: FarSide;
}

/** Two updates never share an id. */
const updateIds = (function* () {
  for (let n = 1; ; n++) yield `update-${n}`;
})();

const decision = (resolved: Resolved): object => ({
  workflowId: 'tests/one',
  updateId: updateIds.next().value,
  actor: 'ann',
  reason: 'test',
  value: null,
  ...resolved,
});

export async function durable(kind: Kind, at?: Gateway): Promise<Durable> {
  const far = await farSide(kind, at);
  const { bound } = open(kind, far.site, { database: far.database });
  const came: Harness['came'] = (activity, input, of) => cameOf(attempt(bound, activity, input, of));
  return {
    far,
    came,
    run: async (activity, input, of) => short(await came(activity, input, of)),
    resolve: async (resolved) => void (await attempt(bound, 'recordResolve', decision(resolved))),
    done: far.done,
    limit: far.limit,
    close: far.close,
    async states(booking) {
      const rows = await far.database.query<{ key: string; state: Effect['state'] }>(
        'select key, state from kit.effects where key ~ $1 order by key collate "C"',
        [`^bookings/${booking}([#/]|$)`],
      );
      return Object.fromEntries(rows.map(({ key, state }) => [key, state]));
    },
  };
}

export function inThisProcess(observe: Observe = () => undefined): Harness & { store: MemoryStore } {
  const store = new MemoryStore(observe);
  const binding = bindingOn(store, observe);
  const bound = { ...bind(local, inMemory, binding), ...bindRunInMemory(Object.values(local), binding) };
  const came: Harness['came'] = (activity, input, of) => cameOf(attempt(bound, activity, input, of));
  const set = (name: string, value: Json): Promise<void> => {
    store.data.set(name, value);
    return Promise.resolve();
  };
  return {
    store,
    came,
    run: async (activity, input, of) => short(await came(activity, input, of)),
    resolve: async (resolved) => void (await attempt(bound, 'recordResolve', decision(resolved))),
    done: (booking) =>
      Promise.resolve(
        ((store.data.get('done') ?? []) as Order[])
          .filter((order) => order.booking === booking)
          .map(({ what, key }) => `${what} ${key}`),
      ),
    limit: (seats) => set('limit', seats),
    close: (closed) => set('closed', closed),
    states: (booking) =>
      Promise.resolve(
        Object.fromEntries(
          store.effects
            .filter(({ key }) => new RegExp(`^bookings/${booking}([#/]|$)`).test(key))
            .map(({ key, state }) => [key, state] as const)
            .sort(([one], [other]) => (one < other ? -1 : 1)),
        ),
      ),
  };
}
