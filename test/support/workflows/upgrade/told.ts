import { condition, defineSignal, setHandler } from '@temporalio/workflow';

/** Waits for a signal of this name, and gives what it says. */
export function told(name: string): () => Promise<string> {
  let said: string | undefined;
  setHandler(defineSignal<[string]>(name), (what) => void (said = what));
  return async () => {
    await condition(() => said !== undefined);
    return said!;
  };
}
