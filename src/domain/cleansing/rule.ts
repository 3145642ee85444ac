/** What a rule knows beside the element: what the source and the event say, and no clock. */
export interface Context {
  /** Of the source, ISO 3166-1 alpha-2: how an address that names no country, and a phone number beside it, are read. */
  readonly country?: string;
  /** Of the event, `YYYY-MM-DD`: nobody was born, or has died, later. */
  readonly day?: string;
}

/**
 * How one kind of element is cleansed. What comes out of `apply` goes through it unchanged (tested), and nothing is
 * guessed. A rule that does something else than before has the next version.
 */
export interface Rule<E> {
  readonly name: string;
  readonly version: number;
  /** The element as it is to be, itself when there is nothing to do; `undefined` when it is worth nothing. */
  apply(element: E, context: Context): E | undefined;
}

/** That a rule has changed or dropped what stands at `path` of the resource as it came. Never a value. */
export interface Change {
  readonly rule: string;
  readonly version: number;
  readonly path: string;
}

/**
 * The element with other values under some keys, in its own order. One that is `undefined`, empty text or an empty list is
 * taken away: FHIR has no such values.
 */
export function having<E extends object>(element: E, values: Readonly<Record<string, unknown>>): E {
  const kept = Object.entries({ ...element, ...values }).filter(
    ([key, value]) => !(key in values && (value === undefined || value === '' || isEmptyList(value))),
  );
  return Object.fromEntries(kept) as E;
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** The element after all rules, in their order; what each has done is added to `changes`. */
export function throughRules<E extends object>(
  rules: readonly Rule<E>[],
  element: E,
  context: Context,
  path: string,
  changes: Change[],
): E | undefined {
  let now = element;
  for (const rule of rules) {
    const { name, version } = rule;
    const next = rule.apply(now, context);
    if (next === undefined) {
      changes.push({ rule: name, version, path });
      return undefined;
    }
    for (const key of differing(now, next)) changes.push({ rule: name, version, path: `${path}.${key}` });
    now = next;
  }
  return now;
}

function differing(a: object, b: object): string[] {
  if (a === b) return [];
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (key) => JSON.stringify(left[key]) !== JSON.stringify(right[key]),
  );
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parts that rules read, in elements of any kind. */
const TEXTS =
  'text family value system city district state postalCode country unit code gender birthDate deceasedDateTime'.split(
    ' ',
  );
const LISTS = ['given', 'prefix', 'suffix', 'line'];

/**
 * Whether what rules read of it is of the type that FHIR says. What is not goes through untouched: to refuse it is
 * somebody else's, and to guess at it nobody's.
 */
export function asFhir<E>(element: E): element is E & object {
  if (!isObject(element)) return false;
  const { type } = element;
  const coding = isObject(type) ? type['coding'] : undefined;
  return (
    TEXTS.every((key) => element[key] === undefined || typeof element[key] === 'string') &&
    LISTS.every((key) => element[key] === undefined || isListOf(element[key], (part) => typeof part === 'string')) &&
    (coding === undefined || isListOf(coding, isObject))
  );
}

const isListOf = (list: unknown, is: (part: unknown) => boolean): boolean => Array.isArray(list) && list.every(is);
