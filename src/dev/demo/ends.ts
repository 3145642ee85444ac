import type { Order } from '../../contracts/orders.ts';
import type { FhirPatient } from '../../contracts/patients.ts';
import type { RunFate } from '../../kit/contract/updates.ts';
import { type RetailOrder, totalMinor, unitsOf } from '../../domain/retail/order.ts';
import type { Inputs } from './inputs.ts';
import { DECLINING_CARD, NO_ROUTE } from './inputs-orders.ts';
import { allMoney, type BookTransfer } from './inputs-transfers.ts';

/** How a run must end, and how many keys it uses on the way, its fate's included. */
export interface End {
  readonly fate: RunFate;
  readonly reason: string | null;
  readonly effects: number;
}
const end = (fate: RunFate, reason: string | null, effects: number): End => ({ fate, reason, effects });

export interface OrderEnd extends End {
  readonly order: Order;
  readonly totalMinor: number;
  readonly units: number;
}

/** From the input alone: what each order must come to, whatever happens on the way. */
export const orderEnds = ({ orders, stock }: Inputs): OrderEnd[] =>
  orders.map((order) => ({
    order,
    totalMinor: totalMinor(order as RetailOrder),
    units: unitsOf(order as RetailOrder),
    ...orderEnd(order, stock),
  }));

function orderEnd(order: Order, stock: Inputs['stock']): End {
  if (totalMinor(order as RetailOrder) <= 0) return end('refused', 'TotalNotPositive', 2); // accept, fate
  const onHand = order.lines.map(({ sku }) => stock.get(sku));
  if (onHand.includes(undefined)) return end('refused', 'UnknownSku', 3); // accept, reserve, fate
  if (onHand.includes(0)) return end('refused', 'OutOfStock', 3);
  // accept, reserve, open, authorise; cancel, release, fate
  if (order.payment.method === DECLINING_CARD) return end('compensated', 'CardDeclined', 7);
  if (order.shipTo.country === NO_ROUTE) return end('compensated', 'NoRoute', 8); // the same, and book
  return end('completed', null, 9); // accept, reserve, open, authorise, book, capture, ship, receipt, fate
}

export const transferEnds = ({ accounts, transfers }: Inputs): (End & { transfer: BookTransfer; minor: number })[] =>
  transfers.map((transfer) => ({
    transfer,
    minor: Number(transfer.amountMinor),
    ...(!accounts.has(transfer.debtor) || !accounts.has(transfer.creditor)
      ? end('refused', 'UnknownAccount', 2) // validate, fate
      : Number(transfer.amountMinor) > allMoney(accounts)
        ? end('refused', 'Overdrawn', 2)
        : end('completed', null, 5)), // validate, hold, post, advice, fate
  }));

export const patientEnds = ({ patients }: Inputs): (End & { patient: FhirPatient })[] =>
  patients.map((patient) => ({
    patient,
    ...(patient.birthDate === undefined
      ? end('refused', 'BirthDateMissing', 1) // fate
      : end('completed', null, 4)), // claim, write, announce, fate
  }));
