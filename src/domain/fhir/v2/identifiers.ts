import type { CodeableConcept, Identifier, Period } from 'fhir/r4.js';
import type { Repetition } from '../../hl7/message.ts';
import { IDENTIFIER_TYPES, NATIONAL } from './codes.ts';
import { coded } from './concepts.ts';
import { made, some, text, type Sender } from './source.ts';
import { authority, drivingLicences, table } from './systems.ts';
import { dateTimeOf } from './times.ts';

/** CX: an identifier within its authority (component 4), with its type (5), who assigned it (6), from when to when (7, 8). */
export function identifierOf(repetition: Repetition | undefined, sender: Sender): Identifier | undefined {
  const value = text(repetition);
  if (value === '') return undefined;
  const assigner = text(repetition, 6);
  return made<Identifier>({
    type: typeOf(text(repetition, 5)),
    system: authorityAt(repetition, 4, sender),
    value,
    period: periodOf(text(repetition, 7), text(repetition, 8), sender),
    assigner: assigner === '' ? undefined : { display: assigner },
  });
}

/** A code of table 0203; a local one stays a word, for it has no meaning elsewhere. */
export function typeOf(code: string): CodeableConcept | undefined {
  if (code === '') return undefined;
  return IDENTIFIER_TYPES.has(code) || NATIONAL.test(code) ? coded(table('0203'), code) : { text: code };
}

/** An authority (HD) in one component: namespace, universal id and its type are its subcomponents. */
const authorityAt = (repetition: Repetition | undefined, at: number, sender: Sender): string =>
  authority(text(repetition, at), text(repetition, at, 2), text(repetition, at, 3), sender);

/** EI: as CX, but the authority's parts are components 2 to 4. */
export function entityOf(repetition: Repetition | undefined, sender: Sender, type?: string): Identifier | undefined {
  const value = text(repetition);
  if (value === '') return undefined;
  return made<Identifier>({
    type: type === undefined ? undefined : coded(table('0203'), type),
    system: authority(text(repetition, 2), text(repetition, 3), text(repetition, 4), sender),
    value,
  });
}

/** EIP: the placer's number (1) and the filler's (2), each an EI in subcomponents. */
export function pairOf(repetition: Repetition | undefined, sender: Sender): Identifier[] {
  return (['PLAC', 'FILL'] as const).flatMap((type, at) => {
    const parts = repetition?.[at] ?? [];
    return (
      entityOf(
        parts.map((part) => [part]),
        sender,
        type,
      ) ?? []
    );
  });
}

/** DLN: a driving licence, the state that gave it, the day until which it is good. */
export function licenceOf(repetition: Repetition | undefined, sender: Sender): Identifier | undefined {
  const value = text(repetition);
  if (value === '') return undefined;
  return made<Identifier>({
    type: coded(table('0203'), 'DL'),
    system: drivingLicences(text(repetition, 2), sender),
    value,
    period: periodOf('', text(repetition, 3), sender),
  });
}

export const periodOf = (start: string, end: string, sender: Sender): Period | undefined =>
  some<Period>({ start: dateTimeOf(start, sender), end: dateTimeOf(end, sender) });
