/** Does all of them; when one fails the others are told to stop. Nothing runs on behind the answer. */
export async function together(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const running = works.map((work) =>
    work(either).catch((error: unknown) => {
      stop.abort(error); // what the others throw then is this very error
      throw error;
    }),
  );
  await Promise.allSettled(running);
  await Promise.all(running);
}
