/** The limits of what sources send. What is over one is refused whole; nothing is ever cut short. */
export const LIMITS = {
  /** One HL7 v2 message. Ordinary ones weigh 1 to 10 KB; a document that is embedded in base64 belongs into an object store. */
  messageBytes: 1024 * 1024,
  /** Segments of a message: a culture with its susceptibilities has some hundred. */
  segments: 5_000,
  /** Fields of a segment. The longest of the standard, IN2 and PID, have 72 and 40. */
  fields: 500,
  /** Repetitions of a field: free text that is sent a line a repetition. */
  repetitions: 1_000,
  /** Components of a repetition. The longest data type of the standard, XCN, has 25. */
  components: 200,
  /** Subcomponents of a component, where HL7 v2 ends to nest. */
  subcomponents: 100,
  /** A FHIR file, which is held whole. The largest sample weighs 0.3 MB, a long life in Synthea 20 MB. */
  fhirBytes: 32 * 1024 * 1024,
  /** Objects and arrays in one another. FHIR's own nest to about 15; extensions and items in items go deeper. */
  depth: 64,
  /** Members and items of one FHIR file: what bounds its memory, which is 50 times the bytes where they say nothing. */
  values: 2_000_000,
  /** Entries of a bundle. */
  entries: 20_000,
  /** One line of a laboratory CSV. */
  lineBytes: 64 * 1024,
} as const;

export type Limits = { readonly [name in keyof typeof LIMITS]: number };
