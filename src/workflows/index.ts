export { fulfilOrder } from './orders/fulfil-order.ts';
export { transferFunds } from './ledger/transfer-funds.ts';
export { integratePatient } from './patients/integrate-patient.ts';
