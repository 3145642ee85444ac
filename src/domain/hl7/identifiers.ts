import { NOTHING, type Repetition, repetitions, type Segment, valueIn } from './message.ts';

/** Who assigned an identifier (HD): a name of local meaning, or a universal one with its kind; all `''` where nobody is named. */
export interface Authority {
  readonly namespace: string;
  readonly universal: string;
  readonly universalType: string;
}

/** An identifier of a patient or a visit (CX; CK and ST of versions before v2.3). */
export interface Identifier {
  readonly value: string;
  readonly authority: Authority;
  /** Table 0203: `MR`, `SS`, … or `''`. */
  readonly type: string;
  /** Where it stood, for example `PID-3`. */
  readonly place: string;
}

/** Every identifier of these fields, in their order, each once. */
export function identifiersIn(segment: Segment | undefined, fields: readonly number[]): readonly Identifier[] {
  const found = fields.flatMap((field) =>
    repetitions(segment, field).flatMap((repetition): Identifier[] => {
      const value = stated(valueIn(repetition));
      const place = `${segment?.name}-${field}`;
      return value === ''
        ? []
        : [{ value, authority: authorityOf(repetition, 4), type: stated(valueIn(repetition, 5)), place }];
    }),
  );
  const seen = new Set<string>();
  return found.filter(({ value, authority, type }) => {
    const key = JSON.stringify([value, authority, type]);
    return !seen.has(key) && seen.add(key);
  });
}

/** An HD that is a component, its parts subcomponents. */
export const authorityOf = (repetition: Repetition, component: number): Authority => ({
  namespace: stated(valueIn(repetition, component, 1)),
  universal: stated(valueIn(repetition, component, 2)),
  universalType: stated(valueIn(repetition, component, 3)),
});

/** Without blanks around it; nothing where it says that there is nothing. */
export const stated = (text: string): string => (text === NOTHING ? '' : text.trim());
