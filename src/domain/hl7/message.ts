/**
 * An HL7 v2 message as it was sent, its escapes undone. Nothing is interpreted: what a segment means is told by the number of its version's
 * standard, and segments that no standard knows (Z-segments) stand where they stood.
 */
export interface Message {
  readonly segments: readonly Segment[];
}

/** `fields[n]` is field n as HL7 numbers it; `fields[0]` is the name. MSH-1 is the field separator, MSH-2 the encoding characters, neither split. */
export interface Segment {
  readonly name: string;
  readonly fields: readonly Field[];
}

/** Its repetitions. A field that is absent has none, or one that is empty. */
export type Field = readonly Repetition[];
/** Its components: `repetition[0]` is component 1. */
export type Repetition = readonly Component[];
/** Its subcomponents: `''` is absent, the two characters `""` say that there is explicitly nothing ("delete what you have", v2.5.1 ch. 2.5.3). */
export type Component = readonly string[];

/** What says that there is explicitly nothing. */
export const NOTHING = '""';

/** One value, numbered from 1 as HL7 does, of the first repetition; `''` where there is none. */
export const first = (segment: Segment | undefined, field: number, component = 1, subcomponent = 1): string =>
  valueIn(segment?.fields[field]?.[0], component, subcomponent);

/** One value of a repetition; `''` where there is none. */
export const valueIn = (repetition: Repetition | undefined, component = 1, subcomponent = 1): string =>
  repetition?.[component - 1]?.[subcomponent - 1] ?? '';

/** The repetitions of a field that say anything. */
export const repetitions = (segment: Segment | undefined, field: number): readonly Repetition[] =>
  (segment?.fields[field] ?? []).filter((repetition) => repetition.some((component) => component.some(Boolean)));

/** The first segment of a name. */
export const segment = (message: Message, name: string): Segment | undefined =>
  message.segments.find((found) => found.name === name);
