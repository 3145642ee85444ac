export type RetailFileRefusal = 'column-missing' | 'column-unknown' | 'column-repeated' | 'file-too-large';

/** The whole file is refused, and nothing of it was taken. The message names columns and places, never a value. */
export class RetailFileRefused extends Error {
  override readonly name = 'RetailFileRefused';
  readonly code: RetailFileRefusal;

  constructor(code: RetailFileRefusal, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}
