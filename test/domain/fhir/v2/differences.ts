import type { Bundle, FhirResource } from 'fhir/r4.js';
import { mapMessage } from '../../../../src/domain/fhir/v2/map.ts';
import { parseMessage } from '../../../../src/domain/hl7/parse.ts';
import { filesOf, textOf } from '../../samples.ts';
import { sender } from './support.ts';

/** One element that our mapping and the other converter's bundle (microsoft/FHIR-Converter) have differently. */
export interface Difference {
  readonly file: string;
  /** `Patient.name[0].family`, indexes left out. */
  readonly element: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** What is compared: who the patient is, and what was found. */
const COMPARED = ['Patient', 'DiagnosticReport', 'Observation'];

/** All differences between our mapping of the sample messages and the bundles that another converter made of them. */
export const differences = (): Difference[] =>
  filesOf('hl7v2-expected', '-expected.json').flatMap((name) => {
    const file = name.replace('-expected.json', '');
    const message = parseMessage(Buffer.from(textOf(`hl7v2/${file}.hl7`)), { charset: 'UNICODE UTF-8' });
    const { patient, resources } = mapMessage(message, sender);
    const ours = [...(patient ? [patient] : []), ...resources];
    const theirs = ((JSON.parse(textOf(`hl7v2-expected/${name}`)) as Bundle<FhirResource>).entry ?? []).flatMap(
      ({ resource }) => resource ?? [],
    );
    return COMPARED.flatMap((type) => {
      const [left, right] = [ours, theirs].map((all) => all.filter(({ resourceType }) => resourceType === type));
      return paired(left ?? [], right ?? []).flatMap(([our, their]) =>
        our === undefined || their === undefined
          ? [{ file, element: type, ours: our && labelOf(our), theirs: their && labelOf(their) }]
          : between(our, their).map(({ path, ...difference }) => ({ file, element: type + path, ...difference })),
      );
    });
  });

/** Resources of a type are told apart by what they are of; several of one in their order. */
function paired(
  ours: readonly FhirResource[],
  theirs: readonly FhirResource[],
): [FhirResource | undefined, FhirResource | undefined][] {
  const rest = [...theirs];
  const pairs = ours.map((our): [FhirResource, FhirResource | undefined] => {
    const n = rest.findIndex((their) => labelOf(their) === labelOf(our));
    return [our, n === -1 ? undefined : rest.splice(n, 1)[0]];
  });
  return [...pairs, ...rest.map((their): [undefined, FhirResource] => [undefined, their])];
}

/** By its code and the kind of its value. */
const labelOf = (resource: FhirResource): string =>
  [
    keyOf((resource as { code?: unknown }).code),
    ...Object.keys(resource).filter((key) => /^(value|component)/.test(key)),
  ].join(' ');

function between(ours: unknown, theirs: unknown): { path: string; ours: unknown; theirs: unknown }[] {
  const [left, right] = [leavesOf(ours), leavesOf(theirs)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((path) => {
    const [our, their] = [left.get(path), right.get(path)];
    return alike(our, their) ? [] : [{ path: path.replaceAll(/\[[^\]]*\]/g, ''), ours: our, theirs: their }];
  });
}

/** Alike: also times of one moment in two zones, and references that lead to the same kind of thing. */
const alike = (a: unknown, b: unknown): boolean =>
  a === b ||
  (typeof a === 'string' &&
    typeof b === 'string' &&
    a.includes('T') &&
    b.includes('T') &&
    Date.parse(a) === Date.parse(b));

/** Each value at the end of a path. Elements of a list are known by what they say, and not by where they stand. */
function leavesOf(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]]);
  if (Array.isArray(value)) {
    const keys = value.map((each, n) => keyOf(each) ?? String(n));
    return new Map(
      value.flatMap((each, n) => {
        const repeated = keys.slice(0, n).filter((key) => key === keys[n]).length;
        return [...leavesOf(each, `${path}[${escaped(keys[n] ?? '')} ${repeated}]`)];
      }),
    );
  }
  return new Map(
    Object.entries(value)
      // Ids are each side's own.
      .filter(([key]) => !(path === '' && (key === 'id' || key === 'resourceType')) && key !== 'reference')
      .flatMap(([key, each]) => [...leavesOf(each, `${path}.${key}`)]),
  );
}

const escaped = (key: string): string => key.replaceAll(/[[\]]/g, '');

function keyOf(element: unknown): string | undefined {
  if (typeof element !== 'object' || element === null) return undefined;
  const { url, value, code, coding, family, name, valueCoding, valueCodeableConcept, extension, type } =
    element as Record<string, unknown>;
  if (typeof url === 'string')
    return [
      url,
      keyOf(valueCoding),
      keyOf(valueCodeableConcept),
      Array.isArray(extension) && /citizen|national/.test(url) ? keyOf(extension[0]) : '',
    ].join(' ');
  const first = [value, code, family].find((one) => typeof one === 'string');
  if (typeof first === 'string') return first;
  if (Array.isArray(coding)) return keyOf(coding[0]);
  return keyOf(name) ?? keyOf(type);
}
