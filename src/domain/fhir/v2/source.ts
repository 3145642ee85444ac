import type { Zone } from '../../instants.ts';
import type { Authority } from '../../hl7/identifiers.ts';
import { NOTHING, repetitions, valueIn, type Repetition, type Segment } from '../../hl7/message.ts';

/** What is known of a source beside its messages. */
export interface Source {
  /** Where a time without a zone was written. */
  readonly zone: Zone;
  /** ISO 3166-1 alpha-2: whose social security number PID-19 is. Absent: of the United States, as its name says. */
  readonly country?: string;
  /** URIs of assigning authorities and of local code systems, by the name under which messages speak of them. */
  readonly systems?: ReadonlyMap<string, string>;
  /** The id of a resource by what it is known by: always the same, and it tells nothing. */
  readonly idOf: (parts: readonly string[]) => string;
}

/** A source, and which facility of it has sent the message: names of authorities are unique within that only. */
export interface Sender extends Source {
  readonly facility: string;
}

/** The facility's name, by the authority that has sent a message (`messageOf`). */
export const facilityOf = ({ universal, namespace }: Authority): string => universal || namespace;

/** One value, numbered from 1, without blanks around it; `''` where there is none or where there is explicitly nothing. */
export function text(repetition: Repetition | undefined, component = 1, subcomponent = 1): string {
  const value = valueIn(repetition, component, subcomponent).trim();
  return value === NOTHING ? '' : value;
}

/** All of a component: its subcomponents, joined. */
export const whole = (repetition: Repetition | undefined, component: number, by = ' '): string =>
  (repetition?.[component - 1] ?? [])
    .map((_, at) => text(repetition, component, at + 1))
    .filter(Boolean)
    .join(by);

/** One value of a segment's field, in its first repetition. */
export const value = (segment: Segment | undefined, field: number, component = 1, subcomponent = 1): string =>
  text(segment?.fields[field]?.[0], component, subcomponent);

/** Each repetition that says something, read; what reads to nothing is left out. */
export const each = <T>(
  segment: Segment | undefined,
  field: number,
  read: (repetition: Repetition) => T | undefined,
): T[] => repetitions(segment, field).flatMap((repetition) => read(repetition) ?? []);

/** An object without the keys that have no value (`undefined`, empty text, empty lists); `undefined` when none is left. */
export function some<T extends object>(values: { readonly [K in keyof T]: T[K] | '' | undefined }): T | undefined {
  const kept = Object.entries(values as Record<string, unknown>).filter(
    ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as T);
}

/** As `some`, of what says something whatever its values are. */
export const made = <T extends object>(values: { readonly [K in keyof T]: T[K] | '' | undefined }): T =>
  some<T>(values) ?? ({} as T);
