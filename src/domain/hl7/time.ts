import { type Instant, instantOf, type Zone } from '../instants.ts';

/** A time as HL7 v2 tells it (DTM; TS before v2.6), in FHIR's words, and no more precise than it was told. */
export interface Time {
  readonly precision: Precision;
  /** FHIR date: a year, a month or a day. */
  readonly date: string;
  /** FHIR dateTime: `date`, or with the time of day, its missing parts as zeros (FHIR has none without seconds), and the offset. */
  readonly dateTime: string;
  /** The first moment that it can be. */
  readonly instant: Instant;
}

const PRECISIONS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** The second component of a TS, up to v2.5: how much of the first is meant. */
const DEGREES: Readonly<Record<string, Precision>> = { Y: 'year', L: 'month', D: 'day', H: 'hour', M: 'minute', S: 'second' }; // prettier-ignore

const DTM =
  /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,9}))?)?)?)?)?)?(?:([+-])(\d\d)([0-5]\d))?$/;

/**
 * `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]` (v2.5.1 ch. 2.A, DTM); nothing for what is none.
 *
 * @param zone of the source, for a time that says no offset
 * @param degree TS.2, where there is one
 */
export function timeOf(text: string, zone: Zone, degree = ''): Time | undefined {
  const [, ...parts] = DTM.exec(text.trim()) ?? [];
  const [year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = parts;
  if (year === undefined) return undefined;
  const told = [year, month, day, hour, minute, second, fraction].findLastIndex((part) => part !== undefined);
  const meant = DEGREES[degree.trim()];
  const depth = meant === undefined ? told : Math.min(told, PRECISIONS.indexOf(meant));
  const part = (n: number, otherwise: string): string => (n <= depth ? (parts[n] ?? otherwise) : otherwise);
  const wall = {
    year: Number(year),
    month: Number(part(1, '01')),
    day: Number(part(2, '01')),
    hour: Number(part(3, '00')),
    minute: Number(part(4, '00')),
    second: Number(part(5, '00')),
    fraction: part(6, ''),
  };
  const east = Number(offsetHours) * 60 + Number(offsetMinutes);
  if (east > 14 * 60) return undefined; // there is no such zone
  const offset = sign === undefined ? zone.offsetMinutes(wall) : sign === '-' ? -east : east;
  const instant = instantOf(wall, offset);
  if (instant === undefined) return undefined;
  const date = [year, part(1, ''), part(2, '')].filter(Boolean).join('-');
  const clock = `${part(3, '00')}:${part(4, '00')}:${part(5, '00')}${wall.fraction && `.${wall.fraction}`}`;
  const precision = PRECISIONS[depth] ?? 'year';
  return { precision, date, dateTime: depth < 3 ? date : `${date}T${clock}${offsetText(offset)}`, instant };
}

function offsetText(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const east = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.trunc(east / 60))}:${two(east % 60)}`;
}
