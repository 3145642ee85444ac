import { z } from 'zod';
import { activity, undo } from '../kit/contract/activity.ts';
import type { Pipeline } from '../kit/contract/pipeline.ts';

/** A keyed HMAC-SHA-256, the first 128 bits in hex: stands for an identifier wherever keys, ids and logs are readable. */
const Hashed = z.string().regex(/^[0-9a-f]{32}$/);

/**
 * FHIR R4 Patient (hl7.org/fhir/R4/patient.html): what this pipeline reads is checked, everything else is kept as it came.
 */
export const FhirPatient = z.looseObject({
  resourceType: z.literal('Patient'),
  id: z.string().optional(),
  meta: z.looseObject({ versionId: z.string().optional(), lastUpdated: z.string().optional() }).optional(),
  identifier: z
    .array(z.looseObject({ system: z.string().optional(), value: z.string().optional() }))
    .max(100)
    .optional(),
  name: z
    .array(z.looseObject({ family: z.string().optional(), given: z.array(z.string()).max(50).optional() }))
    .max(50)
    .optional(),
  birthDate: z.string().optional(),
  gender: z.string().optional(),
});
export type FhirPatient = z.infer<typeof FhirPatient>;

/** One version of one patient from one source. Made by `toIntegration` (src/domain/fhir), which hashes the identifiers. */
export const Integration = z.object({
  /** Of the patient: the same in every version. */
  patientRef: Hashed,
  /** Of this version of the source's resource. */
  versionRef: Hashed,
  identifiers: z.array(Hashed).min(1).max(100),
  /** FHIR instant of the source's version, for the order of versions; absent when the source has none. */
  lastUpdated: z.iso.datetime({ offset: true }).optional(),
  resource: FhirPatient,
});
export type Integration = z.infer<typeof Integration>;

export interface Integrated {
  readonly patientRef: string;
  readonly version: number;
}

export const patients: Pipeline<Integration> = {
  name: 'patients',
  prefix: 'patients',
  workflow: 'integratePatient',
  payload: Integration,
  businessId: ({ patientRef, versionRef }) => `${patientRef}.${versionRef}`,
  summary: ({ patientRef }) => `patient ${patientRef.slice(0, 8)}`,
  sealed: true,
};

const keyed =
  (what: string) =>
  ({ patientRef, versionRef }: { patientRef: string; versionRef: string }): string =>
    `patients/${patientRef}/${versionRef}/${what}`;
const bounds = { attempt: '15s', within: '30 days' } as const;
const Claim = Integration.pick({ patientRef: true, versionRef: true, identifiers: true });
const Write = Integration.omit({ identifiers: true });

/** Gives back the identifiers that this version claimed, and no others. */
export const releaseIdentifiers = undo('releaseIdentifiers', {
  input: Claim,
  key: keyed('identifiers/release'),
  errors: {},
  ...bounds,
});

/** Ties identifiers to the patient: one identifier, one patient. */
export const claimIdentifiers = activity('claimIdentifiers', {
  input: Claim,
  output: z.object({ claimed: z.array(Hashed) }),
  key: keyed('identifiers'),
  errors: { IdentifierTaken: 'refused' },
  ...bounds,
  undo: releaseIdentifiers,
});

/** Makes the record what it was before, as a next version: versions are never removed. */
export const withdrawRecord = undo('withdrawRecord', {
  input: Write,
  key: keyed('record/withdraw'),
  errors: {},
  ...bounds,
});

/** Writes the record's next version, sealed. */
export const writeRecord = activity('writeRecord', {
  input: Write,
  output: z.object({ version: z.int().positive() }),
  key: keyed('record'),
  errors: { NewerVersionThere: 'refused' },
  ...bounds,
  undo: withdrawRecord,
});

/** Tells downstream readers that there is a version to fetch: ids only. */
export const announceRecord = activity('announceRecord', {
  input: z.object({ patientRef: Hashed, versionRef: Hashed, version: z.int().positive() }),
  output: z.object({}),
  key: keyed('announce'),
  errors: {},
  ...bounds,
  undo: { none: 'what was announced may have been read: a correction is a next version' },
});
