/** A request that waits at a `hold` or `hold-request`. */
export interface Held {
  name: string;
  request: string;
  key: string | null;
}

/** Where held requests wait: barriers by name. */
export class Parking {
  readonly #parked = new Map<Held, () => void>();

  async park(held: Held): Promise<void> {
    const released = new Promise<void>((resolve) => this.#parked.set(held, resolve));
    await released;
  }

  held(): Held[] {
    return [...this.#parked.keys()];
  }

  /** Lets go of those parked now, of one name or of all, in the order of their arrival; later ones park again. */
  release(name?: string): number {
    const leaving = [...this.#parked].filter(([held]) => name === undefined || held.name === name);
    for (const [held, go] of leaving) {
      this.#parked.delete(held);
      go();
    }
    return leaving.length;
  }
}
