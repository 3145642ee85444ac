import { SourceRefused } from '../sources/refused.ts';
import { stated } from './identifiers.ts';
import { first, type Message, type Segment } from './message.ts';

/** One observation of a report. */
export interface Result {
  /**
   * The same in every message about it: the order's number at the filler (number, namespace, universal id), what was observed (code and system, or its
   * text), the sub-id that tells apart observations of one code, and the how-manyth it is of all these, for senders that leave the sub-id out.
   */
  readonly identity: readonly [order: string, namespace: string, universal: string, code: string, system: string, sub: string, nth: string]; // prettier-ignore
  readonly status: ResultStatus;
  /** Where its OBX stands among the message's segments, from 0. */
  readonly segment: number;
}

/** FHIR's words for it (observation-status). */
export type ResultStatus =
  'registered' | 'preliminary' | 'final' | 'amended' | 'corrected' | 'cancelled' | 'entered-in-error' | 'unknown';

/**
 * OBX-11, HL7 table 0085. A, C, D, F, P, W and X are as HL7's own v2-to-FHIR map has them; what it leaves open follows the table's definitions: B, U
 * and V are final, R ("not verified") and S ("partial") preliminary, I ("results pending") is registered. N and O are no results, and say so.
 */
export const STATUS: Readonly<Record<string, ResultStatus>> = {
  A: 'amended',
  B: 'final',
  C: 'corrected',
  D: 'entered-in-error',
  F: 'final',
  I: 'registered',
  N: 'unknown',
  O: 'unknown',
  P: 'preliminary',
  R: 'preliminary',
  S: 'preliminary',
  U: 'final',
  V: 'final',
  W: 'entered-in-error',
  X: 'cancelled',
  '': 'unknown', // it is required
};

/** By its letter, or by its word; nothing for one that is neither. */
export function statusOf(told: string): ResultStatus | undefined {
  return STATUS[told.toUpperCase()] ?? Object.values(STATUS).find((word) => word === told.toLowerCase());
}

/**
 * The results of an ORU^R01 (v2.5.1 ch. 7.3.1): the OBX that follow an OBR. Those behind a PID or PV1 are about the patient, behind an ORC that no OBR
 * has followed yet about the order, behind an SPM about the specimen; they are no results.
 *
 * @throws SourceRefused
 */
export function resultsOf({ segments }: Message): readonly Result[] {
  const results: Result[] = [];
  const counts = new Map<string, number>();
  let orderControl: Segment | undefined;
  let order: (() => readonly [string, string, string]) | undefined;
  for (const [n, segment] of segments.entries()) {
    if (segment.name === 'PID' || segment.name === 'PV1' || segment.name === 'SPM') order = undefined;
    if (segment.name === 'ORC') [orderControl, order] = [segment, undefined];
    if (segment.name === 'OBR') {
      const control = orderControl;
      order = () => orderNumber(segment, control, n);
      orderControl = undefined; // it is of one OBR
    }
    if (segment.name !== 'OBX' || !order) continue;
    const at = `segment ${n + 1}`;
    const [code, system] = observed(segment);
    if (code === '') throw new SourceRefused('field-missing', `${at}, OBX-3`);
    const base = [...order(), code, system, stated(first(segment, 4))] as const;
    const key = JSON.stringify(base);
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    const status = statusOf(stated(first(segment, 11)));
    if (status === undefined) throw new SourceRefused('status-unknown', `${at}, OBX-11`);
    results.push({ identity: [...base, String(nth)], status, segment: n });
  }
  return results;
}

/** The filler's number (OBR-3, ORC-3), else the placer's (OBR-2, ORC-2): an EI, whose parts are components. */
function orderNumber(request: Segment, control: Segment | undefined, n: number): readonly [string, string, string] {
  for (const field of [3, 2])
    for (const segment of [request, control]) {
      const [number, namespace, universal] = [1, 2, 3].map((part) => stated(first(segment, field, part)));
      if (number) return [number, namespace ?? '', universal ?? ''];
    }
  throw new SourceRefused('field-missing', `segment ${n + 1}, OBR-3`);
}

/** OBX-3, a coded element: the code with its system, else the alternate one, else the text. */
function observed(segment: Segment): readonly [code: string, system: string] {
  const part = (component: number) => stated(first(segment, 3, component));
  if (part(1) !== '') return [part(1), part(3)];
  return part(4) !== '' ? [part(4), part(6)] : [part(2) || part(5), ''];
}
