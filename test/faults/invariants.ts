import { ENTRIES } from './courses/reconciliation.ts';
import { AT } from './courses/scheduled.ts';
import type { Run, Transferred, World } from './world.ts';

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
  const { runs, orders, reservations, stock, payments, carrier, rail, objects } = world;
  /** Of the workflow whose ids begin so. */
  const ended = (prefix: string): Run[] =>
    runs.filter(({ workflowId, fate }) => workflowId.startsWith(`${prefix}/`) && fate !== null);
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
  const paid = new Map(rail.payments.map((payment) => [payment.instructionId, payment]));
  const cameBack = new Map(rail.returned.map(({ returnId, instructionId }) => [returnId, instructionId]));
  const atRest = rail.payments.filter(({ instructionId }) => !open.has(`ledger/${instructionId}`));
  const versions = new Map(world.versions.map((version) => [`${version.patientRef}.${version.versionRef}`, version]));

  const orphans = [...objects].filter(([path]) => ORPHAN.test(path));
  const collected = new Set(completed(ended('collections')).map(({ id }) => id));

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
    look('an object is written once', [...objects], ([path, n]) =>
      n > 1 && !ORPHAN.test(path) ? `${path} has ${n} versions` : '',
    ),
    look('a transfer is booked and reversed at most once', world.transfers, (of) =>
      of.booked > 1 || of.reversed > of.booked || of.settled > of.booked || of.unsettled > of.settled
        ? `transfer ${of.transferId}: ${told(of)}`
        : '',
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
    look('the trial balance balances', world.trial, ({ currency, debit, credit }) =>
      debit === credit ? '' : `${currency}: ${debit} debited, ${credit} credited`,
    ),
    look('a transfer is what its fate says', [...ended('ledger'), ...ended('reservations')], (run) => {
      const { workflowId, id, fate } = run;
      const transfer = transfers.get(id);
      const advices = objects.get(`advices/${id}.json`) ?? 0;
      const { booked: n = 0, reversed = 0 } = transfer ?? {};
      const wanted = fate === 'completed' && workflowId.startsWith('ledger/') ? 1 : 0;
      // Of one that left by the rail the rail says what became of it.
      const net = fate === 'completed' ? (paid.has(id) ? n === 1 : n - reversed === 1) : n === reversed;
      return net && advices === wanted ? '' : `transfer ${id} is ${fate}: ${told(transfer)}, ${advices} advices`;
    }),
    look('no hold without an open run', world.transfers, ({ transferId, hold }) =>
      hold === 'held' && !open.has(`ledger/${transferId}`) && !open.has(`reservations/${transferId}`)
        ? `transfer ${transferId} is still held`
        : '',
    ),

    // accepted by the rail − rejected = let go by the clearing account + what waits there
    look('a payment is in the books as the rail has it', atRest, ({ instructionId: id, amountMinor, status }) => {
      const transfer = transfers.get(id);
      const { booked: n, reversed, settled, unsettled, bookedMinor } = transfer ?? NOTHING;
      const became =
        status === 'RJCT'
          ? reversed === 1 && settled === 0
          : reversed === unsettled && settled === (status === 'ACSC' ? 1 : 0);
      return n === 1 && became && bookedMinor === amountMinor
        ? ''
        : `transfer ${id}: ${amountMinor} is ${status} at the rail, ${told(transfer)}`;
    }),
    look(
      'what was settled in the books was settled by the rail',
      world.transfers.filter(({ settled }) => settled > 0),
      ({ transferId, settledMinor }) => {
        const { status, amountMinor } = paid.get(transferId) ?? {};
        return status === 'ACSC' && settledMinor === amountMinor
          ? ''
          : `transfer ${transferId}: ${settledMinor} is settled, ${amountMinor ?? 'nothing'} is ${status ?? 'known'} at the rail`;
      },
    ),
    look(
      'what the rail has taken has left the clearing account, or waits there',
      atRest.length < rail.payments.length ? [] : world.clearing,
      ({ currency, waitsMinor, settledMinor }) => {
        const taken = sumMinor(atRest.filter((of) => of.currency === currency && of.status !== 'RJCT'));
        return taken === BigInt(settledMinor) + BigInt(waitsMinor)
          ? ''
          : `${currency}: the rail has taken ${taken}, ${settledMinor} has left, ${waitsMinor} waits`;
      },
    ),
    look('a return is what its fate says', ended('returns'), ({ id, fate }) => {
      const transfer = transfers.get(cameBack.get(id) ?? '');
      const advices = objects.get(`advices/returns/${id}.json`) ?? 0;
      const right =
        fate === 'completed' ? transfer?.unsettled === 1 && transfer.reversed === 1 && advices === 1 : advices === 0;
      return right ? '' : `return ${id} is ${fate}: ${told(transfer)}, ${advices} advices`;
    }),
    look(
      'nothing leaves without the answers that it needs',
      world.transfers.filter(({ needed }) => needed.length > 0),
      ({ transferId, booked: n, needed, answered }) => {
        const lacks = needed.filter((question) => !answered.includes(question));
        return lacks.length > 0 && (n > 0 || paid.has(transferId))
          ? `transfer ${transferId} left without ${lacks.join(' and ')}`
          : '';
      },
    ),
    look('a patient’s version is what its fate says', ended('patients'), ({ id, fate }) =>
      (versions.get(id)?.announced ?? 0) === (fate === 'completed' ? 1 : 0)
        ? ''
        : `version ${id} is ${fate}, announced ${versions.get(id)?.announced ?? 0} times`,
    ),

    look('a file of statements is what its fate says', world.files, ({ fileRef, entries, results, quarantined }) => {
      const { fate } = runs.find(({ workflowId }) => workflowId === `statements/${fileRef}`) ?? {};
      const right =
        fate === 'completed'
          ? entries === ENTRIES && results === 1 && quarantined === 0
          : entries + results === 0 && quarantined <= 1 && (fate === null || quarantined === 1);
      return right
        ? ''
        : `statements/${fileRef} is ${fate}: ${entries} entries, ${results} results, quarantined ${quarantined} times`;
    }),
    look('a result is published once', world.results, ({ dataset, results }) => {
      const published = [...objects.keys()].filter((path) => path.startsWith(`${dataset}/versions/`)).length;
      return published <= results ? '' : `${dataset} has ${published} versions of ${results} results`;
    }),
    look(
      'a decision about a reconciliation is what its fate says',
      world.decisions,
      ({ decisionId, kind, recorded, booked, reversed, withdrawn, unapproved }) => {
        const { fate } = runs.find(({ workflowId }) => workflowId === `decisions/${decisionId}`) ?? {};
        const right =
          fate === 'completed'
            ? recorded === 1 && booked === (kind === 'write-off' ? 1 : 0) && reversed === (withdrawn ? booked : 0)
            : recorded === 0 && booked === reversed;
        return right && !unapproved
          ? ''
          : `decisions/${decisionId} is ${fate}: recorded ${recorded}, booked ${booked}, reversed ${reversed}${unapproved ? ', without a second person' : ''}`;
      },
    ),

    // on schedule
    look('a trial balance on schedule is drawn up once, of books that balance', ended('trial-balances'), (run) => {
      const drawn = world.drawn.filter(({ id }) => id === run.id);
      const right = drawn.length === 1 || (drawn.length === 0 && run.fate !== 'completed');
      return right && drawn.every(({ wrong }) => wrong === 0)
        ? ''
        : `${run.workflowId} is ${run.fate}: ${JSON.stringify(drawn)}`;
    }),
    look('an orphan is deleted', orphans, ([path, n]) =>
      n > 1 || !collected.has(collectionOf(path)) ? '' : `${path} is still there`,
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
/** Content of a publish that was superseded, and the business id of the collection that was started for it. */
const ORPHAN = /^orphans\/[^/]+\/content\/[^/]*orphan\//;
const collectionOf = (path: string): string => `${path.split('/')[1]}-${AT}`;
const NOTHING = { booked: 0, reversed: 0, settled: 0, unsettled: 0, bookedMinor: '0' };
const sumMinor = (of: readonly { amountMinor: string }[]): bigint =>
  of.reduce((all, { amountMinor }) => all + BigInt(amountMinor), 0n);
const told = (transfer: Transferred | undefined): string => JSON.stringify(transfer ?? null);
const quantity = (of: readonly { quantity: number }[] = []): number => of.reduce((all, one) => all + one.quantity, 0);
const allAre = (of: World['reservations'] = [], state: string): boolean => of.every((one) => one.state === state);
const states = (of: World['reservations'] = []): string => of.map(({ state }) => state).join(', ') || 'none';
