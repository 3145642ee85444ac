import { contractsOf, type Manifest } from '../../../src/kit/worker/manifest.ts';
import { REACHED_BY } from './index.ts';
import type { Course, End } from './course.ts';
import { noRoute } from './orders.ts';
import { rejectedLate } from './payments.ts';

/** A request that an activity sends to another side. */
export interface Request {
  readonly side: 'payments' | 'carrier' | 'rail' | 'objects';
  /** As faults are asked for: `POST /v1/refunds`. */
  readonly on: string;
  /** Where an activity sends several. */
  readonly what?: string;
  /** Where not every call of the activity sends it. */
  readonly course?: Course;
  /** Ends that are right too. */
  readonly or?: readonly End[];
}

/** Whoever comes after a fence that was made, and not known to be, learns what it left and not why. */
export const VOIDED: End = { fate: 'compensated', reason: 'ShipmentVoided' };

const intent = (action: string): Request[] => [{ side: 'payments', on: `POST /v1/payment_intents/:id/${action}` }];

/** What each remote activity sends, and who only looks at another side: what becomes of it on the way is broken. */
const SENDS: Readonly<Record<string, Readonly<Record<string, readonly Request[]>>>> = {
  orders: {
    openPayment: [{ side: 'payments', on: 'POST /v1/payment_intents' }],
    authorisePayment: intent('confirm'),
    capturePayment: intent('capture'),
    cancelPayment: intent('cancel'),
    refundPayment: [{ side: 'payments', on: 'POST /v1/refunds' }],
    bookShipment: [
      { side: 'carrier', on: 'POST /shipments', what: 'draft' },
      { side: 'carrier', on: 'POST /shipments/:id/book', what: 'book' },
      { side: 'carrier', on: 'POST /shipments/:id/void', what: 'void', course: noRoute, or: [VOIDED] },
    ],
    storeReceipt: [{ side: 'objects', on: 'PUT /:bucket/receipts/:file' }],
  },
  ledger: {
    submitPayment: [
      { side: 'rail', on: 'POST /credit-transfers' },
      { side: 'rail', on: 'POST /credit-transfers', what: 'rejected-late', course: rejectedLate },
    ],
    readPayment: [{ side: 'rail', on: 'GET /credit-transfers/:id' }],
    storeAdvice: [{ side: 'objects', on: 'PUT /:bucket/advices/:file' }],
    storeReturnAdvice: [{ side: 'objects', on: 'PUT /:bucket/advices/returns/:file' }],
  },
  reconciliation: {
    publishResult: [
      { side: 'objects', on: 'PUT /:bucket/reconciliation/:account/:period/content/:key/:file', what: 'content' },
      { side: 'objects', on: 'PUT /:bucket/reconciliation/:account/:period/versions/:file', what: 'version' },
    ],
    collectPage: [
      { side: 'objects', on: 'PUT /:bucket/orphans/:id/versions/:file', what: 'fence' },
      { side: 'objects', on: 'DELETE /:bucket/orphans/:id/content/:key/:file', what: 'delete' },
    ],
  },
};

/** What the tables are made for, and have to know all of. */
export type Known = Pick<Manifest<never>, 'starts' | 'modules'>;

/** Every request of these pipelines, and a course in which it is sent. */
export const requestsOf = (
  pipelines: readonly Known[],
): (Request & { id: string; activity: string; course: Course })[] =>
  pipelines.flatMap(({ starts, modules }) => {
    const { name } = starts[0]!;
    return contractsOf({ modules }).flatMap((contract) =>
      (SENDS[name]?.[contract.name] ?? []).flatMap((request) => {
        const course = request.course ?? REACHED_BY[name]?.[contract.name];
        const id = [name, contract.name, ...(request.what === undefined ? [] : [request.what])].join('/');
        return course === undefined ? [] : [{ ...request, id, activity: contract.name, course }];
      }),
    );
  });

/** Remote activities of which nobody said what they send, and the reverse. */
export const withoutRequests = (pipelines: readonly Known[]): string[] =>
  pipelines.flatMap(({ starts, modules }) => {
    const { name } = starts[0]!;
    const contracts = contractsOf({ modules });
    const remote = contracts.filter((contract) => contract.remote !== undefined).map((contract) => contract.name);
    const may = [...remote, ...contracts.filter(({ reads }) => reads).map((contract) => contract.name)];
    const told = Object.keys(SENDS[name] ?? {});
    return [
      ...remote
        .filter((each) => !told.includes(each))
        .map((each) => `nobody said what ${each} of ${name} sends (SENDS)`),
      ...told.filter((each) => !may.includes(each)).map((each) => `${name} has no remote activity ${each} (SENDS)`),
    ];
  });
