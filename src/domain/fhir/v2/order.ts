import type {
  CodeableConcept,
  DiagnosticReport,
  Identifier,
  Period,
  Quantity,
  Reference,
  ServiceRequest,
  Specimen,
} from 'fhir/r4.js';
import type { Repetition, Segment } from '../../hl7/message.ts';
import { ORDER_STATUS, PRIORITY, REPORT_STATUS } from './codes.ts';
import { coded, conceptOf } from './concepts.ts';
import { entityOf, identifierOf, pairOf, periodOf } from './identifiers.ts';
import { functioning, noteOf } from './observation.ts';
import { contactPointOf, observerOf, practitionerOf } from './people.ts';
import { each, made, some, text, value, type Sender } from './source.ts';
import { codeSystem, table, v3 } from './systems.ts';
import { dateTimeOf } from './times.ts';

/** An order and what it is about, as an ORU tells it: ORC before the OBR, the rest behind it. */
export interface Order {
  readonly orc: Segment | undefined;
  readonly obr: Segment;
  readonly notes: readonly Segment[];
  readonly specimens: readonly Segment[];
  /** The how-manyth it is of those that have the same number and service. */
  readonly nth: number;
}

/** By what an order is numbered: by the filler, else the placer; ORC's where OBR has none. */
export function orderNumber({ orc, obr }: Pick<Order, 'orc' | 'obr'>): string[] {
  for (const field of [3, 2])
    for (const segment of [obr, orc])
      if (value(segment, field) !== '') return [1, 2, 3].map((part) => value(segment, field, part));
  return [];
}

/** One number may be that of several orders (of one specimen): what was ordered tells them apart. */
const orderKey = (order: Order): string[] => [
  ...orderNumber(order),
  value(order.obr, 4) || value(order.obr, 4, 2),
  value(order.obr, 4, 3),
  String(order.nth),
];

/** Source: v2-to-fhir, OBR[ServiceRequest]; what is left out stands in its test. */
export function serviceRequestOf(
  order: Order,
  { code, subject }: { code: CodeableConcept | undefined; subject: Reference },
  sender: Sender,
): ServiceRequest {
  const { orc, obr } = order;
  const callback = each(obr, 17, (point) => contactPointOf(point, sender)).map((point) => ({
    url: 'http://hl7.org/fhir/StructureDefinition/servicerequest-order-callback-phone-number',
    valueContactPoint: point,
  }));
  const requester = each(value(orc, 12) === '' && value(orc, 12, 2) === '' ? obr : orc, requesterField(orc), (person) =>
    practitionerOf(person, sender),
  )[0];
  const result = REPORT_STATUS.get(value(obr, 25));
  return made<ServiceRequest>({
    resourceType: 'ServiceRequest',
    id: sender.idOf(['ServiceRequest', sender.facility, ...orderKey(order)]),
    identifier: [
      ...numbersOf(order, sender),
      ...each(obr, 53, (id) => identifierOf(id, sender)).map((identifier) => ({ ...identifier, type: typed('PLAC') })),
    ],
    basedOn: each(obr, 29, (pair) => pairOf(pair, sender))
      .flat()
      .map((identifier) => ({ type: 'ServiceRequest', identifier })),
    status: ORDER_STATUS.get(value(orc, 5)) ?? (result === 'final' || result === 'corrected' ? 'completed' : 'active'),
    intent: value(obr, 11) === 'G' ? 'reflex-order' : 'order',
    priority: PRIORITY.get(value(obr, 5)),
    code,
    orderDetail: [46, 47].flatMap((field) => each(obr, field, (detail) => conceptOf(detail, sender))),
    subject,
    occurrenceDateTime: dateTimeOf(value(obr, 6), sender),
    requester: callback.length === 0 ? requester : { ...requester, extension: callback },
    reasonCode: each(obr, 31, (reason) => conceptOf(reason, sender)),
    note: order.notes.flatMap((note) => noteOf(note, sender) ?? []),
  });
}

const requesterField = (orc: Segment | undefined): number =>
  value(orc, 12) === '' && value(orc, 12, 2) === '' ? 16 : 12;

/** Source: v2-to-fhir, OBR[DiagnosticReport]; what is left out stands in its test. */
export function reportOf(
  order: Order,
  about: Pick<DiagnosticReport, 'subject' | 'basedOn' | 'specimen' | 'result'> & { code: CodeableConcept | undefined },
  sender: Sender,
): DiagnosticReport {
  const { obr } = order;
  const issued = dateTimeOf(value(obr, 22), sender);
  const people = (field: number, code: string): Reference[] =>
    each(obr, field, (person) => observerOf(person, sender)).map((person) =>
      functioning(person, v3('ParticipationType'), code),
    );
  return made<DiagnosticReport>({
    resourceType: 'DiagnosticReport',
    id: sender.idOf(['DiagnosticReport', sender.facility, ...orderKey(order)]),
    identifier: numbersOf(order, sender),
    ...about,
    status: REPORT_STATUS.get(value(obr, 25)) ?? 'unknown',
    category: each(obr, 24, (section) => conceptOf(section, sender, table('0074'))),
    // FHIR asks for a code, and has a way to say that there is none.
    code: about.code ?? { extension: [{ url: ABSENT, valueCode: 'unknown' }] },
    ...effective(obr, sender),
    // An instant has a time of day.
    issued: issued?.includes('T') ? issued : undefined,
    performer: [...people(34, 'SPRF'), ...people(35, 'TRANS')],
    resultsInterpreter: each(obr, 32, (person) => observerOf(person, sender)),
  });
}

const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

/** OBR-7 and 8: a moment, or from when to when. */
function effective(obr: Segment, sender: Sender): { effectiveDateTime?: string; effectivePeriod?: Period } {
  const [start, end] = [value(obr, 7), value(obr, 8)];
  const effectivePeriod = end === '' ? undefined : periodOf(start, end, sender);
  const effectiveDateTime = effectivePeriod === undefined ? dateTimeOf(start, sender) : undefined;
  return { ...(effectiveDateTime && { effectiveDateTime }), ...(effectivePeriod && { effectivePeriod }) };
}

const typed = (code: string): CodeableConcept => coded(table('0203'), code);

/** The placer's and the filler's number: OBR's are those of before there was an ORC. */
const numbersOf = ({ orc, obr }: Order, sender: Sender): Identifier[] =>
  (
    [
      [2, 'PLAC'],
      [3, 'FILL'],
    ] as const
  ).flatMap(
    ([field, type]) => entityOf((value(orc, field) === '' ? obr : orc)?.fields[field]?.[0], sender, type) ?? [],
  );

/** Specimens of an order: each SPM, or where there is none what OBR itself says of one (v2-to-fhir, OBR[Specimen]). */
export function specimensOf(order: Order, subject: Reference, sender: Sender): Specimen[] {
  const { obr, specimens } = order;
  const id = (...by: string[]): string => sender.idOf(['Specimen', sender.facility, ...by]);
  if (specimens.length > 0)
    return specimens.map((spm) => {
      const identifier = pairOf(spm.fields[2]?.[0], sender);
      const [own] = identifier.toReversed();
      return made<Specimen>({
        resourceType: 'Specimen',
        id: own ? id(own.system ?? '', own.value ?? '') : id(...orderNumber(order), value(spm, 1)),
        identifier,
        status: value(spm, 20) === 'Y' ? 'available' : value(spm, 20) === 'N' ? 'unavailable' : undefined,
        type: conceptOf(spm.fields[4]?.[0], sender, table('0487')),
        subject,
        receivedTime: dateTimeOf(value(spm, 18), sender),
        collection: some({
          ...collected(value(spm, 17), value(spm, 17, 2), sender),
          quantity: volumeOf(spm.fields[12]?.[0], sender),
          method: conceptOf(spm.fields[7]?.[0], sender, table('0488')),
          bodySite: conceptOf(spm.fields[8]?.[0], sender),
        }),
        note: each(spm, 14, (line) => line[0]?.[0]).map((words) => ({ text: words })),
      });
    });
  if (![9, 10, 14, 15].some((field) => obr.fields[field]?.some((one) => one.flat().some(Boolean)))) return [];
  const source = obr.fields[15]?.[0];
  const asConcept = (parts: readonly string[] | undefined): CodeableConcept | undefined =>
    conceptOf(
      parts?.map((part) => [part]),
      sender,
    );
  return [
    made<Specimen>({
      resourceType: 'Specimen',
      id: id(...orderNumber(order)),
      type: asConcept(source?.[0]),
      subject,
      receivedTime: dateTimeOf(value(obr, 14), sender),
      collection: some({
        collector: each(obr, 10, (person) => practitionerOf(person, sender))[0],
        ...collected(value(obr, 7), value(obr, 8), sender),
        quantity: volumeOf(obr.fields[9]?.[0], sender),
        method: text(source, 3) === '' ? undefined : { text: text(source, 3) },
        bodySite: asConcept(source?.[3]),
      }),
      note: each(obr, 39, (comment) => conceptOf(comment, sender)).flatMap((concept) => {
        const words = concept.text ?? concept.coding?.[0]?.display ?? concept.coding?.[0]?.code;
        return words === undefined ? [] : [{ text: words }];
      }),
    }),
  ];
}

function collected(
  start: string,
  end: string,
  sender: Sender,
): { collectedDateTime?: string; collectedPeriod?: Period } {
  const period = end === '' ? undefined : periodOf(start, end, sender);
  const dateTime = period === undefined ? dateTimeOf(start, sender) : undefined;
  return { ...(dateTime && { collectedDateTime: dateTime }), ...(period && { collectedPeriod: period }) };
}

/** CQ: a number, and its unit in the subcomponents of the second component. */
function volumeOf(repetition: Repetition | undefined, sender: Sender): Quantity | undefined {
  const amount = text(repetition);
  if (amount === '' || !Number.isFinite(Number(amount))) return undefined;
  const system = codeSystem(text(repetition, 2, 3), sender);
  return made<Quantity>({
    value: Number(amount),
    unit: text(repetition, 2, 2) || text(repetition, 2),
    system,
    code: system === undefined ? undefined : text(repetition, 2),
  });
}
