import type { Zone } from '../instants.ts';
import { SourceRefused } from '../sources/refused.ts';
import { type Authority, type Identifier, identifiersIn, stated } from './identifiers.ts';
import { first, type Message, segment, type Segment } from './message.ts';
import { type Result, resultsOf } from './results.ts';
import { type Time, timeOf } from './time.ts';

/** Which message it is, and what it is about. */
export interface Header {
  /** Whoever sent it: the facility (MSH-4), or where there is none the application (MSH-3). */
  readonly sender: Authority;
  /** MSH-10: with the sender the identity of the message. */
  readonly controlId: string;
  /** Message and trigger event, `ADT^A01`; `''` where MSH-9 says none. */
  readonly event: string;
  /** MSH-11: `P` in production, `T` in training, `D` in debugging. */
  readonly processing: string;
}

/** What a message that is integrated tells. */
export interface Told extends Header {
  readonly integrated: true;
  /** When it happened: EVN-2, else MSH-7. */
  readonly at: Time;
  /** Whom it is about: every identifier of the one patient. At least one. */
  readonly patient: readonly Identifier[];
  /** PV1-19, the visit that it is about. */
  readonly visit: Identifier | null;
  readonly content: Content;
}

export type Content =
  /** What the sender knows of the patient. */
  | { readonly kind: 'state' }
  /** The events that it cancels, of this visit, from before it: they count as not sent. */
  | { readonly kind: 'cancel'; readonly events: readonly string[]; readonly visit: Identifier }
  /** Whoever has one of these identifiers is the patient. */
  | { readonly kind: 'merge'; readonly prior: readonly Identifier[] }
  | { readonly kind: 'report'; readonly results: readonly Result[] };

/** It is a message, and is kept; why it goes no further. */
export interface NotIntegrated extends Header {
  readonly integrated: false;
  readonly refused: SourceRefused;
}

/**
 * The events that are integrated, with what each is by HL7 v2.5.1, chapters 3 (ADT) and 7 (ORU):
 * A01 admit/visit, A03 discharge, A04 register, A08 update patient, A28 add person, A31 update person: a snapshot of the patient;
 * A11 cancel admit/visit: an A01, or for one who was not admitted an A04, should not have been sent (ch. 3.3.11);
 * A40 merge patient, identifier list: MRG's identifiers are the PID's patient's (ch. 3.3.40);
 * R01 unsolicited observations.
 */
const EVENTS: Readonly<Record<string, Content['kind']>> = {
  'ADT^A01': 'state',
  'ADT^A03': 'state',
  'ADT^A04': 'state',
  'ADT^A08': 'state',
  'ADT^A11': 'cancel',
  'ADT^A28': 'state',
  'ADT^A31': 'state',
  'ADT^A40': 'merge',
  'ORU^R01': 'report',
};
const CANCELLED = ['ADT^A01', 'ADT^A04'];

/** PID-3; PID-2 and PID-4 are of versions up to v2.3, and were kept up to v2.6. Likewise MRG-1, and MRG-4 and MRG-2. */
const OF_PATIENT = [3, 2, 4];
const PRIOR = [1, 4, 2];

/**
 * What a message says, for whoever integrates it: which it is, what happened when, and to whom.
 *
 * @param zone of the source, for times that say no offset
 * @throws SourceRefused `field-missing` where it does not say which message it is; then it has no identity
 */
export function messageOf(message: Message, { zone }: { zone: Zone }): Told | NotIntegrated {
  const header = headerOf(message);
  const kind = EVENTS[header.event];
  try {
    if (kind === undefined) throw new SourceRefused('not-integrated', 'MSH-9');
    const at = eventTime(message, zone);
    const patients = message.segments.filter(({ name }) => name === 'PID');
    // More than one is allowed in ORU^R01 and A40, and is to be sent as more than one message: what is done to one must not wait for another.
    if (patients.length > 1) throw new SourceRefused('several-patients', 'PID');
    if (patients.length === 0) throw new SourceRefused('segment-missing', 'PID');
    const patient = identifiersIn(patients[0], OF_PATIENT);
    if (patient.length === 0) throw new SourceRefused('field-missing', 'PID-3');
    const [visit = null] = identifiersIn(segment(message, 'PV1'), [19]);
    return { ...header, integrated: true, at, patient, visit, content: contentOf(kind, message, visit) };
  } catch (error) {
    if (error instanceof SourceRefused) return { ...header, integrated: false, refused: error };
    throw error;
  }
}

function headerOf(message: Message): Header {
  const header = segment(message, 'MSH');
  const sender = senderOf(header);
  const controlId = stated(first(header, 10));
  if (controlId === '') throw new SourceRefused('field-missing', 'MSH-10');
  const type = stated(first(header, 9, 1));
  // EVN-1 is of versions in which MSH-9 had the type alone. It is often left as it was copied, so it never speaks against MSH-9.
  const trigger = stated(first(header, 9, 2)) || stated(first(segment(message, 'EVN'), 1));
  const event = `${type}^${trigger}`;
  return {
    sender,
    controlId,
    event: /^[A-Z]{3}\^[A-Z][A-Z0-9]{2}$/.test(event) ? event : '',
    processing: stated(first(header, 11)),
  };
}

function senderOf(header: Segment | undefined): Authority {
  for (const field of [4, 3]) {
    const [namespace = '', universal = '', universalType = ''] = [1, 2, 3].map((part) =>
      stated(first(header, field, part)),
    );
    if (namespace !== '' || universal !== '') return { namespace, universal, universalType };
  }
  throw new SourceRefused('field-missing', 'MSH-4');
}

function eventTime(message: Message, zone: Zone): Time {
  for (const [name, field] of [
    ['EVN', 2],
    ['MSH', 7],
  ] as const) {
    const found = segment(message, name);
    const text = stated(first(found, field));
    if (text === '') continue;
    const time = timeOf(text, zone, first(found, field, 2));
    if (!time) throw new SourceRefused('time-malformed', `${name}-${field}`);
    return time;
  }
  throw new SourceRefused('field-missing', 'MSH-7');
}

function contentOf(kind: Content['kind'], message: Message, visit: Identifier | null): Content {
  if (kind === 'state') return { kind };
  if (kind === 'report') return { kind, results: resultsOf(message) };
  if (kind === 'cancel') {
    if (!visit) throw new SourceRefused('field-missing', 'PV1-19'); // which admission?
    return { kind, events: CANCELLED, visit };
  }
  const merged = message.segments.filter(({ name }) => name === 'MRG');
  if (merged.length === 0) throw new SourceRefused('segment-missing', 'MRG');
  if (merged.length > 1) throw new SourceRefused('segment-repeated', 'MRG');
  const prior = identifiersIn(merged[0], PRIOR);
  if (prior.length === 0) throw new SourceRefused('field-missing', 'MRG-1');
  return { kind, prior };
}
