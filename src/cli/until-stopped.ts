import type { Context } from './context.ts';

/** Runs `work`, which stops at SIGINT, SIGTERM or SIGHUP (a closed terminal) and cleans up; nothing then, but an exit code as the shell has it. */
export async function untilStopped<T>(
  context: Context,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const stop = new AbortController();
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  const ask = (name: keyof typeof codes): void => {
    if (!stop.signal.aborted) context.terminal.note(`${name}: taking the stack down …`);
    context.exit = codes[name];
    stop.abort();
  };
  process.on('SIGINT', ask).on('SIGTERM', ask).on('SIGHUP', ask);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    throw error;
  } finally {
    process.off('SIGINT', ask).off('SIGTERM', ask).off('SIGHUP', ask);
  }
}
