import type { NamedTest } from '../defect.ts';

// The suites whose tests catch defects: each gives a test of its file by the rest of its title.
const of =
  (file: string, suite: string) =>
  (title: string): NamedTest => [`test/${file}.test.ts`, `${suite} ${title}`];

const effects = (store: string) => of('kit/effects/conformance', `effects: ${store}`);
export const pg = effects('postgres');
export const keyed = effects('keyed');
export const remote = of('kit/effects/remote', 'a remote effect');
export const database = of('kit/effects/database', 'an effect in Postgres');
export const object = of('kit/effects/s3', 'an object written once');
export const audit = of('kit/effects/audit', 'the audit');
export const seal = of('kit/effects/seal/seal', 'a seal of the audit');
export const sealKeys = of('kit/effects/seal/keys', 'the keys of seals');
export const sealing = of('cli/seals', 'the seals of the audit on the command line');
export const fingerprint = of('kit/effects/fingerprint', 'a fingerprint');
export const violation = of('kit/effects/fingerprint', 'a violation of a contract');
export const key = of('model/store', 'the life of a key is that of the model:');
export const starting = of('kit/intake/start', 'starting');
export const quarantine = of('kit/intake/start', 'quarantine');
export const redriving = of('kit/intake/redrive', 'redriving');
export const redriven = of('kit/workflow/retelling', 'a redriven run, cached,');
export const harness = of('kit/testing/once/prove', 'the idempotence harness');
export const everyActivity = of('idempotence/idempotence', 'every activity');
export const codec = of('kit/worker/codec', 'the payload codec');
export const saga = of('kit/workflow/saga', 'saga, cached');
export const careless = of('kit/workflow/careless', 'a saga is not harmed, cached,');
export const decisions = of('kit/workflow/decisions', 'decisions on Postgres, cached');
export const late = of('workflows/orders/late', 'an order that comes late to something');
export const transfers = of('workflows/ledger/transfer-funds', 'transfer-funds');
export const ledger = of('sql/ledger', 'the ledger itself');
export const byRail = of('workflows/ledger/payments', 'a transfer to another bank');
export const reservation = of('workflows/ledger/reserve-funds', 'reserve-funds');
export const comesBack = of('activities/ledger/returns', 'a return');
export const names = of('domain/screening/names', 'screening of names');
export const patients = of('workflows/patients/integrate-patient', 'integrate-patient');
export const histories = of('replay', 'recorded histories');
export const archive = of('kit/histories/archive', 'an archive of histories');
export const gaps = of('kit/histories/archive', 'the gaps of an archive');
export const upgraded = of('upgrade', 'a worker upgraded under open runs');
export const sandbox = of('sandbox', 'the sandbox boundary');
export const failure = of('kit/effects/failure', 'a failure');
export const runs = of('kit/effects/run', 'a run in the store');
export const manifest = of('kit/worker/manifest', 'a pipeline');
export const payments = of('activities/payments/stripe', 'payments');
export const refunds = of('activities/payments/refunds', 'refundPayment');
export const parcel = of('activities/shipping/carrier', 'a parcel');
export const stock = of('activities/inventory/inventory', 'stock');
export const money = of('activities/ledger/transfers', 'money of an account');
export const atRest = of('services', 'the payloads of a sealed pipeline');
export const identifiers = of('domain/fhir/patient', 'a patient to integrate');
export const order = of('contracts/orders', 'an order');
export const dataset = of('kit/effects/dataset/publish', 'a dataset');
export const person = of('kit/effects/dataset/person', 'a person');
export const orphans = of('kit/effects/dataset/collect', 'collecting orphans');
export const versionsModel: NamedTest = [
  'test/model/dataset.test.ts',
  'the versions of a dataset are what the laws say: dataset (1500 stories, seed 20261123)',
];
export const retail = of('intake/retail', 'a retail import');
export const statements = of('activities/reconciliation/imports', 'bank statements');
export const resultOrder = of('activities/reconciliation/publish-order', 'a result of a month');
export const aboutBreaks = of('activities/reconciliation/decisions', 'a decision about a reconciliation');
export const scheduled = of('cli/schedules', 'schedules, on the real server');
export const drawnUp = of('activities/ledger/trial-balance', 'a trial balance on schedule');
