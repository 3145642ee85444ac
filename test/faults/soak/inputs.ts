import { orderEnds, patientEnds, transferEnds, type End } from '../../../src/dev/demo/ends.ts';
import type { Inputs } from '../../../src/dev/demo/inputs.ts';
import { madeOrders, stockFor } from '../../../src/dev/demo/inputs-orders.ts';
import { madePatients } from '../../../src/dev/demo/inputs-patients.ts';
import { allMoney, madeTransfers } from '../../../src/dev/demo/inputs-transfers.ts';
import { shuffled } from '../../../src/dev/demo/shuffle.ts';
import { seededRandom, wholeBelow, type Random } from '../../../src/domain/random.ts';
import { goodsMinor, type RetailOrder } from '../../../src/domain/retail/order.ts';

/** One run that a soak starts, and how it ends when nobody meddles. */
export interface SoakRun {
  readonly kind: 'orders' | 'transfers' | 'patients';
  /** The place in that list of the inputs. */
  readonly at: number;
  readonly end: Pick<End, 'fate' | 'reason'>;
  /** What it wants and not everybody gets: it may also end `OutOfStock`. */
  readonly scarce: readonly string[];
}

export interface SoakInputs extends Inputs {
  /** In the order of their first delivery. */
  readonly runs: readonly SoakRun[];
}

const PLENTY = 40;
const SCARCE = 10;
const SCARCE_SHARE = 0.08;
/** Of what is asked for; so some SKUs run out early and some late. */
const SCARCE_STOCK = [0.3, 0.9] as const;
const FREE_SHARE = 0.005;
/** Beside the orders: a share of their number, so that all pipelines live. */
const OTHERS_SHARE = 0.02;

const isScarce = ({ sku }: { sku: string }): boolean => sku.startsWith('RARE-');

/** A source of its own for every part, so that a change to one leaves the others as they were. */
export const sourceOf = (seed: number, part: number): Random => seededRandom(partOf(seed, part));
const partOf = (seed: number, part: number): number => (Math.imul(seed, 1_000_003) + part) | 0;

/** All that goes in, from the seed alone. Of the orders the demo's shares are spoilt, a few are free, some want what is scarce. */
export function soakInputs(seed: number, orders: number): SoakInputs {
  const made = madeOrders(partOf(seed, 1), smallOrders(sourceOf(seed, 2), seed, orders));
  const others = Math.max(3, Math.round(OTHERS_SHARE * orders));
  const random = sourceOf(seed, 3);
  const stock = stockFor(made);
  for (const [sku, wanted] of unitsOf(made.flatMap(({ lines }) => lines.filter(isScarce)))) {
    const [least, most] = SCARCE_STOCK;
    stock.set(sku, Math.max(1, Math.floor(wanted * (least + (most - least) * random()))));
  }
  const inputs: Inputs = {
    orders: made,
    stock,
    ...byRail(madeTransfers(partOf(seed, 4), others)),
    answers: new Map(), // there is nobody who would answer
    patients: madePatients(partOf(seed, 5), others),
  };
  return { ...inputs, runs: shuffled(runsOf(inputs), sourceOf(seed, 6)) };
}

/** What the rail makes of a payment, by the account; null: across, as it was made. */
const ACCOUNTS = ['PAID', null, 'LATE', null, 'REJECT', null] as const;

/** Half of the transfers that could be done leave by the rail: the same runs in the same places. */
function byRail({ accounts, transfers }: ReturnType<typeof madeTransfers>): Pick<Inputs, 'accounts' | 'transfers'> {
  let n = 0;
  return {
    accounts,
    transfers: transfers.map((transfer) => {
      const { creditor, ...rest } = transfer;
      if (!accounts.has(creditor) || Number(rest.amountMinor) > allMoney(accounts)) return transfer;
      const account = ACCOUNTS[n++ % ACCOUNTS.length] ?? null;
      return account === null ? transfer : { ...rest, beneficiary: { name: 'Payee Sample-Neverland', account } };
    }),
  };
}

function runsOf(inputs: Inputs): SoakRun[] {
  const ends = { orders: orderEnds(inputs), transfers: transferEnds(inputs), patients: patientEnds(inputs) };
  const scarceOf = (kind: SoakRun['kind'], at: number): string[] =>
    kind === 'orders' ? inputs.orders[at]!.lines.filter(isScarce).map(({ sku }) => sku) : [];
  return (['orders', 'transfers', 'patients'] as const).flatMap((kind) =>
    ends[kind].map(({ fate, reason }, at) => ({ kind, at, end: { fate, reason }, scarce: scarceOf(kind, at) })),
  );
}

function smallOrders(random: Random, seed: number, count: number): RetailOrder[] {
  return Array.from({ length: count }, (_, n) => {
    const lines = Array.from({ length: 1 + wholeBelow(random, 3) }, () => ({
      sku: `SKU-${1 + wholeBelow(random, PLENTY)}`,
      quantity: 1 + wholeBelow(random, 5),
      unitPriceMinor: 100 + wholeBelow(random, 4_000),
    }));
    if (random() < SCARCE_SHARE) lines[0]!.sku = `RARE-${1 + wholeBelow(random, SCARCE)}`;
    const order: RetailOrder = {
      orderId: `ord_${seed}_${n + 1}`,
      currency: 'GBP',
      lines,
      charges: [],
      shipTo: { country: 'United Kingdom' },
      payment: { method: 'pm_card_visa' },
    };
    if (random() < FREE_SHARE) order.charges.push({ code: 'VOUCHER', amountMinor: -goodsMinor(order) });
    return order;
  });
}

/** Units by SKU. */
export function unitsOf(lines: RetailOrder['lines']): Map<string, number> {
  const units = new Map<string, number>();
  for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return units;
}
