/**
 * What is compared of one source record, as the source wrote it: plain strings, each absent where the source says
 * nothing. `normalise` takes care of case, accents, spaces and of values that say nothing.
 */
export interface Features {
  readonly family?: string | undefined;
  /** All given names, the first one first. */
  readonly given?: string | undefined;
  /** ISO 8601: `yyyy-mm-dd`, or as much of it as is known (`yyyy-mm`, `yyyy`). */
  readonly birthDate?: string | undefined;
  /** FHIR's administrative gender; `unknown` and what is not a code of it are as good as absent. */
  readonly sex?: string | undefined;
  /** The street, of the address that is in use; its number may stand here or apart. */
  readonly street?: string | undefined;
  readonly houseNumber?: string | undefined;
  readonly city?: string | undefined;
  readonly postcode?: string | undefined;
  readonly state?: string | undefined;
  readonly phone?: string | undefined;
  /** Of the person: social security number, national health number, a facility's record number. No account or visit. */
  readonly identifiers?: readonly Identifier[] | undefined;
}

/** A value that is unique within its system, as in FHIR. */
export interface Identifier {
  readonly system: string;
  readonly value: string;
}

/** One patient at one facility: the unit that is matched. The id is unique, and says nothing. */
export interface SourceRecord {
  readonly id: string;
  readonly features: Features;
}
