import { setTimeout as pause } from 'node:timers/promises';
import type { Implementation } from '../../../src/kit/effects/body.ts';
import { MemoryStore, type MemoryTx } from '../../../src/kit/testing/memory-store.ts';
import type * as contracts from './contracts.ts';
import type { Fail, Named, Says } from './plan.ts';

type Fails = { readonly refuse: (type: 'No') => Error; readonly retry: (type: 'Busy') => Error };
type What = 'book' | 'undo';

/** The store and the far side of one story. Attempts come to what the scripts say, one after the other. */
export class FarSide {
  readonly store = new MemoryStore();
  /** Keys whose request arrived at the provider. */
  readonly wired = new Set<string>();
  readonly #steps: ReadonlyMap<string, Named>;
  readonly #scripts = new Map<string, (Fail | Says)[]>();
  #notes = 0;

  constructor(steps: ReadonlyMap<string, Named>) {
    this.#steps = steps;
  }

  /** What was really done: `book s1`, `undo s1`, with nothing that would hide a second time. */
  get done(): string[] {
    return [...this.store.data.values()].map(String);
  }

  /** A person undoes it at the far side. */
  undoByHand(step: string): void {
    this.#note(this.store.data, 'undo', step);
  }

  /** On the way back of an answer: true when it gets lost. */
  loses(key: string): boolean {
    const script = this.#script(key);
    if (script[0] === 'answer lost') script.shift();
    else return false;
    return true;
  }

  bodies(): Implementation<typeof contracts, MemoryTx> {
    const local =
      (what: What) =>
      async ({ step }: contracts.Step, { tx, ...fails }: Fails & { tx: MemoryTx }): Promise<{ step: string }> => {
        if (what === 'book' && this.#steps.get(step)!.slow) await pause(50);
        // Before it is refused or fails: it has to be taken back.
        this.#note(tx, what, step);
        this.#act(keyOf(what, step), fails);
        return { step };
      };
    const wired = <T>(what: What, answer: (step: string) => T) => ({
      request: ({ step }: contracts.Step) => ({ step }),
      send: async ({ step }: { step: string }, fails: Fails): Promise<T> => {
        const key = keyOf(what, step);
        this.#act(key, fails);
        this.#note(this.store.data, what, step);
        this.wired.add(key);
        if (this.loses(key)) throw new Error('the answer is lost');
        return answer(step);
      },
    });
    return {
      book: local('book'),
      unbook: async (input, attempt) => void (await local('undo')(input, attempt)),
      seal: local('book'),
      wire: wired('book', (step) => ({ step })),
      unwire: wired('undo', () => ({ undone: true })),
    };
  }

  #act(key: string, { refuse, retry }: Fails): void {
    const script = this.#script(key);
    if (script[0] === 'answer lost') return;
    const next = script.shift();
    if (next === 'no') throw refuse('No');
    if (next === 'busy') throw retry('Busy');
    if (next === 'breaks') throw new Error('the line is dead');
  }

  /** What attempts under this key have still to come to; its next generation goes on with it. */
  #script(key: string): (Fail | Says)[] {
    const [step, undo] = key.split('/') as [string, string?];
    const { does, undo: undoes } = this.#steps.get(step)!;
    const { fails, says } = undo === undefined ? does : undoes;
    const left = this.#scripts.get(key) ?? [...fails, says];
    this.#scripts.set(key, left);
    return left;
  }

  #note(tx: MemoryTx, what: What, step: string): void {
    tx.set(`note ${++this.#notes}`, `${what} ${step}`);
  }
}

const keyOf = (what: What, step: string): string => (what === 'book' ? step : `${step}/undo`);
