import { bind, type ActivityFunction } from '../../src/kit/effects/bind.ts';
import type { Implementation } from '../../src/kit/effects/body.ts';
import type { Database, Tx } from '../../src/kit/effects/database.ts';
import { sha256 } from '../../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../../src/kit/effects/postgres.ts';
import type { Observe } from '../../src/kit/effects/store.ts';

/** A pipeline's activities on a database, as a worker binds them: for attempts without Temporal. */
export function boundOn<C extends object>(
  database: Database,
  contracts: C,
  bodies: Implementation<C, Tx>,
  observe: Observe = () => undefined,
): Record<string, ActivityFunction> {
  return bind(contracts, bodies, {
    pipeline: 'tests',
    store: new PostgresStore(database, observe),
    fingerprint: sha256,
    clock: () => new Date(),
    observe,
    log: () => undefined,
  });
}
