import type { FhirResource } from 'fhir/r4.js';
import { type Instant, instantOf } from '../instants.ts';
import { parseJson } from './json.ts';
import { type Limits, LIMITS } from './limits.ts';
import { type PatientRef, References } from './references.ts';
import { SourceRefused } from './refused.ts';

/** A resource of one patient. */
export interface FhirEntry {
  /** `resource`, or `entry 3`, counted from 1. */
  readonly at: string;
  readonly resource: FhirResource;
  /** What it is called at its source (`Observation/1`); `null` where it is called nothing: then it is what it says. */
  readonly key: string | null;
  /** Its version at the source (`meta.versionId`, else `meta.lastUpdated`); `null` where none is told: then its content tells it. */
  readonly version: string | null;
  /**
   * When the source said so: `meta.lastUpdated`, else when it made the bundle; `null` where neither is told, which counts as before all that is.
   * Clinical times say when something was so, and not when it was said.
   */
  readonly updated: Instant | null;
  readonly patient: PatientRef;
  readonly refused?: never;
}

/** An entry that is kept whole, and why it goes no further. */
export interface RefusedEntry {
  readonly at: string;
  readonly json: unknown;
  readonly refused: SourceRefused;
}

export interface FhirOptions {
  /** The address of the source's FHIR server, if its bundles have any. */
  base?: string;
  limits?: Limits;
}

/**
 * What a FHIR R4 file says of patients: a bundle of any type, entry by entry in its order, or a single resource.
 *
 * @throws SourceRefused where the file is none
 */
export function readFhir(
  bytes: Uint8Array,
  { base = '', limits = LIMITS }: FhirOptions = {},
): (FhirEntry | RefusedEntry)[] {
  const json = parseJson(bytes, limits);
  if (!isResource(json)) throw new SourceRefused('not-fhir', 'resourceType');
  if (json.resourceType !== 'Bundle') {
    const one = { fullUrl: undefined, resource: json };
    return [entryOf('resource', json, one, new References([one], base), null)];
  }
  const entries: unknown = json.entry ?? [];
  if (!Array.isArray(entries)) throw new SourceRefused('not-fhir', 'entry');
  if (entries.length > limits.entries) throw new SourceRefused('too-many-entries', `entry ${limits.entries + 1}`);
  const made = momentOf(json.timestamp, 'timestamp') ?? momentOf(json.meta?.lastUpdated, 'meta.lastUpdated');
  const placed = entries.map(placedOf);
  const references = new References(
    placed.filter((one) => typeof one !== 'string'),
    base,
  );
  return placed.map((one, n) => {
    const at = `entry ${n + 1}`;
    const entry: unknown = entries[n];
    return typeof one === 'string'
      ? { at, json: entry, refused: new SourceRefused(one, at) }
      : entryOf(at, entry, one, references, made);
  });
}

function placedOf(entry: unknown): { fullUrl: string | undefined; resource: FhirResource } | SourceRefused['code'] {
  if (!isObject(entry)) return 'not-fhir';
  const { fullUrl, resource } = entry;
  if (resource === undefined) return 'entry-empty'; // a deletion, or an answer
  if (!isResource(resource)) return 'not-fhir';
  if (resource.resourceType === 'Bundle') return 'bundle-nested';
  return { fullUrl: typeof fullUrl === 'string' ? fullUrl : undefined, resource };
}

function entryOf(
  at: string,
  json: unknown,
  placed: { fullUrl: string | undefined; resource: FhirResource },
  references: References,
  made: Instant | null,
): FhirEntry | RefusedEntry {
  const { resource } = placed;
  try {
    const patients = references.patientsOf(placed);
    if (typeof patients === 'string') throw new SourceRefused(patients, at);
    const [patient, second] = patients;
    if (!patient || second) throw new SourceRefused('several-patients', at);
    const updated = momentOf(resource.meta?.lastUpdated, `${at}, meta.lastUpdated`) ?? made;
    const version = resource.meta?.versionId ?? resource.meta?.lastUpdated ?? null;
    return { at, resource, key: references.keyOf(placed), version, updated, patient };
  } catch (error) {
    if (error instanceof SourceRefused) return { at, json, refused: error };
    throw error;
  }
}

/** A FHIR instant. */
function momentOf(value: unknown, at: string): Instant | null {
  if (value === undefined) return null;
  const parts =
    typeof value === 'string'
      ? /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(value)
      : null;
  const [year, month, day, hour, minute, second] = (parts ?? []).slice(1, 7).map(Number);
  const [fraction = '', sign, hours = 0, minutes = 0] = (parts ?? []).slice(7);
  const east = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const instant =
    year === undefined || month === undefined || day === undefined || hour === undefined || minute === undefined || second === undefined // prettier-ignore
      ? undefined
      : instantOf({ year, month, day, hour, minute, second, fraction }, east);
  if (instant === undefined) throw new SourceRefused('time-malformed', at);
  return instant;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Its elements are not checked, but for those that are read here. */
const isResource = (value: unknown): value is FhirResource =>
  isObject(value) &&
  typeof value['resourceType'] === 'string' &&
  /^[A-Z][A-Za-z]{1,63}$/.test(value['resourceType']) &&
  (value['id'] === undefined || (typeof value['id'] === 'string' && /^[A-Za-z0-9.-]{1,64}$/.test(value['id']))) &&
  (value['meta'] === undefined || isMeta(value['meta'])) &&
  (value['identifier'] === undefined || isObject(value['identifier']) || isListOfObjects(value['identifier']));

const isMeta = (meta: unknown): boolean =>
  isObject(meta) && (meta['versionId'] === undefined || typeof meta['versionId'] === 'string');

const isListOfObjects = (value: unknown): boolean => Array.isArray(value) && value.every(isObject);
