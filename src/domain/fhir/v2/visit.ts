import type { AllergyIntolerance, Condition, Encounter, EncounterParticipant, Reference } from 'fhir/r4.js';
import type { Segment } from '../../hl7/message.ts';
import { PATIENT_CLASS, VISIT_STATUS } from './codes.ts';
import { coded, conceptOf } from './concepts.ts';
import { entityOf, identifierOf, periodOf } from './identifiers.ts';
import { locationOf, practitionerOf } from './people.ts';
import { each, made, some, text, value, type Sender } from './source.ts';
import { table, v3 } from './systems.ts';
import { dateTimeOf } from './times.ts';

/** Who takes part in a visit, by the field of PV1: v3 ParticipationType. */
const PARTICIPANTS = [
  [7, 'ATND'],
  [8, 'REF'],
  [9, 'CON'],
  [17, 'ADM'],
] as const;

/** PV1, as far as an admission, a registration and a discharge are told by it. `trigger` is the event (`A01`). */
export function encounterOf(
  pv1: Segment,
  trigger: string,
  subject: Reference,
  key: readonly string[],
  sender: Sender,
): Encounter {
  const identifier = [19, 50].flatMap((field) => each(pv1, field, (id) => identifierOf(id, sender)));
  const [visit] = identifier;
  const location = locationOf(pv1.fields[3]?.[0]);
  const visitClass = PATIENT_CLASS.get(value(pv1, 2));
  return made<Encounter>({
    resourceType: 'Encounter',
    id: sender.idOf([
      'Encounter',
      sender.facility,
      // A visit without a number is known by whose it is and when it began.
      ...(visit === undefined ? [...key, value(pv1, 44)] : [visit.system ?? '', visit.value ?? '']),
    ]),
    identifier,
    status: statusOf(pv1, trigger),
    class:
      visitClass === undefined
        ? made({ system: table('0004'), code: value(pv1, 2) || 'U' })
        : { system: v3('ActCode'), code: visitClass },
    type: each(pv1, 4, (type) => conceptOf(type, sender, table('0007'))),
    serviceType: conceptOf(pv1.fields[10]?.[0], sender, table('0069')),
    subject,
    participant: PARTICIPANTS.flatMap(([field, code]) =>
      each(pv1, field, (person): EncounterParticipant | undefined => {
        const individual = practitionerOf(person, sender);
        return individual && { type: [coded(v3('ParticipationType'), code)], individual };
      }),
    ),
    period: periodOf(value(pv1, 44), value(pv1, 45), sender),
    hospitalization: some({
      preAdmissionIdentifier: identifierOf(pv1.fields[5]?.[0], sender),
      admitSource: conceptOf(pv1.fields[14]?.[0], sender, table('0023')),
      reAdmission: conceptOf(pv1.fields[13]?.[0], sender, table('0092')),
      dischargeDisposition: conceptOf(pv1.fields[36]?.[0], sender, table('0112')),
    }),
    location: location && [{ location }],
  });
}

function statusOf(pv1: Segment, trigger: string): Encounter['status'] {
  const byEvent = VISIT_STATUS.get(trigger);
  if (byEvent !== undefined) return byEvent;
  if (value(pv1, 45) !== '') return 'finished';
  if (value(pv1, 2) === 'P') return 'planned';
  return value(pv1, 44) === '' ? 'unknown' : 'in-progress';
}

/** DG1: what (3, or in words 4), since when (5), how sure (6), told when (19), withdrawn (21). */
export function conditionOf(dg1: Segment, subject: Reference, key: readonly string[], sender: Sender): Condition {
  const words = value(dg1, 4);
  const identifier = each(dg1, 20, (entity) => entityOf(entity, sender));
  const [own] = identifier;
  const removed = value(dg1, 21) === 'D';
  return made<Condition>({
    resourceType: 'Condition',
    id: sender.idOf([
      'Condition',
      sender.facility,
      ...(own
        ? [own.system ?? '', own.value ?? '']
        : [...key, value(dg1, 3), value(dg1, 3, 3), words, value(dg1, 5), value(dg1, 6)]),
    ]),
    identifier,
    verificationStatus: coded(
      'http://terminology.hl7.org/CodeSystem/condition-ver-status',
      removed ? 'entered-in-error' : value(dg1, 6) === 'W' ? 'provisional' : 'confirmed',
    ),
    category: [coded('http://terminology.hl7.org/CodeSystem/condition-category', 'encounter-diagnosis')],
    code: conceptOf(dg1.fields[3]?.[0], sender) ?? (words === '' ? undefined : { text: words }),
    subject,
    onsetDateTime: dateTimeOf(value(dg1, 5), sender),
    recordedDate: dateTimeOf(value(dg1, 19), sender),
  });
}

const SUBSTANCES: ReadonlyMap<string, AllergyIntolerance['category']> = new Map([
  ['DA', ['medication']],
  ['FA', ['food']],
  ['EA', ['environment']],
  ['LA', ['environment']],
  ['PA', ['environment']],
]);
/** HL7 table 0128. */
const CRITICALITY: ReadonlyMap<string, NonNullable<AllergyIntolerance['criticality']>> = new Map([
  ['SV', 'high'],
  ['MO', 'low'],
  ['MI', 'low'],
  ['U', 'unable-to-assess'],
]);

/** AL1: against what (3), of what kind (2), how bad (4), what it does (5), since when (6). */
export function allergyOf(
  al1: Segment,
  patient: Reference,
  key: readonly string[],
  sender: Sender,
): AllergyIntolerance {
  const code = conceptOf(al1.fields[3]?.[0], sender);
  const manifestation = each(al1, 5, (words) => text(words)).map((words) => ({ text: words }));
  return made<AllergyIntolerance>({
    resourceType: 'AllergyIntolerance',
    id: sender.idOf(['AllergyIntolerance', sender.facility, ...key, value(al1, 3), value(al1, 3, 2), value(al1, 3, 3)]),
    category: SUBSTANCES.get(value(al1, 2)),
    criticality: CRITICALITY.get(value(al1, 4)),
    code,
    patient,
    onsetDateTime: dateTimeOf(value(al1, 6), sender),
    reaction: manifestation.length === 0 ? undefined : [{ manifestation }],
  });
}
