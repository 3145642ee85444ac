import type { Pipeline } from '../../../src/kit/contract/pipeline.ts';
import type { RunFate } from '../../../src/kit/contract/updates.ts';
import type { Course } from './course.ts';
import * as decisions from './decisions.ts';
import * as ledger from './ledger.ts';
import * as orders from './orders.ts';
import * as payments from './payments.ts';
import * as patients from './patients.ts';
import * as reconciliation from './reconciliation.ts';
import * as sales from './sales.ts';
import * as scheduled from './scheduled.ts';

/** Every course that a run of a pipeline may take. Each pipeline has one at least for each fate of each workflow. */
export const COURSES: readonly Course[] = [
  orders.fulfilled,
  orders.worthless,
  orders.outOfStock,
  orders.noSuchCard,
  orders.declined,
  orders.noRoute,
  orders.cancelled,
  ledger.transferred,
  ledger.overdrawn,
  ledger.cancelled,
  ledger.noRoom,
  ledger.redriven,
  ledger.postedInPart,
  ledger.notReserved,
  ledger.expired,
  payments.paid,
  payments.approved,
  payments.cleared,
  payments.rejectedAtOnce,
  payments.rejectedLate,
  payments.returned,
  payments.neverSent,
  patients.integrated,
  patients.nameless,
  patients.taken,
  patients.older,
  patients.cancelled,
  reconciliation.takenIn,
  reconciliation.notAddingUp,
  decisions.explained,
  decisions.writtenOff,
  decisions.withdrawn,
  decisions.unknownItem,
  decisions.aboveLimit,
  decisions.accountClosed,
  decisions.cancelledWhenBooked,
  scheduled.checked,
  scheduled.checkCancelled,
  scheduled.collected,
  scheduled.collectionCancelled,
];

export const courseTo = (pipeline: Pipeline, fate: RunFate): Course | undefined =>
  COURSES.find((course) => course.pipeline === pipeline && course.fate === fate);

/** By which course each activity of each pipeline is called. */
export const REACHED_BY: Readonly<Record<string, Readonly<Record<string, Course>>>> = {
  orders: {
    acceptOrder: orders.fulfilled,
    reserveStock: orders.fulfilled,
    openPayment: orders.fulfilled,
    authorisePayment: orders.fulfilled,
    bookShipment: orders.fulfilled,
    capturePayment: orders.fulfilled,
    shipStock: orders.fulfilled,
    storeReceipt: orders.fulfilled,
    cancelPayment: orders.declined,
    releaseStock: orders.declined,
    refundPayment: sales.returned, // an order captures after its pivot, so that nothing it does is refunded
  },
  ledger: {
    validateTransfer: payments.approved,
    remindOf: sales.unanswered, // the product's stories have a day's patience
    screenTransfer: payments.cleared,
    holdFunds: ledger.transferred,
    postTransfer: ledger.transferred,
    submitPayment: payments.paid,
    readPayment: payments.paid,
    settleTransfer: payments.paid,
    rejectTransfer: payments.rejectedLate,
    storeAdvice: ledger.transferred,
    postReturn: payments.returned,
    storeReturnAdvice: payments.returned,
    checkTrialBalance: scheduled.checked,
    voidHold: ledger.cancelled,
    reverseTransfer: ledger.cancelled,
  },
  patients: {
    claimIdentifiers: patients.integrated,
    writeRecord: patients.integrated,
    announceRecord: patients.integrated,
    releaseIdentifiers: patients.older,
    withdrawRecord: patients.cancelled,
  },
  reconciliation: {
    loadStatements: reconciliation.takenIn,
    quarantineFile: reconciliation.notAddingUp,
    reconcileAccount: reconciliation.takenIn,
    publishResult: reconciliation.takenIn,
    validateWriteOff: decisions.writtenOff,
    bookWriteOff: decisions.writtenOff,
    recordDecision: decisions.explained,
    takeBackWriteOff: decisions.withdrawn,
    reverseWriteOff: decisions.cancelledWhenBooked,
    collectPage: scheduled.collected,
  },
};

/** By which course each activity that can be refused is refused; or why no run can bring it to that. */
export const REFUSED_BY: Readonly<Record<string, Readonly<Record<string, Course | string>>>> = {
  orders: {
    acceptOrder: orders.worthless,
    reserveStock: orders.outOfStock,
    openPayment: orders.noSuchCard,
    authorisePayment: orders.declined,
    bookShipment: orders.noRoute,
    capturePayment: 'an authorisation lapses after seven days; past the pivot the run then waits for a person',
    cancelPayment: sales.returned,
  },
  ledger: {
    validateTransfer: ledger.overdrawn,
    holdFunds: ledger.notReserved,
    postTransfer: ledger.noRoom,
    submitPayment: payments.rejectedAtOnce,
    postReturn: payments.neverSent,
    reverseTransfer: 'the creditor has spent it; the run then waits for a person',
  },
  patients: { claimIdentifiers: patients.taken, writeRecord: patients.older },
  reconciliation: {
    loadStatements: reconciliation.notAddingUp,
    publishResult: 'it expects no number: whoever comes later publishes on top',
    validateWriteOff: decisions.aboveLimit,
    bookWriteOff: decisions.accountClosed,
    recordDecision: decisions.unknownItem,
    takeBackWriteOff: 'somebody has spent what was written off; past the pivot the run then waits for a person',
    reverseWriteOff: 'somebody has spent what was written off; the run then waits for a person',
  },
};

/**
 * In which course each activity that has an undo, or that another's undo takes back, is cancelled while it is under way.
 * `first`: nothing before it has to be undone, so that the run is refused where it did not happen.
 */
export const CANCELLED_IN: Readonly<Record<string, Readonly<Record<string, { course: Course; first: boolean }>>>> = {
  orders: {
    reserveStock: { course: orders.fulfilled, first: true },
    openPayment: { course: orders.fulfilled, first: false },
    authorisePayment: { course: orders.fulfilled, first: false },
    capturePayment: { course: sales.cancelled, first: false },
  },
  ledger: {
    holdFunds: { course: ledger.transferred, first: true },
    postTransfer: { course: ledger.transferred, first: false },
  },
  patients: {
    claimIdentifiers: { course: patients.integrated, first: true },
    writeRecord: { course: patients.integrated, first: false },
  },
  reconciliation: { bookWriteOff: { course: decisions.writtenOff, first: true } },
};

/** By which course each of the kit's own activities is called; `recordFate` is by every fate of every workflow. */
export const KIT_REACHED_BY: Readonly<Record<string, readonly Course[]>> = {
  recordCancel: [orders.cancelled, ledger.cancelled, patients.cancelled, decisions.cancelledWhenBooked],
  recordResolve: [sales.returned],
  recordAnswer: [sales.returned, ledger.postedInPart, decisions.writtenOff],
  openQuestion: [sales.returned, payments.approved, decisions.writtenOff],
  recordStart: [scheduled.checked],
  openRun: [ledger.redriven, scheduled.collected],
};
