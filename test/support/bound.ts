import { bind, type ActivityFunction, type Binding } from '../../src/kit/effects/bind.ts';
import type { Implementation } from '../../src/kit/effects/body.ts';
import type { Database, Tx } from '../../src/kit/effects/database.ts';
import { sha256 } from '../../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../../src/kit/effects/postgres.ts';
import type { Observe } from '../../src/kit/effects/store.ts';

/** A binding that is as plain as can be: in clear, by the machine's clock, and quiet. */
export const bindingOn = <Store>(
  store: Store,
  observe: Observe = () => undefined,
): Omit<Binding<never>, 'store'> & { store: Store } => ({
  pipeline: 'tests',
  store,
  fingerprint: sha256,
  clock: () => new Date(),
  observe,
  log: () => undefined,
});

/** A pipeline's activities on a database, as a worker binds them: for attempts without Temporal. */
export const boundOn = <C extends object>(
  database: Database,
  contracts: C,
  bodies: Implementation<C, Tx>,
  observe?: Observe,
): Record<string, ActivityFunction> =>
  bind(contracts, bodies, bindingOn(new PostgresStore(database, observe), observe));
