import type { Annotation, CodeableConcept, Extension, Observation, ObservationComponent, Reference } from 'fhir/r4.js';
import type { Segment } from '../../hl7/message.ts';
import { STATUS } from '../../hl7/results.ts';
import { INTERPRETATIONS } from './codes.ts';
import { coded, conceptOf } from './concepts.ts';
import { entityOf, pairOf } from './identifiers.ts';
import { deviceOf, organizationOf, practitionerOf, producerOf } from './people.ts';
import { each, made, value, type Sender } from './source.ts';
import { table, v3 } from './systems.ts';
import { dateTimeOf } from './times.ts';
import { valueOf } from './values.ts';

const core = (name: string): string => `http://hl7.org/fhir/StructureDefinition/${name}`;

/** An OBX and the notes behind it. */
export interface Observed {
  readonly obx: Segment;
  readonly notes: readonly Segment[];
}

/**
 * OBX. Several values in one OBX are components. Source: v2-to-fhir, OBX[Observation] and OBX[Observation-Component]; what is
 * left out stands in its test.
 */
export function observationOf(
  { obx, notes }: Observed,
  { id, code, subject }: { id: string; code: CodeableConcept; subject: Reference },
  sender: Sender,
): Observation {
  const told = value(obx, 11).trim().toUpperCase();
  const values =
    value(obx, 2) === 'NA'
      ? each(obx, 5, (one) => valueOf(obx, one, sender)).slice(0, 1)
      : each(obx, 5, (one) => valueOf(obx, one, sender));
  const [only, second] = values;
  const { extension = [], ...single } = (second === undefined ? only : undefined) ?? {};
  const range = value(obx, 7);
  const referenceRange = range === '' ? undefined : [{ text: range }];
  return made<Observation>({
    resourceType: 'Observation',
    id,
    extension: [...extension, ...extensionsOf(obx, sender)],
    identifier: each(obx, 21, (entity) => entityOf(entity, sender, 'FILL')),
    status: (Object.hasOwn(STATUS, told) ? STATUS[told] : undefined) ?? 'unknown',
    _status: told === 'X' ? { extension: [alternateCode('X')] } : undefined,
    category: each(obx, 29, (category) => conceptOf(category, sender, table('0936'))),
    code,
    subject,
    effectiveDateTime: dateTimeOf(value(obx, 14), sender),
    performer: performersOf(obx, sender),
    ...single,
    dataAbsentReason:
      told === 'N' ? coded('http://terminology.hl7.org/CodeSystem/data-absent-reason', 'not-asked') : undefined,
    interpretation: each(obx, 8, (flag) => conceptOf(flag, sender)).map((concept) => ({
      ...concept,
      ...(concept.coding && { coding: concept.coding.map(interpreted) }),
    })),
    note: notes.flatMap((note) => noteOf(note, sender) ?? []),
    bodySite: each(obx, 20, (site) => conceptOf(site, sender))[0],
    method: each(obx, 17, (method) => conceptOf(method, sender))[0],
    specimen: each(obx, 33, (pair): Reference | undefined => {
      const [identifier] = pairOf(pair, sender).toReversed();
      return identifier && { type: 'Specimen', identifier };
    })[0],
    device: each(obx, 18, (device) => deviceOf(device, sender))[0],
    referenceRange: second === undefined ? referenceRange : undefined,
    component:
      second === undefined
        ? undefined
        : values.map((one) => made<ObservationComponent>({ code, ...one, referenceRange })),
  });
}

const alternateCode = (code: string): Extension => ({
  url: core('alternate-codes'),
  valueCodeableConcept: coded(table('0085'), code),
});

/** A code of v3 ObservationInterpretation, which HL7 table 0078 has become, whatever system was named. */
const interpreted = <C extends { code?: string | undefined }>(coding: C): C =>
  INTERPRETATIONS.has(coding.code ?? '') ? { ...coding, system: v3('ObservationInterpretation') } : coding;

function extensionsOf(obx: Segment, sender: Sender): Extension[] {
  const sub = value(obx, 4);
  const analysed = dateTimeOf(value(obx, 19), sender);
  return [
    ...(sub === ''
      ? []
      : [{ url: core('observation-v2-subid'), extension: [{ url: 'original-sub-identifier', valueString: sub }] }]),
    ...each(obx, 10, (nature) => conceptOf(nature, sender, table('0080'))).map((concept) => ({
      url: core('observation-nature-of-abnormal-test'),
      valueCodeableConcept: concept,
    })),
    ...(analysed === undefined ? [] : [{ url: core('observation-analysis-date-time'), valueDateTime: analysed }]),
    ...each(obx, 30, (type) => conceptOf(type, sender, core('observation-structure-type'))).map((concept) => ({
      url: core('observation-structure-type'),
      valueCodeableConcept: concept,
    })),
  ];
}

/** Who observed (OBX-16), produced (15), and where, under whose direction (23, 25). */
const performersOf = (obx: Segment, sender: Sender): Reference[] => [
  ...each(obx, 16, (person) => practitionerOf(person, sender)).map((person) =>
    functioning(person, 'http://terminology.hl7.org/CodeSystem/practitioner-role', 'responsibleObserver'),
  ),
  ...each(obx, 15, (producer) => producerOf(producer, sender)),
  ...each(obx, 23, (organization) => organizationOf(organization, sender)),
  ...each(obx, 25, (director) => practitionerOf(director, sender)).map((director) =>
    functioning(director, table('0912'), 'MDIR'),
  ),
];

/** As what somebody did it. */
export const functioning = (reference: Reference, system: string, code: string): Reference => ({
  ...reference,
  extension: [{ url: core('event-performerFunction'), valueCodeableConcept: coded(system, code) }],
});

/** NTE: its text (3), and when it was written (6). */
export function noteOf(nte: Segment, sender: Sender): Annotation | undefined {
  const text = each(nte, 3, (line) => line[0]?.[0]).join('\n');
  return text === '' ? undefined : made<Annotation>({ time: dateTimeOf(value(nte, 6), sender), text });
}
