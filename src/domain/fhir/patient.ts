/** What this module reads of a FHIR R4 Patient; the rest goes through untouched. */
export interface Patient {
  readonly id?: string | undefined;
  readonly meta?: { readonly versionId?: string | undefined; readonly lastUpdated?: string | undefined } | undefined;
  readonly identifier?:
    readonly { readonly system?: string | undefined; readonly value?: string | undefined }[] | undefined;
  readonly name?:
    readonly { readonly family?: string | undefined; readonly given?: readonly string[] | undefined }[] | undefined;
  readonly birthDate?: string | undefined;
  readonly gender?: string | undefined;
}

/** A keyed hash of a text, in hex. */
export type Hmac = (text: string) => string;

/** Why a resource cannot be integrated: a code, never a value. */
export class PatientRefused extends Error {
  override readonly name = 'PatientRefused';
  readonly code: 'no-identifier';
  constructor(code: PatientRefused['code']) {
    super(code);
    this.code = code;
  }
}

const HEX_LENGTH = 32; // 128 bits: no collision among any number of patients

/**
 * The integration of one version of a Patient: its identifiers as keyed hashes, for everything that stays readable
 * (ids, keys, summaries), and the resource itself. The patient is who has the first identifier with system and value;
 * the version is told by `meta`, or where the source has none by the whole resource.
 */
export function toIntegration<P extends Patient>(
  resource: P,
  hmac: Hmac,
  fingerprint: (value: unknown) => string,
): { patientRef: string; versionRef: string; identifiers: string[]; lastUpdated?: string; resource: P } {
  const short = (text: string): string => hmac(text).slice(0, HEX_LENGTH);
  const identifiers = (resource.identifier ?? []).flatMap(({ system, value }) =>
    system !== undefined && value !== undefined && value.trim() !== ''
      ? [short(`identifier|${system}|${value.trim()}`)]
      : [],
  );
  const [first] = identifiers;
  if (first === undefined) throw new PatientRefused('no-identifier');
  const { versionId, lastUpdated } = resource.meta ?? {};
  const version = versionId ?? lastUpdated;
  return {
    patientRef: first,
    versionRef: short(version === undefined ? `content|${fingerprint(resource)}` : `version|${first}|${version}`),
    identifiers: [...new Set(identifiers)],
    ...(lastUpdated === undefined ? {} : { lastUpdated }),
    resource,
  };
}

/**
 * Cleanses what people type: white space trimmed and folded, letters composed (Unicode NFC), codes in lower case.
 * Twice gives the same as once.
 *
 * As the story does it, in the sandbox: what it gives is in the fingerprints of runs that are open. A source's messages are
 * cleansed by `src/domain/cleansing`, which needs more than a sandbox should hold.
 */
export function cleanse<P extends Patient>(patient: P): P {
  return {
    ...patient,
    ...(patient.gender === undefined ? {} : { gender: patient.gender.trim().toLowerCase() }),
    ...(patient.birthDate === undefined ? {} : { birthDate: patient.birthDate.trim() }),
    ...(patient.name === undefined
      ? {}
      : {
          name: patient.name.map((name) => ({
            ...name,
            ...(name.family === undefined ? {} : { family: fold(name.family) }),
            ...(name.given === undefined ? {} : { given: name.given.map(fold).filter((given) => given !== '') }),
          })),
        }),
  };
}

const fold = (text: string): string => text.normalize('NFC').replaceAll(/\s+/g, ' ').trim();

/** What a record needs at least; the code of what lacks. */
export const lacks = ({ name, birthDate }: Patient): 'NameMissing' | 'BirthDateMissing' | undefined => {
  if (!name?.some(({ family, given }) => family !== undefined || (given?.length ?? 0) > 0)) return 'NameMissing';
  return birthDate === undefined || !/^\d{4}(-\d{2}(-\d{2})?)?$/.test(birthDate) ? 'BirthDateMissing' : undefined;
};
