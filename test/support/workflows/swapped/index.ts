import { patched } from '@temporalio/workflow';
import { announceRecord, claimIdentifiers, writeRecord, type Integration } from '../../../../src/contracts/patients.ts';
import { reserveStock } from '../../../../src/contracts/inventory.ts';
import {
  holdFunds,
  postTransfer,
  storeAdvice,
  validateTransfer,
  type Reservation,
  type Transfer,
} from '../../../../src/contracts/ledger.ts';
import { acceptOrder, type Order } from '../../../../src/contracts/orders.ts';
import { openPayment } from '../../../../src/contracts/payments.ts';
import { postReturn, storeReturnAdvice, type Return } from '../../../../src/contracts/rail.ts';
import {
  loadStatements,
  quarantineFile,
  reconcileAccount,
  type StatementFile,
} from '../../../../src/contracts/reconciliation.ts';
import { recordDecision, validateWriteOff, type Decision } from '../../../../src/contracts/decisions.ts';
import { bookWriteOff } from '../../../../src/contracts/write-offs.ts';
import { cleanse, lacks } from '../../../../src/domain/fhir/patient.ts';
import { collections } from '../../../../src/contracts/orphans.ts';
import { trialBalances } from '../../../../src/contracts/trial-balance.ts';
import type { Ended } from '../../../../src/kit/contract/updates.ts';
import { outcome, saga } from '../../../../src/kit/workflow/saga.ts';
import { scheduled } from '../../../../src/kit/workflow/scheduled.ts';
import { CONTROLLED } from '../../../../src/workflows/ledger/transfer-funds.ts';

/** The beginnings of the product's stories with their first two steps swapped: what no recorded history may replay on. */

export async function fulfilOrder(order: Order): Promise<Ended<object>> {
  const { orderId, currency, lines, payment } = order;
  return saga(async (step) => {
    const wanted = lines.map(({ sku, quantity }) => ({ sku, quantity }));
    await step(reserveStock, { orderId, lines: wanted });
    const { totalMinor } = await step(acceptOrder, order);
    return step(openPayment, { orderId, shipment: 1, amountMinor: totalMinor, currency, method: payment.method });
  });
}

export async function transferFunds(transfer: Transfer): Promise<Ended<object>> {
  return saga(async (step) => {
    if (patched(CONTROLLED)) {
      await step(holdFunds, transfer);
      return step(validateTransfer, transfer);
    }
    const { transactionId } = await step(postTransfer, transfer);
    await step(holdFunds, transfer);
    return step.pivot(storeAdvice, { ...transfer, transactionId });
  });
}

export async function reserveFunds(transfer: Reservation): Promise<Ended<object>> {
  return saga(async (step) => {
    const posted = await step(postTransfer, transfer);
    await step(holdFunds, transfer);
    return posted;
  });
}

export async function returnTransfer(returned: Return): Promise<Ended<object>> {
  return saga(async (step) => {
    const { path } = await step(storeReturnAdvice, { ...returned, transactionId: returned.transferId });
    await step(postReturn, returned);
    return { path };
  });
}

export async function integratePatient({ identifiers, ...version }: Integration): Promise<Ended<object>> {
  const { patientRef, versionRef } = version;
  return saga(async (step) => {
    const resource = cleanse(version.resource);
    const lack = lacks(resource);
    if (lack !== undefined) throw outcome(lack);
    const written = await step(writeRecord, { ...version, resource });
    await step(claimIdentifiers, { patientRef, versionRef, identifiers });
    return step.pivot(announceRecord, { patientRef, versionRef, version: written.version });
  });
}

export async function importStatements(file: StatementFile): Promise<Ended<object>> {
  return saga(async (step) => {
    await step(quarantineFile, file);
    return step.pivot(loadStatements, file);
  });
}

export async function decideReconciliation(decision: Decision): Promise<Ended<object>> {
  const { decisionId, account } = decision;
  return saga(async (step) => {
    if (decision.kind === 'write-off') {
      await step(bookWriteOff, { decisionId, debtor: '', creditor: '', amountMinor: '', currency: '' });
      return step(validateWriteOff, decision);
    }
    await step(reconcileAccount, { decisionId, account });
    return step.pivot(recordDecision, decision);
  });
}
export const checkBooks = (): Promise<Ended<object>> =>
  scheduled(trialBalances, (step) => step.ask('discrepancy', {}, ['acknowledge']));

export const collectOrphans = (): Promise<Ended<object>> =>
  scheduled(collections, (step) => step.ask('orphans', {}, ['collect']));
