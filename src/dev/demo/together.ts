import { setMaxListeners } from 'node:events';

/** Does all of them; when one fails the others are told to stop. Nothing runs on behind the answer. */
export async function together(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  setMaxListeners(0, either); // each of the works may wait on it, in many places
  const running = works.map((work) => work(either).catch((error: unknown) => stop.abort(error)));
  await Promise.all(running);
  stop.signal.throwIfAborted(); // with the first error; what the others threw when they were stopped is of no interest
}
