import type { S3Client } from '@aws-sdk/client-s3';
import { datasetOf } from '../../src/activities/reconciliation/published.ts';
import { listVersions } from '../../src/dev/demo/objects.ts';
import type { CarrierLedger, PaymentsLedger, RailLedger, SimulatorControl } from '../../src/dev/simulators/control.ts';
import type { RunFate } from '../../src/kit/contract/updates.ts';
import { verifyAudit, type AuditFault } from '../../src/kit/effects/audit.ts';
import type { Tx } from '../../src/kit/effects/database.ts';
import { keyedFingerprint, sha256 } from '../../src/kit/effects/fingerprint.ts';
import { patientKey, type Services } from '../../src/services.ts';

/** Everything that has something of ours; the demo's stage is one. */
export interface Sides {
  readonly services: Services;
  readonly s3: S3Client;
  readonly payments: SimulatorControl<PaymentsLedger>;
  readonly carrier: SimulatorControl<CarrierLedger>;
  readonly rail: SimulatorControl<RailLedger>;
}

/** A row of the inbox. Open until it has a fate. */
export interface Run {
  readonly workflowId: string;
  readonly pipeline: string;
  /** The business id. */
  readonly id: string;
  readonly fate: RunFate | null;
  readonly reason: string | null;
}
export interface Reservation {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly state: 'reserved' | 'released' | 'shipped';
}
export interface Stock {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
}
export interface Transferred {
  readonly transferId: string;
  readonly hold: 'held' | 'posted' | 'voided';
  readonly booked: number;
  readonly reversed: number;
  readonly bookedMinor: string;
  /** Of one that left by the rail: what its settlement booked, and how often that was reversed. */
  readonly settled: number;
  readonly unsettled: number;
  readonly settledMinor: string;
  /** Questions that somebody else than its maker had to answer first, and those that were, so that it may go on. */
  readonly needed: readonly string[];
  readonly answered: readonly string[];
}
/** Of the rail of a currency. */
export interface Clearing {
  readonly currency: string;
  readonly waitsMinor: string;
  readonly settledMinor: string;
}
export interface Version {
  readonly patientRef: string;
  readonly versionRef: string;
  readonly announced: number;
}
/** What came of a file of statements. */
export interface StatementFileTaken {
  readonly fileRef: string;
  readonly entries: number;
  readonly results: number;
  readonly quarantined: number;
}
/** What came of a decision about a reconciliation. */
export interface DecisionMade {
  readonly decisionId: string;
  readonly kind: string;
  readonly recorded: number;
  /** What was booked for it, and how often that was reversed. */
  readonly booked: number;
  readonly reversed: number;
  readonly withdrawn: boolean;
  /** Whether it needed a second person, and has none. */
  readonly unapproved: boolean;
}
/** How many results there are of a month, which are published as versions of this dataset. */
export interface ResultsOf {
  readonly dataset: string;
  readonly results: number;
}
/** A trial balance that was drawn up on schedule. */
export interface Drawn {
  /** The business id. */
  readonly id: string;
  readonly wrong: number;
}
export interface Effect {
  readonly key: string;
  readonly workflowId: string;
  readonly state: string;
}

/** All the far sides at rest, each read where it is true. */
export interface World {
  readonly runs: readonly Run[];
  readonly running: number;
  readonly orders: readonly { readonly orderId: string; readonly totalMinor: number }[];
  readonly reservations: readonly Reservation[];
  readonly stock: readonly Stock[];
  readonly payments: PaymentsLedger;
  readonly carrier: CarrierLedger;
  readonly rail: RailLedger;
  /** Versions by path, markers of deletion included. */
  readonly objects: ReadonlyMap<string, number>;
  readonly transfers: readonly Transferred[];
  /** Transactions that do not sum to zero, and accounts that are not what their entries and holds add up to. */
  readonly unbalanced: readonly string[];
  readonly currencies: readonly { readonly currency: string; readonly minor: string }[];
  readonly clearing: readonly Clearing[];
  /** Debits and credits by currency. */
  readonly trial: readonly { readonly currency: string; readonly debit: string; readonly credit: string }[];
  readonly versions: readonly Version[];
  readonly files: readonly StatementFileTaken[];
  readonly decisions: readonly DecisionMade[];
  readonly results: readonly ResultsOf[];
  readonly drawn: readonly Drawn[];
  readonly inDoubt: readonly Effect[];
  readonly effects: number;
  readonly transactions: number;
  readonly audit: { readonly entries: number; readonly faults: readonly AuditFault[] };
}

export async function readWorld({ services, s3, payments, carrier, rail }: Sides): Promise<World> {
  const { database, config } = services;
  const { entries, faults } = await verifyAudit(database, [sha256, keyedFingerprint(patientKey(config))]);
  const { workflow } = await services.client();
  return {
    ...(await fromDatabase(database)),
    running: (await workflow.count(`ExecutionStatus = 'Running'`)).count,
    payments: await payments.ledger(),
    carrier: await carrier.ledger(),
    rail: await rail.ledger(),
    objects: await versionsIn(s3, config.EVENKEEL_S3_BUCKET),
    audit: { entries, faults },
  };
}

async function fromDatabase(
  tx: Tx,
): Promise<Omit<World, 'running' | 'payments' | 'carrier' | 'rail' | 'objects' | 'audit'>> {
  const [counts] = await tx.query<{ effects: number; transactions: number }>(
    `select (select count(*)::int from kit.effects) as effects,
            (select count(*)::int from ledger.transactions) as transactions`,
  );
  return {
    ...counts!,
    runs: await tx.query<Run>(
      'select workflow_id as "workflowId", pipeline, business_id as id, fate, reason from kit.inbox',
    ),
    orders: await tx.query<World['orders'][number]>(
      'select order_id as "orderId", (goods_minor + charges_minor)::float8 as "totalMinor" from orders.orders',
    ),
    reservations: await tx.query<Reservation>(
      'select order_id as "orderId", sku, quantity, state from inventory.reservations',
    ),
    stock: await tx.query<Stock>('select sku, on_hand as "onHand", reserved from inventory.stock'),
    transfers: await tx.query<Transferred>(TRANSFERS),
    unbalanced: (
      await tx.query<{ id: string }>(
        `select transaction_id as id from ledger.entries group by transaction_id, currency having sum(amount_minor) <> 0
         union all select account_id from ledger.discrepancies`,
      )
    ).map(({ id }) => id),
    currencies: await tx.query<World['currencies'][number]>(
      'select currency, sum(balance_minor)::text as minor from ledger.accounts group by 1',
    ),
    clearing: await tx.query<Clearing>(
      `select r.currency, a.balance_minor::text as "waitsMinor",
              (select coalesce(-sum(amount_minor), 0)::text from ledger.entries join ledger.transactions using (transaction_id)
               where account_id = r.clearing_account and kind = 'settlement') as "settledMinor"
       from ledger.rails r join ledger.accounts a on a.account_id = r.clearing_account`,
    ),
    trial: await tx.query<World['trial'][number]>(
      `select currency, sum(debit_minor)::text as debit, sum(credit_minor)::text as credit
       from ledger.trial_balance group by 1`,
    ),
    versions: await tx.query<Version>(
      `select patient_ref as "patientRef", version_ref as "versionRef", count(a.version)::int as announced
       from patients.versions v left join patients.announcements a using (patient_ref, version) group by 1, 2`,
    ),
    files: await tx.query<StatementFileTaken>(
      `select i.business_id as "fileRef",
              (select count(*)::int from reconciliation.entries e join reconciliation.statements s using (statement_ref, edition)
               where s.file = i.business_id and e.dropped_by is null) as entries,
              (select count(*)::int from reconciliation.results r where r.account in (
                select account from reconciliation.statements where file = i.business_id)) as results,
              (select count(*)::int from kit.quarantine where source = i.workflow_id) as quarantined
       from kit.inbox i where i.workflow = 'importStatements'`,
    ),
    decisions: await tx.query<DecisionMade>(
      `select i.business_id as "decisionId", i.payload ->> 'kind' as kind,
              (select count(*)::int from reconciliation.decisions where decision_id = i.business_id) as recorded,
              (select count(*)::int from ledger.transactions where transaction_id = 'write-offs/' || i.business_id) as booked,
              (select count(*)::int from ledger.transactions where reverses = 'write-offs/' || i.business_id) as reversed,
              exists (select from reconciliation.decisions where withdraws = i.business_id) as withdrawn,
              exists (select from reconciliation.decisions d join reconciliation.write_offs w using (account)
                where d.decision_id = i.business_id and d.kind = 'write-off' and d.approver is null
                  and abs((i.payload ->> 'differenceMinor')::bigint) > w.approval_minor) as unapproved
       from kit.inbox i where i.workflow = 'decideReconciliation'`,
    ),
    results: (
      await tx.query<{ account: string; period: string; results: number }>(
        'select account, period, count(*)::int as results from reconciliation.results group by 1, 2',
      )
    ).map(({ results, ...of }) => ({ dataset: datasetOf(of), results })),
    drawn: await tx.query<Drawn>('select drawn_for as id, cardinality(wrong) as wrong from ledger.kept_trial_balances'),
    inDoubt: await tx.query<Effect>(
      // A payment that was cancelled can no longer be authorised: how an authorisation in doubt ended, nobody asks any more.
      `select key, workflow_id as "workflowId", state from kit.effects e where state = 'intended'
       and not (activity = 'authorisePayment' and exists (select from kit.effects o
         where o.workflow_id = e.workflow_id and o.activity = 'openPayment' and o.state = 'burned'))`,
    ),
  };
}

/** What was to be asked is told by limits, lists and payloads, and not by the runs that should have asked. */
const TRANSFERS = `
  select transfer_id as "transferId", hold, needed, answered,
         (select count(*)::int from ledger.transactions where transaction_id = posting) as booked,
         (select count(*)::int from ledger.transactions where reverses = posting) as reversed,
         (select coalesce(sum(amount_minor), 0)::text from ledger.entries where transaction_id = posting and amount_minor > 0)
           as "bookedMinor",
         (select count(*)::int from ledger.transactions where transaction_id = settlement) as settled,
         (select count(*)::int from ledger.transactions where reverses = settlement) as unsettled,
         (select coalesce(sum(amount_minor), 0)::text from ledger.entries where transaction_id = settlement and amount_minor > 0)
           as "settledMinor"
  from (
    select transfer_id, h.state as hold, 'transfers/' || transfer_id as posting, 'transfers/' || transfer_id || '/settlement' as settlement,
           array_remove(array[
             case when h.amount_minor > (select approval_minor from ledger.limits where account_id = h.account_id) then 'approval' end,
             case when exists (select from ledger.screening_entries where name = i.payload #>> '{beneficiary,name}') then 'screening' end
           ], null) as needed,
           array(select question from kit.decisions d where d.workflow_id = i.workflow_id and choice in ('approve', 'clear')
                 and actor is distinct from i.payload ->> 'maker') as answered
    from ledger.holds h left join kit.inbox i on i.workflow_id = 'ledger/' || transfer_id
  ) of`;

async function versionsIn(s3: S3Client, bucket: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const { path } of await listVersions(s3, bucket)) found.set(path, (found.get(path) ?? 0) + 1);
  return found;
}
