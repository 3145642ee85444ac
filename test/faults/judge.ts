import { breachesOf, invariants, type Invariant } from './invariants.ts';
import type { Score } from './score.ts';
import type { Stage } from './stage.ts';
import { readWorld, type World } from './world.ts';

/** What the far sides say when a family is over. */
export interface Judged {
  /** There are so many effects in all. */
  readonly effects: number;
  /** What was looked for, and in how many things. */
  readonly invariants: readonly Invariant[];
  /** Breaches that name no run of the family. */
  readonly wrong: readonly string[];
}

/** Reads all far sides and looks for what must never be. A breach is told of the case whose run it names. */
export async function judge(stage: Stage, score: Score): Promise<Judged> {
  const world = await readWorld(stage);
  const wrong: string[] = [];
  const found = invariants(world, { stock: stage.stock, delivered: stage.delivered.size });
  for (const breach of breachesOf(found)) {
    const id = score.caseIn(breach);
    if (id === undefined) wrong.push(breach);
    else score.wrong(id, breach);
  }
  return { effects: effectsIn(world), invariants: found, wrong };
}

/** Counted where they are: money at the provider and the rail, parcels at the carrier, rows in the domain's tables, versions of objects. */
function effectsIn({
  orders,
  reservations,
  payments,
  carrier,
  rail,
  objects,
  transfers,
  versions,
  drawn,
}: World): number {
  const ended = reservations.filter(({ state }) => state !== 'reserved').length;
  const all = [
    orders.length + reservations.length + ended,
    payments.intents.length + payments.authorisations.length + payments.captures.length,
    payments.cancellations.length + payments.refunds.length,
    carrier.booked.length + carrier.voided.length,
    rail.payments.length,
    ...objects.values(),
    ...transfers.map(
      ({ hold, booked, reversed, settled, unsettled }) =>
        1 + (hold === 'held' ? 0 : 1) + booked + reversed + settled + unsettled,
    ),
    ...versions.map(({ announced }) => 1 + announced),
    drawn.length,
  ];
  return all.reduce((sum, n) => sum + n, 0);
}
