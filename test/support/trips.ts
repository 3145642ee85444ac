import type { Json } from '../../src/kit/contract/outcome.ts';
import * as run from '../../src/kit/contract/run.ts';
import { bind, type ActivityFunction, type Binding } from '../../src/kit/effects/bind.ts';
import type { Attempt } from '../../src/kit/effects/body.ts';
import { Refusal } from '../../src/kit/effects/errors.ts';
import { sha256 } from '../../src/kit/effects/fingerprint.ts';
import type { Point } from '../../src/kit/effects/store.ts';
import { MemoryStore, type MemoryTx } from '../../src/kit/testing/memory-store.ts';
import * as contracts from './workflows/contracts.ts';

type Name = keyof typeof contracts & string;
type Spoken = Attempt<{
  readonly errors: { readonly SoldOut: 'refused'; readonly Busy: 'retry'; readonly Lapsed: 'refused' };
}>;
/** What an attempt does beside its booking. */
type Act = (attempt: Spoken) => Promise<void> | void;

/** The far side of trips: keeps its bookings in memory under their keys, has a script and a list of what happened. */
export class Trips {
  readonly store = new MemoryStore();
  /** Decisions and fates as they were recorded. */
  readonly recorded: Json[] = [];
  readonly #scripts = new Map<string, Act[]>();
  readonly #after = new Map<string, Act[]>();

  /** What the next attempts of this activity do, one after the other; then it simply books. */
  script(activity: Name, ...acts: Act[]): this {
    this.#scripts.set(activity, acts);
    return this;
  }

  /** The same, once the effect is there: what happens on the way back of the answer. */
  answers(activity: Name, ...acts: Act[]): this {
    this.#after.set(activity, acts);
    return this;
  }

  /** Effects in the order of their happening, the trip's own part of the key only: `applied flight`, `burned flight`. */
  get effects(): string[] {
    return this.store.audit.map(
      ({ event, key }) => `${event} ${key.slice(key.lastIndexOf('trip-')).replace(/^trip-[^/]*\//, '')}`,
    );
  }

  /** Under this key stands the refusal of another payload: an attempt of the trip's own is in conflict. */
  async occupy(key: string): Promise<void> {
    const witness = { subject: 'somebody else', now: () => new Date(), entry: () => '' };
    await this.store.once({ base: key, activity: 'other', fingerprint: 'another payload' }, witness, () =>
      Promise.reject(new Refusal('SoldOut')),
    );
  }

  get activities(): Record<string, ActivityFunction> {
    const book = (name: Name) => async (_input: contracts.Trip, attempt: Spoken) => {
      await this.#scripts.get(name)?.shift()?.(attempt);
      return { booking: `${name} 1` };
    };
    const cancel = (name: Name) => async (_input: contracts.Trip, attempt: Spoken) => {
      await this.#scripts.get(name)?.shift()?.(attempt);
    };
    const binding: Binding<MemoryTx> = {
      pipeline: 'trips',
      store: this.store,
      fingerprint: sha256,
      clock: () => new Date(),
      observe: (point: Point, { activity }) =>
        point === 'applied' || point === 'undone'
          ? this.#after.get(activity)?.shift()?.(undefined as never)
          : undefined,
      log: () => undefined,
    };
    const record = async (fact: Json): Promise<Record<string, never>> => {
      this.recorded.push(fact);
      return {};
    };
    return {
      ...bind(
        contracts,
        {
          bookFlight: book('bookFlight'),
          cancelFlight: cancel('cancelFlight'),
          bookHotel: book('bookHotel'),
          cancelHotel: cancel('cancelHotel'),
          rentCar: book('rentCar'),
          returnCar: cancel('returnCar'),
          insureTrip: book('insureTrip'),
          cancelInsurance: cancel('cancelInsurance'),
          issueTickets: book('issueTickets'),
          sendTickets: book('sendTickets'),
        } as never,
        binding,
      ),
      ...bind(
        run,
        {
          recordFate: async ({ fate, reason, result }) => {
            this.recorded.push({ fate, reason, result });
            return { fate, reason, result };
          },
          recordCancel: ({ actor, reason }) => record({ cancel: reason, actor }),
          recordResolve: async (decision, { tx, witness }) => {
            await this.store.resolve(tx, decision, witness);
            return record({ resolve: decision.action, actor: decision.actor });
          },
          recordAnswer: ({ actor, choice }) => record({ answer: choice, actor }),
          openQuestion: async ({ shown }) => ({ fingerprint: sha256(shown), answer: null }),
        },
        binding,
      ),
    };
  }
}
