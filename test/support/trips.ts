import type { Json } from '../../src/kit/contract/outcome.ts';
import type * as run from '../../src/kit/contract/run.ts';
import { bind, type ActivityFunction, type Binding } from '../../src/kit/effects/bind.ts';
import type { Attempt, Implementation } from '../../src/kit/effects/body.ts';
import type { Database } from '../../src/kit/effects/database.ts';
import { PostgresStore } from '../../src/kit/effects/postgres.ts';
import { bindRun } from '../../src/kit/effects/run.ts';
import type { Point } from '../../src/kit/effects/store.ts';
import { bindRunInMemory } from '../../src/kit/testing/memory-run.ts';
import { MemoryStore } from '../../src/kit/testing/memory-store.ts';
import { bindingOn } from './bound.ts';
import * as contracts from './workflows/contracts.ts';

type Name = keyof typeof contracts;
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
  readonly #after = new Map<string, (() => Promise<void> | void)[]>();
  readonly #before = new Map<string, (() => Promise<void> | void)[]>();

  /** What the next attempts of this activity do, one after the other; then it simply books. */
  script(activity: Name, ...acts: Act[]): this {
    this.#scripts.set(activity, acts);
    return this;
  }

  /** The same, once the effect is there: what happens on the way back of the answer. */
  answers(activity: Name, ...acts: (() => Promise<void> | void)[]): this {
    this.#after.set(activity, acts);
    return this;
  }

  /** The same, before it has looked what is recorded under its key; of the kit's own activities, too. */
  receives(activity: Name | keyof typeof run, ...acts: (() => Promise<void> | void)[]): this {
    this.#before.set(activity, acts);
    return this;
  }

  /** Effects in the order of their happening, the trip's own part of the key only: `applied flight`, `burned flight`. */
  get effects(): string[] {
    return this.store.audit.map(({ event, key }) => `${event} ${ownPart(key)}`);
  }

  /** Under this key stands another payload's effect: an attempt of the trip's own is in conflict. */
  async occupy(key: string): Promise<void> {
    const witness = { subject: 'somebody else', now: () => new Date(), entry: () => '' };
    const claim = { base: key, activity: 'other', fingerprint: 'another payload' };
    await this.store.once(claim, witness, async () => ({ booking: 'of somebody else' }));
  }

  /** Over the store in memory. */
  get activities(): Record<string, ActivityFunction> {
    const binding = this.#binding(this.store);
    const record = (fact: Json): void => void this.recorded.push(fact);
    return { ...this.#trip(binding), ...bindRunInMemory(Object.values(contracts), binding, record) };
  }

  /** Over Postgres, with the kit's own activities as a pipeline has them. */
  durable(database: Database): Record<string, ActivityFunction> {
    const binding = this.#binding(new PostgresStore(database));
    return { ...this.#trip(binding), ...bindRun(Object.values(contracts), binding) };
  }

  #binding<Store>(store: Store): ReturnType<typeof bindingOn<Store>> {
    return bindingOn(store, (point: Point, { activity }) => {
      if (point === 'received') return this.#before.get(activity)?.shift()?.();
      return point === 'applied' || point === 'undone' ? this.#after.get(activity)?.shift()?.() : undefined;
    });
  }

  #trip<Tx>(binding: Binding<Tx>): Record<string, ActivityFunction> {
    const does =
      (name: Name) =>
      async (_trip: contracts.Trip, attempt: Spoken): Promise<{ booking: string }> => {
        await this.#scripts.get(name)?.shift()?.(attempt);
        return { booking: `${name} 1` };
      };
    const bodies = Object.fromEntries((Object.keys(contracts) as Name[]).map((name) => [name, does(name)]));
    return bind(contracts, bodies as unknown as Implementation<typeof contracts, Tx>, binding);
  }
}

/** Effects that Postgres has of a run, in the order of its audit chain. */
export async function durableEffects(database: Database, workflowId: string, trip = workflowId): Promise<string[]> {
  const rows = await database.query<{ key: string; event: string }>(
    `select key, entry::jsonb->>'event' as event from kit.audit where subject = $1 order by n`,
    [workflowId],
  );
  return rows.map(({ event, key }) => `${event} ${ownPart(key, key.startsWith(workflowId) ? workflowId : trip)}`);
}

/** `trip-…/hotel/cancel` → `hotel/cancel` */
const ownPart = (key: string, of = key.slice(0, key.indexOf('/'))): string => key.slice(of.length + 1);
