export { fulfilOrder } from './orders/fulfil-order.ts';
export { transferFunds } from './ledger/transfer-funds.ts';
export { reserveFunds } from './ledger/reserve-funds.ts';
export { returnTransfer } from './ledger/return-transfer.ts';
export { checkBooks } from './ledger/check-books.ts';
export { importStatements } from './reconciliation/import-statements.ts';
export { collectOrphans } from './reconciliation/collect-orphans.ts';
export { integratePatient } from './patients/integrate-patient.ts';
