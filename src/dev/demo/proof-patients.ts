import type { FhirPatient } from '../../contracts/patients.ts';
import { cleanse } from '../../domain/fhir/patient.ts';
import { canonicalJson } from '../../kit/effects/fingerprint.ts';
import type { patientEnds } from './ends.ts';
import { differing } from './proof-orders.ts';
import { check, type Check } from './check.ts';

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
