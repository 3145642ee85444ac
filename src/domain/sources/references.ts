import type { FhirResource, Identifier, Patient, Reference } from 'fhir/r4.js';

/** A resource of a file, by what others refer to it. */
export interface Placed {
  readonly fullUrl: string | undefined;
  readonly resource: FhirResource;
}

/** Whom a resource is about: by the patient's key (`keyOf`), with the resource where the file has it; or by an identifier alone. */
export type PatientRef =
  { readonly key: string; readonly resource: Patient | null } | { readonly key: null; readonly identifier: Identifier };

/** `http://…/fhir/Patient/1`, and what the server's address is in it. */
const RESTFUL = /^(https?:\/\/.+)\/([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})$/;
const RELATIVE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/;

/** Why a reference leads to no patient: to nothing that can be told, or to something else. */
export type NoPatient = 'patient-unresolved' | 'no-patient';

/** Where references lead, by the rules for bundles (hl7.org/fhir/R4/bundle.html#references). */
export class References {
  readonly #base: string;
  readonly #byUrl = new Map<string, Placed>();
  readonly #byKey = new Map<string, Placed>();

  /** @param base the address of the source's server: what is below it is told relative to it, as the source itself does */
  constructor(placed: readonly Placed[], base: string) {
    this.#base = base.replace(/\/$/, '');
    for (const one of placed) {
      // Of several versions the first, as a history has the newest first.
      if (one.fullUrl !== undefined && !this.#byUrl.has(one.fullUrl)) this.#byUrl.set(one.fullUrl, one);
      const key = this.keyOf(one);
      if (key !== null && !this.#byKey.has(key)) this.#byKey.set(key, one);
    }
  }

  /**
   * What a resource is called at its source, in every file: `Patient/1` at its server, an address at another's, else its fullUrl. Nothing for one
   * that has neither id nor fullUrl.
   */
  keyOf({ fullUrl, resource }: Placed): string | null {
    if (fullUrl !== undefined && RESTFUL.test(fullUrl)) return this.#relative(fullUrl);
    if (resource.id !== undefined) return `${resource.resourceType}/${resource.id}`;
    return fullUrl ?? null;
  }

  /** The patients that a resource is about, each once; or why there is none. */
  patientsOf(placed: Placed): readonly PatientRef[] | NoPatient {
    const { resource } = placed;
    if (resource.resourceType === 'Patient') {
      const key = this.keyOf(placed);
      if (key !== null) return [{ key, resource }];
      const identifiers: unknown = resource.identifier;
      const identifier = Array.isArray(identifiers) ? identifiers.find(isIdentifier) : undefined;
      return identifier ? [{ key: null, identifier }] : 'patient-unresolved';
    }
    const found = referencesIn(resource).map((reference) => this.#patientsAt(reference, placed));
    const patients = found.flatMap((one) => (typeof one === 'string' ? [] : one));
    if (patients.length === 0) return found.includes('patient-unresolved') ? 'patient-unresolved' : 'no-patient';
    const told = (patient: PatientRef) =>
      patient.key ?? JSON.stringify([patient.identifier.system, patient.identifier.value]);
    return [...new Map(patients.map((patient) => [told(patient), patient])).values()];
  }

  #patientsAt({ reference, identifier, type }: Reference, from: Placed): readonly PatientRef[] | NoPatient {
    if (typeof reference !== 'string') {
      if (type !== undefined && type !== 'Patient') return 'no-patient';
      return isIdentifier(identifier) ? [{ key: null, identifier }] : 'patient-unresolved';
    }
    const target = reference.replace(/\/_history\/[^/]+$/, '');
    if (target.includes('?')) return conditional(target);
    const base = RESTFUL.exec(from.fullUrl ?? '')?.[1];
    const address = RELATIVE.test(target) && base !== undefined ? `${base}/${target}` : target;
    const key = this.#relative(address);
    const placed = this.#byUrl.get(address) ?? this.#byKey.get(key);
    // A provenance is about whom its target is about; that one's may lead back.
    if (placed && from.resource.resourceType === 'Provenance')
      return placed.resource.resourceType === 'Provenance' ? 'no-patient' : this.patientsOf(placed);
    if (placed) return placed.resource.resourceType === 'Patient' ? this.patientsOf(placed) : 'no-patient';
    if (from.resource.resourceType === 'Provenance') return 'patient-unresolved';
    const told = (RELATIVE.test(key) ? key : RESTFUL.exec(key)?.[2])?.split('/')[0];
    if (told === 'Patient') return [{ key, resource: null }];
    return told === undefined ? 'patient-unresolved' : 'no-patient';
  }

  #relative(address: string): string {
    return this.#base !== '' && address.startsWith(`${this.#base}/`) ? address.slice(this.#base.length + 1) : address;
  }
}

/** One that tells somebody: nobody's number is told by its value alone. */
const isIdentifier = (one: unknown): one is Identifier =>
  typeof one === 'object' &&
  one !== null &&
  'system' in one &&
  typeof one.system === 'string' &&
  'value' in one &&
  typeof one.value === 'string' &&
  one.value.trim() !== '';

/** `Patient?identifier=system|value`, as transactions refer to what the server has. */
function conditional(target: string): readonly PatientRef[] | NoPatient {
  const [type = '', query = ''] = target.split('?', 2);
  if (type !== 'Patient' && !type.endsWith('/Patient')) return 'no-patient';
  const parameters = [...new URLSearchParams(query)];
  const [, system, value] = /^([^|]+)\|([^|]+)$/.exec(parameters[0]?.[1] ?? '') ?? [];
  if (parameters.length !== 1 || parameters[0]?.[0] !== 'identifier' || system === undefined || value === undefined)
    return 'patient-unresolved';
  return [{ key: null, identifier: { system, value } }];
}

/**
 * The elements by which a resource belongs to a patient's compartment (hl7.org/fhir/R4/compartmentdefinition-patient.html), those of them that say
 * whom it is about and not who took part.
 */
const ABOUT = ['patient', 'subject', 'beneficiary', 'individual', 'for'];

function referencesIn(resource: FhirResource): Reference[] {
  const elements = new Map<string, unknown>(Object.entries(resource));
  const names = resource.resourceType === 'Provenance' ? ['target'] : ABOUT;
  return names.flatMap((name) => {
    const value = elements.get(name);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.filter((one): one is Reference => typeof one === 'object' && one !== null);
  });
}
