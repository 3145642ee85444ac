import type { FhirPatient } from '../../contracts/patients.ts';
import { cleanse } from '../../domain/fhir/patient.ts';
import { canonicalJson } from '../../kit/effects/fingerprint.ts';
import type { patientEnds, transferEnds } from './ends.ts';
import type { Inputs } from './inputs.ts';
import { allMoney, BANK } from './inputs-transfers.ts';
import { differing } from './proof-orders.ts';
import { check, type Check } from './check.ts';

/** Double entry: every account to the penny, and nothing out of nothing. */
export function ledgerChecks({ accounts }: Inputs, ends: ReturnType<typeof transferEnds>): Check[] {
  const good = ends.filter(({ fate }) => fate === 'completed');
  const balances = new Map([...accounts, [BANK, -allMoney(accounts)]]);
  const move = (account: string, minor: number): unknown => balances.set(account, balances.get(account)! + minor);
  for (const { transfer, minor } of good) {
    move(transfer.debtor, -minor);
    move(transfer.creditor, minor);
  }
  const at = 'ledger';
  return [
    check(at, 'transfers booked', good.length, ({ ledger }) => ledger.transfers),
    check(at, 'reversals', 0, ({ ledger }) => ledger.reversals),
    ...[...balances].map(([account, minor]) =>
      check(at, `balance of ${account}, pence`, minor, (far) => far.accounts.get(account) ?? Number.NaN),
    ),
    check(at, 'accounts', balances.size, (far) => far.accounts.size),
    check(at, 'sum of all entries', 0, ({ ledger }) => ledger.sum),
    check(at, 'discrepancies', 0, ({ ledger }) => ledger.discrepancies),
    check(at, 'holds still held', 0, ({ ledger }) => ledger.held),
    check('S3', 'advices', good.length, ({ advices }) => new Set(advices.map(({ path }) => path)).size),
    check('S3', 'versions of advices', good.length, ({ advices }) => advices.length),
  ];
}

/** Records are opened with the stack's key: what is in them, and not only how many there are. */
export function patientChecks(ends: ReturnType<typeof patientEnds>): Check[] {
  const good = ends.filter(({ fate }) => fate === 'completed').map(({ patient }) => patient);
  const identifiers = good.flatMap(({ identifier }) => identifier ?? []);
  const distinct = (of: readonly string[]): number => new Set(of).size;
  const at = 'patients';
  return [
    check(at, 'patients with a record', distinct(good.map(personOf)), (f) =>
      distinct(f.records.map(({ patient }) => patient)),
    ),
    check(at, 'versions of records', good.length, ({ records }) => records.length),
    check(at, 'records that say something else', 0, ({ records }) =>
      differing(tally(good.map(cleanse)), tally(records.map(({ resource }) => resource))),
    ),
    check(at, 'identifiers claimed', distinct(identifiers.map((one) => canonicalJson(one))), (f) => f.identifiers),
    check(at, 'announcements', good.length, ({ announcements }) => announcements),
  ];
}

const personOf = ({ identifier }: FhirPatient): string => canonicalJson(identifier?.[0]);

/** How often each is there. */
function tally(values: readonly unknown[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(canonicalJson(value), (counts.get(canonicalJson(value)) ?? 0) + 1);
  return counts;
}
