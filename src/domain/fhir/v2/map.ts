import type { CodeableConcept, FhirResource, Observation, Patient, Reference } from 'fhir/r4.js';
import { first, type Message, type Segment } from '../../hl7/message.ts';
import { resultsOf } from '../../hl7/results.ts';
import { LOINC_MAP, withLoinc, type LocalCode, type LoincMap } from '../loinc.ts';
import { conceptOf } from './concepts.ts';
import { observationOf, type Observed } from './observation.ts';
import { orderNumber, reportOf, serviceRequestOf, specimensOf, type Order } from './order.ts';
import { clearedBy, patientKey, patientOf } from './patient.ts';
import { value, type Sender } from './source.ts';
import { allergyOf, conditionOf, encounterOf } from './visit.ts';

/** A message in FHIR R4. The same message makes the same bytes. */
export interface Mapped {
  readonly patient: Patient | undefined;
  /** Elements of the patient that the message empties, which is more than not to mention them. */
  readonly cleared: readonly string[];
  /** What else it tells, each about the patient. */
  readonly resources: readonly FhirResource[];
  /** Local codes of observations and orders that have none of LOINC, each once. */
  readonly unmapped: readonly LocalCode[];
  /** Version of the map by which the others have one. */
  readonly loincVersion: number;
}

/**
 * Maps a message of HL7 v2 (ADT and ORU) to FHIR R4 by HL7's own tables (v2-to-fhir). Nothing is cleansed: that is another
 * step, which has its own account. Who works for the source is referred to, and made no resource.
 *
 * @throws SourceRefused from `resultsOf`, of an ORU whose results have no identity
 */
export function mapMessage(message: Message, sender: Sender, loinc: LoincMap = LOINC_MAP): Mapped {
  const unmapped = new Map<string, LocalCode>();
  const [pid] = named(message, 'PID');
  const patient = pid && patientOf(pid, message, sender);
  if (pid === undefined || patient === undefined)
    return { patient: undefined, cleared: [], resources: [], unmapped: [], loincVersion: loinc.version };
  const subject: Reference = { reference: `Patient/${patient.id}` };
  const key = patientKey(patient.identifier ?? []);
  const codeOf = (segment: Segment, field: number): CodeableConcept | undefined => {
    const concept = conceptOf(segment.fields[field]?.[0], sender);
    if (concept === undefined) return undefined;
    const [code, system] = [value(segment, field), value(segment, field, 3)];
    const told = withLoinc(concept, { facility: sender.facility, system, code }, loinc);
    if (told.unmapped) unmapped.set(JSON.stringify(told.unmapped), told.unmapped);
    return told.concept;
  };
  /** Nothing where the segment does not say what was observed. */
  const observation = (observed: Observed, ...identity: readonly string[]): Observation[] => {
    const [code, id] = [codeOf(observed.obx, 3), sender.idOf(['Observation', sender.facility, ...identity])];
    return code ? [observationOf(observed, { id, code, subject }, sender)] : [];
  };

  const trigger = first(message.segments[0], 9, 2) || value(named(message, 'EVN')[0], 1);
  const { orders, others } = groupsOf(message);
  const identities = identitiesOf(message);
  const resources: FhirResource[] = [
    ...named(message, 'PV1').map((pv1) => encounterOf(pv1, trigger, subject, key, sender)),
    ...named(message, 'AL1').map((al1) => allergyOf(al1, subject, key, sender)),
    ...named(message, 'DG1').map((dg1) => conditionOf(dg1, subject, key, sender)),
    ...others.flatMap((observed) => observation(observed, ...key, ...observed.key)),
    ...orders.flatMap((order) => {
      const code = codeOf(order.obr, 4);
      const number = orderNumber(order);
      const request = serviceRequestOf(order, { code, subject }, sender);
      const specimens = specimensOf(order, subject, sender);
      const results = order.results.flatMap((observed) =>
        observation(observed, ...(identities.get(observed.obx) ?? [...number, ...observed.key])),
      );
      const report = reportOf(
        order,
        {
          code,
          subject,
          basedOn: [referenceTo(request)],
          specimen: specimens.map(referenceTo),
          result: results.map(referenceTo),
        },
        sender,
      );
      const ofSpecimen = order.ofSpecimen.flatMap((one) => observation(one, 'specimen', ...number, ...one.key));
      return [request, report, ...specimens, ...results, ...ofSpecimen];
    }),
  ];
  return {
    patient,
    cleared: clearedBy(pid),
    resources: distinct(resources),
    unmapped: [...unmapped.values()],
    loincVersion: loinc.version,
  };
}

const named = (message: Message, name: string): Segment[] =>
  message.segments.filter((segment) => segment.name === name);

const referenceTo = ({ resourceType, id }: FhirResource): Reference => ({ reference: `${resourceType}/${id}` });

/** What is told twice, as a specimen of two orders, is there once. */
const distinct = (resources: readonly FhirResource[]): FhirResource[] =>
  [
    ...new Map(
      resources.toReversed().map((resource) => [`${resource.resourceType}/${resource.id}`, resource]),
    ).values(),
  ].toReversed();

/** Results of an ORU have an identity that all messages about them share. */
function identitiesOf(message: Message): ReadonlyMap<Segment | undefined, readonly string[]> {
  if (first(message.segments[0], 9) !== 'ORU') return new Map();
  return new Map(resultsOf(message).map(({ segment, identity }) => [message.segments[segment], identity]));
}

interface Keyed extends Observed {
  /** What the segment itself says of which observation it is: code, system, words, sub-id, time; and the how-manyth such it is. */
  readonly key: readonly string[];
}

interface Group extends Order {
  readonly notes: Segment[];
  readonly specimens: Segment[];
  readonly results: Keyed[];
  readonly ofSpecimen: Keyed[];
}

/**
 * Orders with their results, and observations that are of no order: behind PID and PV1 of the patient, behind an ORC before its
 * OBR of what was ordered. Notes belong to what they stand behind (v2.5.1 ch. 7.3.1).
 */
function groupsOf(message: Message): { orders: Group[]; others: Keyed[] } {
  const orders: Group[] = [];
  const others: Keyed[] = [];
  const counts = new Map<string, number>();
  const nth = (...of: readonly unknown[]): number => {
    const key = JSON.stringify(of);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count;
  };
  let orc: Segment | undefined;
  let order: Group | undefined;
  let notes: Segment[] = [];
  for (const segment of message.segments)
    switch (segment.name) {
      case 'PID':
      case 'PV1':
        order = undefined;
        notes = [];
        break;
      case 'ORC':
        [orc, order, notes] = [segment, undefined, []];
        break;
      case 'OBR': {
        const of = nth('OBR', orderNumber({ orc, obr: segment }), value(segment, 4), value(segment, 4, 3));
        order = { orc, obr: segment, notes: [], specimens: [], results: [], ofSpecimen: [], nth: of };
        orders.push(order);
        orc = undefined; // it is of one OBR
        ({ notes } = order);
        break;
      }
      case 'SPM':
        order?.specimens.push(segment);
        notes = [];
        break;
      case 'OBX': {
        const said = [
          value(segment, 3),
          value(segment, 3, 3),
          value(segment, 3, 2),
          value(segment, 4),
          value(segment, 14),
        ];
        const specimen = (order?.specimens.length ?? 0) > 0;
        const key = [...said, String(nth(order && orderNumber(order), specimen, ...said))];
        const observed = { obx: segment, notes: [], key };
        (order === undefined ? others : specimen ? order.ofSpecimen : order.results).push(observed);
        ({ notes } = observed);
        break;
      }
      case 'NTE':
        notes.push(segment);
        break;
      default:
        break;
    }
  return { orders, others };
}
