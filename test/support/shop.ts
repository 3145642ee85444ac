import type { WorkflowHandle } from '@temporalio/client';
import { stripeClient } from '../../src/activities/payments/stripe.ts';
import { orders, type Fulfilled, type Order } from '../../src/contracts/orders.ts';
import { SimulatorControl, type CarrierLedger, type PaymentsLedger } from '../../src/dev/simulators/control.ts';
import type { Ended } from '../../src/kit/contract/updates.ts';
import type { Started } from '../../src/kit/intake/start.ts';
import { s3Of, versionsAt } from './s3.ts';
import { Site } from './site.ts';

/** What the other sides have of one order, counted there and not here. */
export interface FarSide {
  /** States of the payment provider's intents. */
  readonly intents: readonly string[];
  readonly authorised: readonly number[];
  readonly captured: readonly number[];
  readonly refunded: readonly number[];
  /** Parcels by the carrier's state, those at zero left out. */
  readonly parcels: Readonly<Record<string, number>>;
  readonly stock: { readonly onHand: number; readonly reserved: number };
  readonly receipts: number;
}

/** The orders pipeline on the test stack, and its far side. Every order has a SKU of its own, ten on hand. */
export class Shop {
  readonly site: Site;
  readonly payments: SimulatorControl<PaymentsLedger>;
  readonly carrier: SimulatorControl<CarrierLedger>;

  constructor(site: Site) {
    this.site = site;
    this.payments = new SimulatorControl(site.env['PAYMENTS_URL']!);
    this.carrier = new SimulatorControl(site.env['CARRIER_URL']!);
  }

  static async open(name: string): Promise<Shop> {
    return new Shop(await Site.open(name, 'orders'));
  }

  /** Two pieces of ten that there are, 24.99 with the postage. */
  async order(orderId: string, over: Partial<Order> = {}): Promise<Order> {
    const sku = `sku-${orderId}`;
    await this.site.database.query(
      'insert into inventory.stock (sku, on_hand) values ($1, 10) on conflict (sku) do nothing',
      [sku],
    );
    return {
      orderId,
      currency: 'GBP',
      lines: [{ sku, quantity: 2, unitPriceMinor: 1_000 }],
      charges: [{ code: 'POST', amountMinor: 499 }],
      shipTo: { country: 'Norway' },
      payment: { method: 'pm_card_visa' },
      ...over,
    };
  }

  async start(order: Order): Promise<Started> {
    return this.site.start(orders, order);
  }

  handle({ orderId }: Order, runId?: string): Promise<WorkflowHandle> {
    return this.site.handle(orders, orderId, runId);
  }

  async ended(order: Order): Promise<Ended<Fulfilled>> {
    return (await this.handle(order)).result() as Promise<Ended<Fulfilled>>;
  }

  /** What somebody does in the provider's dashboard, unknown to us. */
  async byHand(does: 'capture' | 'cancel', { orderId }: Order): Promise<void> {
    const { intents } = await this.payments.ledger();
    const { id } = intents.find(({ metadata }) => metadata['order_id'] === orderId)!;
    await stripeClient('sk_test_person', new URL(this.site.env['PAYMENTS_URL']!)).paymentIntents[does](id);
  }

  async clearFaults(): Promise<void> {
    for (const simulator of [this.payments, this.carrier]) {
      await simulator.faults([]);
      await simulator.release();
    }
  }

  async farSide({ orderId, lines }: Order): Promise<FarSide> {
    const s3 = s3Of(this.site.env);
    const [payments, carrier, [stock], receipts] = await Promise.all([
      this.payments.ledger(),
      this.carrier.ledger(),
      this.site.database.query<{ onHand: number; reserved: number }>(
        'select on_hand as "onHand", reserved from inventory.stock where sku = $1',
        [lines[0]!.sku],
      ),
      versionsAt(s3, this.site.env['EVENKEEL_S3_BUCKET']!, `receipts/${orderId}.json`),
    ]);
    s3.destroy();
    const mine = payments.intents.filter(({ metadata }) => metadata['order_id'] === orderId);
    const amounts = (entries: PaymentsLedger['captures']): number[] =>
      entries.filter(({ intent }) => mine.some(({ id }) => id === intent)).map(({ amount }) => amount);
    return {
      intents: mine.map(({ status }) => status),
      authorised: amounts(payments.authorisations),
      captured: amounts(payments.captures),
      refunded: amounts(payments.refunds),
      parcels: Object.fromEntries(Object.entries(carrier.byReference[orderId] ?? {}).filter(([, n]) => n > 0)),
      stock: stock!,
      receipts: receipts.length,
    };
  }
}

export const TOTAL = 2_499;
/** The far side of an order that was fulfilled once. */
export const ONCE: FarSide = {
  intents: ['succeeded'],
  authorised: [TOTAL],
  captured: [TOTAL],
  refunded: [],
  parcels: { booked: 1 },
  stock: { onHand: 8, reserved: 0 },
  receipts: 1,
};
/** Of one of which nothing is left. */
export const NOTHING: FarSide = {
  intents: [],
  authorised: [],
  captured: [],
  refunded: [],
  parcels: {},
  stock: { onHand: 10, reserved: 0 },
  receipts: 0,
};
