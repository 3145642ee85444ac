import canonicalize from 'canonicalize';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What one source record says of a field. */
export interface Said {
  readonly value: Json;
  /** Of the event that said so: ISO 8601 in UTC, all of one form, so that texts compare as times do. */
  readonly at: string;
}

/** A source record as it stands, for its person's golden record. */
export interface Contribution {
  /** The source record's id. */
  readonly record: string;
  /** Whose record it is; several may be of one source. */
  readonly source: string;
  /** What it says nothing of is absent, or null. */
  readonly fields: { readonly [field: string]: Said };
}

/**
 * Which of the values is the golden record's:
 * - `most-recent`: said last;
 * - `most-complete`: which tells most, counted in texts, numbers and truths;
 * - `most-trusted`: of the source that stands first in `trust`;
 * - `all`: of lists, every element once, in the order of the list that was said last, then of the one before it. Where
 *   one element is told several times it is as it was told last, but its `period` begins at the earliest start.
 *
 * Where a rule leaves several, the most recent, then the most complete, then the most trusted decides; at last the text.
 */
export type Rule = 'most-recent' | 'most-complete' | 'most-trusted' | 'all';

export interface Survivorship {
  /** A field without one: `most-recent`. */
  readonly rules: { readonly [field: string]: Rule };
  /** Of a list, what makes two elements one: `['system', 'value']`. Without, all of them but their period. */
  readonly identities: { readonly [field: string]: readonly string[] };
  /** Sources, the most trusted first; who is not named comes after them. */
  readonly trust: readonly string[];
}

/** A field of the golden record, and whose records say so: in canonical order. */
export interface Survived {
  readonly value: Json;
  readonly from: readonly string[];
}

/**
 * The golden record: a function of the set of contributions. Their order, and one that comes twice, change no byte of
 * its JSON, because fields and all that is in them come out in canonical order (RFC 8785).
 */
export function goldenRecord(
  contributions: readonly Contribution[],
  { rules, identities, trust }: Survivorship,
): { readonly [field: string]: Survived } {
  const fields = new Set(contributions.flatMap(({ fields }) => Object.keys(fields)));
  const golden = [...fields].toSorted().flatMap((field) => {
    const told = contributions.flatMap(({ record, source, fields }): Told[] => {
      const said = fields[field];
      return said === undefined || said.value === null ? [] : [tell(record, said, trustIn(source, trust))];
    });
    const rule = rules[field] ?? 'most-recent';
    if (told.length === 0) return [];
    return [[field, rule === 'all' ? allOf(told, identities[field]) : best(told, rule)] as const];
  });
  return Object.fromEntries(golden);
}

/** A value with what rules look at. */
interface Told {
  readonly record: string;
  readonly at: string;
  readonly text: string;
  readonly leaves: number;
  readonly trust: number;
}

const trustIn = (source: string, trust: readonly string[]): number =>
  trust.includes(source) ? trust.length - trust.indexOf(source) : 0;

const tell = (record: string, { value, at }: Said, trust: number): Told => ({
  record,
  at,
  text: canonicalize(value)!,
  leaves: leavesOf(value),
  trust,
});

function leavesOf(value: Json): number {
  if (value === null || value === '') return 0;
  return typeof value === 'object'
    ? Object.values(value).reduce((sum: number, each: Json) => sum + leavesOf(each), 0)
    : 1;
}

const recent = (a: Told, b: Told): number => compareTexts(b.at, a.at);
const complete = (a: Told, b: Told): number => b.leaves - a.leaves;
const trusted = (a: Told, b: Told): number => b.trust - a.trust;
const FIRST = { 'most-recent': recent, 'most-complete': complete, 'most-trusted': trusted };

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byRule =
  (rule: keyof typeof FIRST) =>
  (a: Told, b: Told): number =>
    FIRST[rule](a, b) || recent(a, b) || complete(a, b) || trusted(a, b) || compareTexts(a.text, b.text);

function best(told: readonly Told[], rule: keyof typeof FIRST): Survived {
  const { text } = told.toSorted(byRule(rule))[0]!;
  return { value: valueOf(text), from: recordsOf(told.filter((each) => each.text === text)) };
}

function allOf(told: readonly Told[], identity: readonly string[] | undefined): Survived {
  const lists = told.toSorted((a, b) => recent(a, b) || trusted(a, b) || compareTexts(a.record, b.record));
  const same = new Map<string, Told[]>();
  for (const list of lists) {
    const value = valueOf(list.text);
    for (const element of Array.isArray(value) ? (value as readonly Json[]) : [value]) {
      const is = identityOf(element, identity);
      const there = same.get(is);
      const it = { ...list, text: canonicalize(element)!, leaves: leavesOf(element) };
      if (there) there.push(it);
      else same.set(is, [it]);
    }
  }
  const elements = [...same.values()].map((each) => overTime(each.toSorted(byRule('most-recent'))));
  return { value: elements, from: recordsOf(told) };
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function identityOf(element: Json, identity: readonly string[] | undefined): string {
  if (!isObject(element)) return canonicalize(element)!;
  const names = identity ?? Object.keys(element).filter((name) => name !== 'period');
  // Without any of what it should be told by, it is told by all of it.
  const known = names.some((name) => name in element) ? names : Object.keys(element);
  return canonicalize(
    Object.fromEntries(known.filter((name) => name in element).map((name) => [name, element[name]!])),
  )!;
}

/** Of one element as it was told, the last first. That one may have no period: silence takes back none. */
function overTime(told: readonly Told[]): Json {
  const values = told.map(({ text }) => valueOf(text));
  const [last] = values as [Json];
  const periods = values.flatMap((value) => (isObject(value) && isObject(value['period']) ? [value['period']] : []));
  if (!isObject(last) || periods.length === 0) return last;
  const starts = periods.flatMap(({ start }) => (typeof start === 'string' ? [start] : []));
  const period = { ...periods[0], ...(starts.length === 0 ? {} : { start: starts.toSorted()[0]! }) };
  return valueOf(canonicalize({ ...last, period })!);
}

/** Parsed from its canonical text: names within an object come in one order, whoever wrote them. */
const valueOf = (text: string): Json => JSON.parse(text) as Json;

const recordsOf = (told: readonly Told[]): string[] => [...new Set(told.map(({ record }) => record))].toSorted();
