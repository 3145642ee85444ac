/** Why a whole file is refused. What each means stands in docs/statements.md. */
export type StatementRefusal =
  // what is no such file
  | 'file-empty'
  | 'format-unknown'
  | 'not-utf8'
  | 'encoding-unsupported'
  | 'doctype'
  | 'namespace-unknown'
  | 'not-well-formed'
  | 'after-the-end'
  | 'truncated'
  // limits
  | 'file-too-large'
  | 'too-deep'
  | 'text-too-long'
  | 'too-many-elements'
  | 'too-many-statements'
  | 'too-many-entries'
  | 'too-many-details'
  | 'entry-too-large'
  // what it says
  | 'statement-missing'
  | 'field-missing'
  | 'code-unknown'
  | 'out-of-order'
  | 'date-malformed'
  | 'number-malformed'
  | 'currency-unknown'
  | 'amount-malformed'
  | 'amount-too-precise'
  | 'amount-too-large'
  // BAI2
  | 'record-unknown'
  | 'record-malformed'
  | 'record-out-of-order'
  | 'group-not-taken'
  // CSV
  | 'mapping-malformed'
  | 'column-missing'
  | 'column-repeated'
  | 'row-malformed'
  // what does not add up
  | 'not-adding-up'
  | 'control-total'
  | 'control-count'
  | 'statement-repeated';

/**
 * The whole file is refused: it is malformed, over a limit, or does not add up. `at` is an XML path
 * (`/Document/BkToCstmrStmt/Stmt[1]/Ntry[3]/Amt`), a line (`line 7`) or a field of a mapping, and never a value.
 */
export class StatementRefused extends Error {
  override readonly name = 'StatementRefused';
  readonly code: StatementRefusal;
  readonly at: string;

  constructor(code: StatementRefusal, at: string) {
    super(`${code}: ${at}`);
    this.code = code;
    this.at = at;
  }
}
