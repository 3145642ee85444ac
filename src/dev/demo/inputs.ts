import type { Transfer } from '../../contracts/ledger.ts';
import { Order } from '../../contracts/orders.ts';
import type { FhirPatient } from '../../contracts/patients.ts';
import { issues } from '../../kit/effects/fingerprint.ts';
import { madeDay } from '../../domain/retail/made.ts';
import { type RetailOrder, totalMinor } from '../../domain/retail/order.ts';
import { madeOrders, stockFor } from './inputs-orders.ts';
import { madePatients } from './inputs-patients.ts';
import { madePayments, PAYER, type Given } from './inputs-payments.ts';
import { madeTransfers } from './inputs-transfers.ts';

/** Everything that a demo puts in, and all that its proof is computed from. */
export interface Inputs {
  readonly orders: readonly Order[];
  /** Units on hand at the start, by SKU. What an order wants is there for all, not at all (0), or no SKU (absent). */
  readonly stock: ReadonlyMap<string, number>;
  /** Opening balances in pence, by account; all of it comes from `BANK`. */
  readonly accounts: ReadonlyMap<string, number>;
  /** Between accounts of ours, and by the rail. */
  readonly transfers: readonly Transfer[];
  /** What is answered to those that ask, by transfer. */
  readonly answers: ReadonlyMap<string, Given>;
  /** Versions of patients: some have two. */
  readonly patients: readonly FhirPatient[];
}

export interface Amounts {
  readonly orders: number;
  readonly transfers: number;
  readonly patients: number;
}
const AMOUNTS: Amounts = { orders: 300, transfers: 20, patients: 20 };
export const SEED = 42;

/** Stripe: eight digits. A larger total would wait for a person, and the demo has none. */
const PAYMENT_LIMIT_MINOR = 99_999_999;

/** Seeds of the parts: orders of another number must not change the transfers. */
const part = (seed: number, n: number): number => (Math.imul(seed, 1_000_003) + n) | 0;

export const madeInputs = (seed: number, amounts: Amounts = AMOUNTS): Inputs =>
  inputsOf(seed, amounts, madeOrders(part(seed, 1), madeDay(seed, amounts.orders)));

/** The orders of a retail file, all of which go through, beside the made transfers and patients. */
export const fileInputs = (seed: number, orders: readonly RetailOrder[]): Inputs => inputsOf(seed, AMOUNTS, orders);

function inputsOf(seed: number, { transfers, patients }: Amounts, orders: readonly Order[]): Inputs {
  for (const order of orders) requireStartable(order);
  const across = madeTransfers(part(seed, 2), transfers);
  const { openingMinor, payments, answers } = madePayments(part(seed, 4));
  return {
    orders,
    stock: stockFor(orders),
    accounts: new Map([...across.accounts, [PAYER, openingMinor]]),
    transfers: [...across.transfers, ...payments],
    answers,
    patients: madePatients(part(seed, 3), patients),
  };
}

/** @throws RangeError naming the order and what is wrong with it, never a value */
function requireStartable(order: Order): void {
  const parsed = Order.safeParse(order);
  if (!parsed.success) throw new RangeError(`order ${order.orderId}: ${issues(parsed.error).join(', ')}`);
  if (totalMinor(order as RetailOrder) > PAYMENT_LIMIT_MINOR)
    throw new RangeError(`order ${order.orderId}: owes more than one payment may be (${PAYMENT_LIMIT_MINOR} pence)`);
}
