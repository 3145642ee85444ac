import { invariants, type Invariant } from '../invariants.ts';
import { readWorld } from '../world.ts';
import type { Answers, Message } from './deliveries.ts';
import { unitsOf, type SoakInputs, type SoakRun } from './inputs.ts';
import type { Plan } from './plan.ts';
import type { Stage } from './stage.ts';
import type { Tally } from './tally.ts';

/** What was put in, what was done to it, and what was answered. */
export interface Ran {
  readonly inputs: SoakInputs;
  readonly plan: Plan;
  readonly messages: readonly Message[];
  readonly answers: Answers;
  readonly tally: Tally;
}

/** Every invariant of the world at rest, and those that only a soak can ask: it knows what it put in and did. */
export async function judge(stage: Stage, { inputs, plan, messages, answers, tally }: Ran): Promise<Invariant[]> {
  const world = await readWorld(stage);
  const runOf = new Map(world.runs.map((run) => [run.workflowId, run]));
  const lowest = await lowestStock(stage, inputs);
  const sold = world.runs.filter(({ reason }) => reason === 'OutOfStock');
  const orderOf = new Map(inputs.orders.map((order) => [order.orderId, order]));
  const ranOut = (id: string): boolean =>
    [...unitsOf(orderOf.get(id)!.lines)].some(([sku, wanted]) => (lowest.get(sku) ?? 0) < wanted);

  return [
    ...invariants(world, { stock: inputs.stock, delivered: inputs.runs.length }),
    {
      name: 'a run ends as its input and what was done to it allow',
      counted: messages.length,
      breaches: messages.flatMap(({ workflowId }, run) => {
        const { fate = null, reason = null } = runOf.get(workflowId) ?? {};
        const wanted = allowed(inputs.runs[run]!, tally.cancelled.get(run), ranAgain(plan, run));
        const is = `${fate ?? 'open'} ${reason ?? ''}`.trim();
        return wanted.has(is) ? [] : [`${workflowId} is ${is}, and not ${[...wanted].join(' or ')}`];
      }),
    },
    {
      name: 'an order is out of stock only where it ran out',
      counted: sold.length,
      breaches: sold.filter(({ id }) => !ranOut(id)).map(({ id }) => `order ${id}: there was enough all the time`),
    },
    {
      name: 'every delivery is answered, and another payload is a conflict',
      counted: messages.length + plan.deliveries.length,
      breaches: answeredOtherwise(messages.length, plan, answers),
    },
    {
      name: 'what was planned was done',
      counted: plan.counts.size,
      breaches: [...plan.counts].flatMap(([kind, n]) =>
        tally.done(kind) === n ? [] : [`${kind}: ${n} planned, ${tally.done(kind)} done`],
      ),
    },
  ];
}

const ranAgain = ({ runs }: Plan, run: number): boolean =>
  runs.some((fault) => fault.run === run && fault.kind !== 'cancelled');

/** The fates, with their reasons, that are right for a run. */
export function allowed({ end, scarce }: SoakRun, cancelled: string | undefined, again: boolean): Set<string> {
  const fates = new Set([`${end.fate} ${end.reason ?? ''}`.trim()]);
  // Whoever comes after an attempt that was killed once it had fenced, and before it had settled, finds what it voided.
  if (end.reason === 'NoRoute') fates.add('compensated ShipmentVoided');
  if (scarce.length > 0) fates.add('refused OutOfStock');
  if (cancelled === 'taken') {
    fates.delete('completed');
    for (const fate of ['refused', 'compensated']) fates.add(`${fate} Cancelled`);
  }
  // Run again after it had begun to walk back: it meets a key that is burned, and goes on walking back. It begins to as
  // soon as somebody cancels, also when it is closed before it can say so.
  if (again && (cancelled !== undefined || end.fate === 'compensated')) fates.add('compensated Burned');
  return fates;
}

function answeredOtherwise(runs: number, { deliveries }: Plan, { own, other }: Answers): string[] {
  const others = deliveries.filter(({ kind }) => kind === 'delivered otherwise').length;
  const owns = runs + deliveries.length - others;
  return [
    ...(other === others ? [] : [`${others} other payloads, ${other} conflicts`]),
    ...(own === owns ? [] : [`${owns} deliveries, ${own} answered`]),
  ];
}

/** The fewest units of each SKU that were ever free to be reserved, by the times at which effects were settled. */
async function lowestStock({ services }: Stage, { stock }: SoakInputs): Promise<Map<string, number>> {
  const rows = await services.database.query<{ sku: string; least: number }>(
    `select sku, min(level)::int as least from (
       select sku, sum(units) over (partition by sku order by at, units) as level from (
         select sku, -quantity as units, settled_at as at from inventory.reservations
         join kit.effects on key = 'orders/' || order_id || '/stock/reserve'
         union all
         select sku, quantity, settled_at from inventory.reservations
         join kit.effects on key = 'orders/' || order_id || '/stock/release' where inventory.reservations.state = 'released'
       ) moves
     ) levels group by sku`,
  );
  const moved = new Map(rows.map(({ sku, least }) => [sku, least]));
  return new Map([...stock].map(([sku, opening]) => [sku, opening + Math.min(0, moved.get(sku) ?? 0)]));
}
