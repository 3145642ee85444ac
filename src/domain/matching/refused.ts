export type MatchingRefusal =
  | 'id-repeated'
  | 'date-malformed'
  | 'charges-negative'
  | 'rule-out-of-range'
  | 'id-unknown'
  | 'decided-twice'
  | 'too-few'
  | 'currencies-mixed';

/** Nothing was matched. The message names the code and the place, never a value. */
export class MatchingRefused extends Error {
  override readonly name = 'MatchingRefused';
  readonly code: MatchingRefusal;
  readonly path: string;

  constructor(code: MatchingRefusal, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
    this.path = path;
  }
}
