import type { Run, World } from './world.ts';

/** What must hold whatever was broken, and how many things it was looked for in: over none, it proves nothing. */
export interface Invariant {
  readonly name: string;
  readonly counted: number;
  /** Each a sentence that names the thing. */
  readonly breaches: readonly string[];
}

/** What the sides cannot know. */
export interface Before {
  /** Units on hand before the first delivery, and what was received since, by SKU. */
  readonly stock: ReadonlyMap<string, number>;
  /** Business ids delivered at least once, and not quarantined. */
  readonly delivered: number;
}

/**
 * Looks for what would make a business lose or double something. What concerns one run is asked of those with a fate;
 * of the open ones nothing is known yet, and that there are none is a question of its own.
 */
export function invariants(world: World, before: Before): Invariant[] {
  const { runs, orders, reservations, stock, payments, carrier, objects } = world;
  const ended = (pipeline: string): Run[] => runs.filter((run) => run.pipeline === pipeline && run.fate !== null);
  const open = new Set(runs.filter(({ fate }) => fate === null).map(({ workflowId }) => workflowId));
  const totals = new Map(orders.map(({ orderId, totalMinor }) => [orderId, totalMinor]));
  const booked = (id: string): number => carrier.byReference[id]?.booked ?? 0;
  const ofOrder = byId(reservations, ({ orderId }) => orderId);
  const ofSku = byId(reservations, ({ sku, state }) => `${sku} ${state}`);
  const intents = byId(payments.intents, ({ metadata }) => metadata['order_id'] ?? '');
  const orderOf = new Map(payments.intents.map(({ id, metadata }) => [id, metadata['order_id'] ?? '']));
  const moved = (entries: World['payments']['captures']): Map<string, { amount: number }[]> =>
    byId(entries, ({ intent }) => orderOf.get(intent) ?? '');
  const captures = moved(payments.captures);
  const refunds = moved(payments.refunds);
  const kept = (id: string): number => sum(captures.get(id)) - sum(refunds.get(id));
  const transfers = new Map(world.transfers.map((transfer) => [transfer.transferId, transfer]));
  const versions = new Map(world.versions.map((version) => [`${version.patientRef}.${version.versionRef}`, version]));

  return [
    // in = out
    look('every delivery is a run', [world], () =>
      runs.length === before.delivered
        ? ''
        : `${before.delivered} business ids were delivered, ${runs.length} are known`,
    ),
    look('every run has its fate', runs, ({ pipeline, id, fate }) =>
      fate === null ? `${pipeline} ${id} is open` : '',
    ),
    look('no run goes on that has its fate', [world], ({ running }) =>
      running <= open.size ? '' : `${running} executions are running, ${open.size} runs are open`,
    ),
    look(
      'nothing is in doubt in a run that has ended',
      world.inDoubt.length === 0 ? [undefined] : world.inDoubt,
      (effect) => (effect === undefined || open.has(effect.workflowId) ? '' : `${effect.key} is ${effect.state}`),
    ),

    // each key at most one effect
    look('an order is captured at most once', [...captures], ([id, of]) =>
      of.length > 1 ? `order ${id} was captured ${of.length} times` : '',
    ),
    look(
      'an order is refunded at most what was captured',
      [...new Set([...captures.keys(), ...refunds.keys()])],
      (id) => (kept(id) < 0 ? `order ${id}: ${-kept(id)} more refunded than captured` : ''),
    ),
    look('an order is authorised at most once', [...intents], ([id, of]) => {
      const held = of.filter(({ status }) => status === 'requires_capture' || status === 'succeeded').length;
      return held > 1 ? `order ${id} holds ${held} authorisations` : '';
    }),
    look('a parcel is booked at most once', Object.entries(carrier.byReference), ([id, of]) =>
      of.booked > 1 ? `order ${id} was booked ${of.booked} times` : '',
    ),
    look('an object is written once', [...objects], ([path, n]) => (n > 1 ? `${path} has ${n} versions` : '')),
    look('a transfer is booked and reversed at most once', world.transfers, ({ transferId, booked: n, reversed }) =>
      n > 1 || reversed > n ? `transfer ${transferId}: booked ${n}, reversed ${reversed}` : '',
    ),
    look('a version is announced at most once', world.versions, ({ versionRef, announced }) =>
      announced > 1 ? `version ${versionRef} was announced ${announced} times` : '',
    ),

    // stock = opening + receipts − shipped + returned
    look('stock is what was there less what was shipped', stock, ({ sku, onHand }) => {
      const shipped = quantity(ofSku.get(`${sku} shipped`));
      const there = (before.stock.get(sku) ?? 0) - shipped;
      return onHand === there ? '' : `${sku}: ${onHand} on hand, ${there} by its movements`;
    }),
    look('what is reserved is reserved for somebody', stock, ({ sku, reserved }) => {
      const wanted = quantity(ofSku.get(`${sku} reserved`));
      return reserved === wanted ? '' : `${sku}: ${reserved} reserved, ${wanted} by its reservations`;
    }),
    look('no reservation without an open order', reservations, ({ orderId, sku, state }) =>
      state === 'reserved' && !open.has(`orders/${orderId}`) ? `${sku} is still reserved for order ${orderId}` : '',
    ),

    // captured − refunded = value of what was shipped and kept
    look('what was kept is the value of what was shipped', [...ended('orders'), ...ended('sales')], ({ id }) => {
      const shipped = (ofOrder.get(id) ?? []).some(({ state }) => state === 'shipped');
      const owed = shipped ? totals.get(id) : 0;
      return kept(id) === owed ? '' : `order ${id}: ${kept(id)} captured and kept, ${owed} shipped`;
    }),
    look('a completed order was booked, shipped, paid and receipted', completed(ended('orders')), ({ id }) =>
      booked(id) === 1 && allAre(ofOrder.get(id), 'shipped') && objects.get(`receipts/${id}.json`) === 1
        ? ''
        : `order ${id} is completed: booked ${booked(id)}, reservations ${states(ofOrder.get(id))}, receipts ${objects.get(`receipts/${id}.json`) ?? 0}`,
    ),
    look('of an order that is not completed nothing is left', others(ended('orders')), ({ id }) => {
      const authorised = (intents.get(id) ?? []).filter(({ status }) => status === 'requires_capture').length;
      const left = booked(id) + authorised + (objects.get(`receipts/${id}.json`) ?? 0);
      return left === 0 && allAre(ofOrder.get(id), 'released')
        ? ''
        : `order ${id} is not completed: booked ${booked(id)}, authorised ${authorised}, reservations ${states(ofOrder.get(id))}`;
    }),

    // books sum to zero
    look('the books sum to zero', world.currencies, ({ currency, minor }) =>
      minor === '0' ? '' : `${currency}: the balances sum to ${minor}`,
    ),
    {
      name: 'every transaction and account adds up',
      counted: world.transactions,
      breaches: world.unbalanced.map((id) => `${id} does not add up`),
    },
    look('a transfer is what its fate says', ended('ledger'), ({ id, fate }) => {
      const transfer = transfers.get(id);
      const advices = objects.get(`advices/${id}.json`) ?? 0;
      const net = transfer === undefined ? 0 : transfer.booked - transfer.reversed;
      const right =
        fate === 'completed'
          ? net === 1 && transfer?.hold === 'posted' && advices === 1
          : net === 0 && transfer?.hold !== 'held' && advices === 0;
      return right ? '' : `transfer ${id} is ${fate}: ${JSON.stringify(transfer ?? null)}, ${advices} advices`;
    }),
    look('a patient’s version is what its fate says', ended('patients'), ({ id, fate }) =>
      (versions.get(id)?.announced ?? 0) === (fate === 'completed' ? 1 : 0)
        ? ''
        : `version ${id} is ${fate}, announced ${versions.get(id)?.announced ?? 0} times`,
    ),

    // the audit
    {
      name: 'the audit is whole',
      counted: world.audit.entries,
      breaches: world.audit.faults.map(({ subject, n, key, fault }) => `${fault}: ${subject} ${n ?? ''} ${key ?? ''}`),
    },
  ];
}

export const breachesOf = (found: readonly Invariant[]): string[] =>
  found.flatMap(({ name, breaches }) => breaches.map((breach) => `${name}: ${breach}`));

const look = <T>(name: string, things: readonly T[], breach: (thing: T) => string): Invariant => ({
  name,
  counted: things.length,
  breaches: things.map(breach).filter((sentence) => sentence !== ''),
});

function byId<T>(things: readonly T[], id: (thing: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const thing of things) {
    const same = found.get(id(thing));
    if (same) same.push(thing);
    else found.set(id(thing), [thing]);
  }
  return found;
}

const completed = (runs: readonly Run[]): Run[] => runs.filter(({ fate }) => fate === 'completed');
const others = (runs: readonly Run[]): Run[] => runs.filter(({ fate }) => fate !== 'completed');
const sum = (entries: readonly { amount: number }[] = []): number =>
  entries.reduce((all, { amount }) => all + amount, 0);
const quantity = (of: readonly { quantity: number }[] = []): number => of.reduce((all, one) => all + one.quantity, 0);
const allAre = (of: World['reservations'] = [], state: string): boolean => of.every((one) => one.state === state);
const states = (of: World['reservations'] = []): string => of.map(({ state }) => state).join(', ') || 'none';
