import { verifyAudit, type AuditFault } from '../../kit/effects/audit.ts';
import { keyedFingerprint, sha256 } from '../../kit/effects/fingerprint.ts';
import { openJson } from '../../kit/worker/codec.ts';
import type { Json } from '../../kit/contract/outcome.ts';
import { keyringOf, patientKey, type Services } from '../../services.ts';
import type { CarrierLedger, FaultReport, PaymentsLedger, RailLedger } from '../simulators/control.ts';
import type { Result } from '../../domain/reconciliation/result.ts';
import { readPublished } from './bank.ts';
import type { Answers } from './deliveries.ts';
import { readObjects, type ObjectVersion } from './objects.ts';
import type { Stage } from './stage.ts';

/** What is there when all is over, read where it is true. Nothing in here was computed from the inputs. */
export interface FarSide {
  readonly runs: { readonly pipeline: string; readonly fate: string; readonly reason: string | null }[];
  readonly executions: { readonly all: number; readonly completed: number };
  readonly answers: Answers;
  /** People's, by question and choice: `approval reject`. */
  readonly decided: ReadonlyMap<string, number>;
  readonly effects: { readonly all: number; readonly inDoubt: number; readonly anew: number };
  readonly auditFaults: readonly AuditFault[];
  readonly workers: readonly number[];
  readonly orders: { readonly n: number; readonly lines: number; readonly goods: number; readonly charges: number };
  readonly stock: ReadonlyMap<string, { onHand: number; reserved: number }>;
  /** Units by state. */
  readonly reservations: ReadonlyMap<string, number>;
  readonly payments: PaymentsLedger;
  readonly carrier: CarrierLedger;
  readonly rail: RailLedger;
  readonly receipts: readonly ObjectVersion[];
  readonly accounts: ReadonlyMap<string, number>;
  readonly ledger: {
    readonly transfers: number;
    readonly reversals: number;
    readonly settlements: number;
    readonly writeOffs: number;
    readonly debits: number;
    readonly credits: number;
    readonly sum: number;
    readonly discrepancies: number;
    readonly held: number;
  };
  readonly advices: readonly ObjectVersion[];
  /** Every version that is published of the account at the bank, the first first. */
  readonly published: readonly Result[];
  /** What the bank says that is on it. */
  readonly bankMinor: number;
  readonly records: readonly { readonly patient: string; readonly resource: Json }[];
  readonly identifiers: number;
  readonly announcements: number;
  readonly faults: readonly FaultReport[];
}

export async function readFarSide(
  { services, s3, payments, carrier, rail, workers }: Stage,
  answers: Answers,
): Promise<FarSide> {
  const { config } = services;
  const bucket = config.EVENKEEL_S3_BUCKET;
  return {
    answers,
    workers,
    ...(await fromTemporal(services)),
    ...(await fromKit(services)),
    ...(await fromDomain(services)),
    ...(await fromPatients(services)),
    payments: await payments.ledger(),
    carrier: await carrier.ledger(),
    rail: await rail.ledger(),
    faults: [...(await payments.faultReport()), ...(await carrier.faultReport()), ...(await rail.faultReport())],
    receipts: await readObjects(s3, bucket, 'receipts/'),
    advices: await readObjects(s3, bucket, 'advices/'),
    published: await readPublished(services),
  };
}

async function fromTemporal(services: Services): Promise<Pick<FarSide, 'executions'>> {
  const { workflow } = await services.client();
  const all = (await workflow.count()).count;
  return { executions: { all, completed: (await workflow.count(`ExecutionStatus = 'Completed'`)).count } };
}

async function fromKit({
  database,
  config,
}: Services): Promise<Pick<FarSide, 'runs' | 'decided' | 'effects' | 'auditFaults'>> {
  const [effects] = await database.query<FarSide['effects']>(
    `select count(*)::int as all, (count(*) filter (where state = 'intended'))::int as "inDoubt",
            (select count(*)::int from kit.generations) as anew from kit.effects`,
  );
  const decided = await database.query<{ what: string; n: number }>(
    `select question || ' ' || choice as what, count(*)::int as n from kit.decisions where kind = 'answer' group by 1`,
  );
  const { faults } = await verifyAudit(database, [sha256, keyedFingerprint(patientKey(config))]);
  return {
    runs: await database.query(`select pipeline, coalesce(fate, state) as fate, reason from kit.inbox`),
    decided: new Map(decided.map(({ what, n }) => [what, n])),
    effects: effects!,
    auditFaults: faults,
  };
}

async function fromDomain({
  database,
}: Services): Promise<Pick<FarSide, 'orders' | 'stock' | 'reservations' | 'accounts' | 'ledger' | 'bankMinor'>> {
  const [orders] = await database.query<FarSide['orders']>(
    `select count(*)::int as n, (select count(*)::int from orders.lines) as lines,
            coalesce(sum(goods_minor), 0)::float8 as goods, coalesce(sum(charges_minor), 0)::float8 as charges from orders.orders`,
  );
  const stock = await database.query<{ sku: string; onHand: number; reserved: number }>(
    'select sku, on_hand as "onHand", reserved from inventory.stock',
  );
  const reservations = await database.query<{ state: string; units: number }>(
    'select state, sum(quantity)::int as units from inventory.reservations group by 1',
  );
  const accounts = await database.query<{ id: string; minor: number }>(
    'select account_id as id, balance_minor::float8 as minor from ledger.accounts',
  );
  const [ledger] = await database.query<FarSide['ledger']>(
    `select (select count(*)::int from ledger.transactions where kind = 'transfer') as transfers,
            (select count(*)::int from ledger.transactions where kind = 'reversal') as reversals,
            (select count(*)::int from ledger.transactions where kind = 'settlement') as settlements,
            (select count(*)::int from ledger.transactions where kind = 'write-off') as "writeOffs",
            (select sum(debit_minor)::float8 from ledger.trial_balance) as debits,
            (select sum(credit_minor)::float8 from ledger.trial_balance) as credits,
            (select sum(amount_minor)::float8 from ledger.entries) as sum,
            (select count(*)::int from ledger.discrepancies) as discrepancies,
            (select count(*)::int from ledger.holds where state = 'held') as held`,
  );
  const [bank] = await database.query<{ minor: number }>(
    'select coalesce(sum(closing_minor - opening_minor), 0)::float8 as minor from reconciliation.statements',
  );
  return {
    bankMinor: bank!.minor,
    orders: orders!,
    stock: new Map(stock.map(({ sku, ...of }) => [sku, of])),
    reservations: new Map(reservations.map(({ state, units }) => [state, units])),
    accounts: new Map(accounts.map(({ id, minor }) => [id, minor])),
    ledger: ledger!,
  };
}

async function fromPatients({
  database,
  config,
}: Services): Promise<Pick<FarSide, 'records' | 'identifiers' | 'announcements'>> {
  const ring = keyringOf(config)!;
  const versions = await database.query<{ patient_ref: string; resource: { sealed: string } | null }>(
    'select patient_ref, resource from patients.versions order by patient_ref, version',
  );
  const [counts] = await database.query<{ identifiers: number; announcements: number }>(
    `select (select count(*)::int from patients.identifiers) as identifiers,
            (select count(*)::int from patients.announcements) as announcements`,
  );
  const records = versions.map(({ patient_ref, resource }) => ({
    patient: patient_ref,
    resource: resource && openJson(ring, resource),
  }));
  return { records, ...counts! };
}
