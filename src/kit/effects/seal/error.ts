/**
 * Why nothing can be sealed. `Key`: a key that is none, or is missing. `Damaged`: at a seal's path there is something else.
 * `Missing`: a seal that is known is not there, or their bucket. `Busy`: others were quicker, again and again.
 */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly code: 'Key' | 'Damaged' | 'Missing' | 'Busy';
  constructor(code: SealError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
