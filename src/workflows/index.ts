export { fulfilOrder } from './orders/fulfil-order.ts';
export { transferFunds } from './ledger/transfer-funds.ts';
export { reserveFunds } from './ledger/reserve-funds.ts';
export { returnTransfer } from './ledger/return-transfer.ts';
export { importStatements } from './reconciliation/import-statements.ts';
export { decideReconciliation } from './reconciliation/decide-reconciliation.ts';
export { integratePatient } from './patients/integrate-patient.ts';
