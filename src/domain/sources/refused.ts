/** Why something that a source sent is not integrated. */
export type SourceRefusal =
  // HL7 v2: what is no message, or not a whole one
  | 'outside-a-message'
  | 'header-truncated'
  | 'header-repeated'
  | 'delimiters-malformed'
  | 'segment-malformed'
  | 'frame-open'
  | 'batch-out-of-order'
  | 'batch-open'
  | 'batch-count'
  | 'charset-unsupported'
  | 'charset-mismatch'
  | 'control-character'
  | 'escape-unsupported'
  // HL7 v2: what a message does not say, or says twice
  | 'not-integrated'
  | 'field-missing'
  | 'segment-missing'
  | 'segment-repeated'
  | 'several-patients'
  | 'time-malformed'
  | 'status-unknown'
  // FHIR
  | 'not-utf8'
  | 'json-malformed'
  | 'not-fhir'
  | 'bundle-nested'
  | 'entry-empty'
  | 'no-patient'
  | 'patient-unresolved'
  // laboratory CSV
  | 'form-malformed'
  | 'column-missing'
  | 'column-repeated'
  | 'row-malformed'
  // limits
  | 'file-too-large'
  | 'message-too-large'
  | 'too-many-segments'
  | 'too-many-fields'
  | 'too-many-repetitions'
  | 'too-many-components'
  | 'too-many-subcomponents'
  | 'too-deep'
  | 'too-many-values'
  | 'too-many-entries'
  | 'line-too-long';

/**
 * Something that a source sent is not integrated, and is kept whole. `at` is a place (`PID-3`, `segment 7, field 5`, `entry 3`, `line 12`) and never a
 * value; a segment is counted and not named where its name is what somebody sent.
 */
export class SourceRefused extends Error {
  override readonly name = 'SourceRefused';
  readonly code: SourceRefusal;
  readonly at: string;

  constructor(code: SourceRefusal, at: string) {
    super(`${code}: ${at}`);
    this.code = code;
    this.at = at;
  }
}
