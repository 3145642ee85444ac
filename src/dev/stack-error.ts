/** What went wrong with the local stack, as one sentence that says what to do. The original error is the `cause`. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
