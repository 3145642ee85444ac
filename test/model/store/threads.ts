import { AsyncLocalStorage } from 'node:async_hooks';
import type { Point, Told } from './world.ts';

/** One attempt under way in this process, held where its story wants it: there it sleeps, or dies. */
export class Thread {
  /** The answer, once it has ended; null when it died. */
  answer: string | null | undefined;
  sleepsAt: Point | undefined;
  #told: Pick<Told, 'until' | 'then'>;
  #dead = false;
  #wake = (): void => undefined;
  #rest = (): void => undefined;
  #resting!: Promise<void>;

  constructor(told: Pick<Told, 'until' | 'then'>) {
    this.#told = told;
    this.#goes();
  }

  /** Runs to its end, with what it does on its way in its name. */
  static readonly running = new AsyncLocalStorage<Thread>();
  start(attempt: () => Promise<string>): this {
    void Thread.running.run(this, attempt).then(
      (answer) => this.#end(this.#dead ? null : answer),
      (error: unknown) => this.#end(this.#dead ? null : `failed: ${String(error)}`),
    );
    return this;
  }

  /** Called wherever it can be held. */
  async comes(point: Point): Promise<void> {
    const { until, then } = this.#told;
    this.#dead ||= until === point && then === 'dies';
    if (this.#dead) throw new Error('died'); // and nobody hears of it
    if (until !== point) return;
    this.sleepsAt = point;
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    this.#rest();
    await woken;
    if (this.#dead) throw new Error('died');
  }

  /** A sleeper goes on; one that waits for a key will go to its end when it gets it. */
  goOn(told: Pick<Told, 'until' | 'then'>): void {
    this.#told = told;
    if (this.sleepsAt === undefined) return;
    this.sleepsAt = undefined;
    this.#goes();
    this.#wake();
  }

  /** Dies where it is, and what it holds is free again. */
  die(): void {
    this.#dead = true;
    this.goOn(this.#told);
  }

  /** Resolves when it has ended or sleeps. */
  get rests(): Promise<void> {
    return this.#resting;
  }

  #goes(): void {
    this.#resting = new Promise((resolve) => (this.#rest = resolve));
  }

  #end(answer: string | null): void {
    this.answer = answer;
    this.#rest();
  }
}
