import { setTimeout as pause } from 'node:timers/promises';

/** Looks until `look` gives something; the last failure, if any, is the cause of giving up. */
export async function until<T>(
  what: string,
  look: () => Promise<T | false | undefined | null> | T | false | undefined | null,
  withinMs = 20_000,
): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    let failure: unknown;
    try {
      const found = await look();
      if (found !== false && found !== undefined && found !== null) return found;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`, { cause: failure });
    await pause(25);
  }
}

/** A gate: whoever comes waits until it is opened. */
export class Gate {
  readonly arrived: Promise<void>;
  readonly #opened: Promise<void>;
  #arrive = (): void => undefined;
  #open = (): void => undefined;

  constructor() {
    this.arrived = new Promise((resolve) => (this.#arrive = resolve));
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  pass = (): Promise<void> => {
    this.#arrive();
    return this.#opened;
  };

  open(): void {
    this.#open();
  }
}
