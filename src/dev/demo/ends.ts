import type { Transfer } from '../../contracts/ledger.ts';
import type { Order } from '../../contracts/orders.ts';
import type { FhirPatient } from '../../contracts/patients.ts';
import type { RunFate } from '../../kit/contract/updates.ts';
import { type RetailOrder, totalMinor, unitsOf } from '../../domain/retail/order.ts';
import type { Inputs } from './inputs.ts';
import { DECLINING_CARD, NO_ROUTE } from './inputs-orders.ts';
import { allMoney } from './inputs-transfers.ts';

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

/** How a transfer ends that leaves by the rail, or does not. */
export interface TransferEnd extends End {
  readonly transfer: Transfer;
  readonly minor: number;
  /** Null: it does not leave by the rail. */
  readonly payment: 'settled' | 'rejected' | null;
}

export const transferEnds = (inputs: Inputs): TransferEnd[] =>
  inputs.transfers.map((transfer) => ({
    transfer,
    minor: Number(transfer.amountMinor),
    payment: null,
    ...(transfer.beneficiary ? paymentEnd(transfer, inputs) : acrossEnd(transfer, inputs)),
  }));

function acrossEnd({ debtor, creditor = '', amountMinor }: Transfer, { accounts }: Inputs): End {
  if (!accounts.has(debtor) || !accounts.has(creditor)) return end('refused', 'UnknownAccount', 2); // validate, fate
  if (Number(amountMinor) > allMoney(accounts)) return end('refused', 'Overdrawn', 2);
  return end('completed', null, 5); // validate, hold, post, advice, fate
}

function paymentEnd(
  { transferId, beneficiary }: Transfer,
  { answers }: Inputs,
): End & { payment?: TransferEnd['payment'] } {
  const choice = answers.get(transferId)?.choice;
  if (choice === 'block') return end('refused', 'Blocked', 4); // validate, screen, answer, fate
  if (choice === 'reject') return end('refused', 'NotApproved', 4);
  // validate, screen, hold, submit, void, fate
  if (beneficiary!.account === 'REJECT') return end('compensated', 'PaymentRejected', 6);
  // validate, screen, answer, hold, submit, post, settle or reject, advice, fate
  const effects = choice === undefined ? 8 : 9;
  return { ...end('completed', null, effects), payment: beneficiary!.account === 'LATE' ? 'rejected' : 'settled' };
}

/** The bank's statement, and what was decided about it. */
export const reconciliationEnds = (): End[] => [
  end('completed', null, 4), // load, reconcile, publish, fate
  end('completed', null, 7), // validate, answer, book, record, reconcile, publish, fate
];

export const patientEnds = ({ patients }: Inputs): (End & { patient: FhirPatient })[] =>
  patients.map((patient) => ({
    patient,
    ...(patient.birthDate === undefined
      ? end('refused', 'BirthDateMissing', 1) // fate
      : end('completed', null, 4)), // claim, write, announce, fate
  }));
