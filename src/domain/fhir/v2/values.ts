import type { Extension, Observation, ObservationComponent, Quantity } from 'fhir/r4.js';
import type { Repetition, Segment } from '../../hl7/message.ts';
import { conceptOf } from './concepts.ts';
import { made, some, text, type Sender } from './source.ts';
import { codeSystem } from './systems.ts';
import { dateTimeOf } from './times.ts';
import { periodOf } from './identifiers.ts';

/** What an observation and a component of one can have for a value; an attachment is an extension in R4. */
export type Value = Pick<
  Observation & ObservationComponent,
  | 'valueQuantity'
  | 'valueString'
  | 'valueCodeableConcept'
  | 'valuePeriod'
  | 'valueDateTime'
  | 'valueTime'
  | 'valueRange'
  | 'valueRatio'
  | 'extension'
>;

const ATTACHMENT = 'https://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.valueAttachment';
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** One repetition of OBX-5, by the type that OBX-2 says. What cannot be read as it, is a text: nothing is lost. */
export function valueOf(obx: Segment, repetition: Repetition, sender: Sender): Value | undefined {
  const type = text(obx.fields[2]?.[0]);
  const first = text(repetition);
  const asText = some<Value>({ valueString: spelled(repetition) });
  switch (type) {
    case 'NM':
      return NUMBER.test(first) ? { valueQuantity: quantityOf(Number(first), obx, sender) } : asText;
    case 'SN':
      return structured(repetition, obx, sender) ?? some({ valueString: withUnit(repetition, obx) });
    case 'CE':
    case 'CF':
    case 'CNE':
    case 'CWE':
    case 'IS':
    case 'ID': {
      const concept = conceptOf(repetition, sender);
      return concept && { valueCodeableConcept: concept };
    }
    case 'DT':
    case 'DTM':
    case 'TS': {
      const time = dateTimeOf(first, sender);
      return time === undefined ? asText : { valueDateTime: time };
    }
    case 'TM': {
      const [, hour, minute, second = '00'] = /^(\d\d)(\d\d)(\d\d)?/.exec(first) ?? [];
      return hour === undefined ? asText : { valueTime: `${hour}:${minute}:${second}` };
    }
    case 'NA':
      return some({ valueString: (obx.fields[5] ?? []).map(spelled).filter(Boolean).join('; ') });
    case 'DR': {
      const period = periodOf(first, text(repetition, 2), sender);
      return period === undefined ? asText : { valuePeriod: period };
    }
    case 'NR':
      return rangeOf(first, text(repetition, 2), obx, sender) ?? asText;
    case 'VR':
      return some({ valueString: [first, text(repetition, 2)].filter(Boolean).join('-') });
    case 'ED':
    case 'RP':
      return attached(type, repetition) ?? asText;
    default:
      return asText;
  }
}

/** SN: comparator, number, separator or suffix, number. */
function structured(repetition: Repetition, obx: Segment, sender: Sender): Value | undefined {
  const [comparator, one, separator, two] = [1, 2, 3, 4].map((at) => text(repetition, at)) as [
    string,
    string,
    string,
    string,
  ];
  if (comparator === '<>' || separator === '+' || !NUMBER.test(one)) return undefined;
  if (separator === '-') return NUMBER.test(two) ? rangeOf(one, two, obx, sender) : undefined;
  const quantity = { ...quantityOf(Number(one), obx, sender), ...compared(comparator) };
  if (separator !== ':' && separator !== '/') return separator === '' ? { valueQuantity: quantity } : undefined;
  return NUMBER.test(two)
    ? { valueRatio: { numerator: quantity, denominator: quantityOf(Number(two), obx, sender) } }
    : undefined;
}

const compared = (comparator: string): Pick<Quantity, 'comparator'> =>
  comparator === '<' || comparator === '<=' || comparator === '>' || comparator === '>=' ? { comparator } : {};

const rangeOf = (low: string, high: string, obx: Segment, sender: Sender): Value | undefined =>
  NUMBER.test(low) && NUMBER.test(high)
    ? { valueRange: { low: quantityOf(Number(low), obx, sender), high: quantityOf(Number(high), obx, sender) } }
    : undefined;

/** The unit (OBX-6) is text or a code of a system: CWE[Quantity]. */
function quantityOf(value: number, obx: Segment, sender: Sender): Quantity {
  const unit = obx.fields[6]?.[0];
  const system = codeSystem(text(unit, 3), sender);
  return made<Quantity>({
    value,
    unit: text(unit, 2) || text(unit),
    system,
    code: system === undefined ? undefined : text(unit),
  });
}

/** ED: type (2), subtype (3), encoding (4), data (5). RP: pointer (1), type (3), subtype (4). */
function attached(type: 'ED' | 'RP', repetition: Repetition): Value | undefined {
  const valueAttachment =
    type === 'RP'
      ? some({ contentType: contentType(text(repetition, 3), text(repetition, 4)), url: text(repetition) })
      : text(repetition, 4) === 'Base64'
        ? some({ contentType: contentType(text(repetition, 2), text(repetition, 3)), data: text(repetition, 5) })
        : undefined;
  return valueAttachment && { extension: [{ url: ATTACHMENT, valueAttachment }] satisfies Extension[] };
}

/** HL7 tables 0191 and 0291 → RFC 6838, where they say one. */
const contentType = (type: string, subtype: string): string | undefined =>
  /^(image|text|audio|video|application)$/i.test(type) && subtype !== ''
    ? `${type}/${subtype}`.toLowerCase()
    : /^pdf$/i.test(subtype)
      ? 'application/pdf'
      : undefined;

const withUnit = (repetition: Repetition, obx: Segment): string => {
  const number = spelled(repetition);
  return number === '' ? '' : [number, text(obx.fields[6]?.[0])].filter(Boolean).join(' ');
};

const spelled = (repetition: Repetition): string =>
  repetition
    .map((_, at) => text(repetition, at + 1))
    .filter(Boolean)
    .join(' ');
