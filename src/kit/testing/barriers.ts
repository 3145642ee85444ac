import { fork, type ChildProcess } from 'node:child_process';
import type { Json } from '../contract/outcome.ts';
import type { Observe, Point } from '../effects/store.ts';

/** Where a child stands. */
export interface Arrival {
  readonly point: Point;
  readonly activity: string;
  readonly key: string;
}

type FromChild = { readonly arrived: Arrival } | { readonly result: Json };
type ToChild = { readonly go: Point };

/** The child's side: what it is asked to do, where it is held, and how it answers. */
export interface Barriers<Task> {
  readonly task: Task;
  readonly observe: Observe;
  /** Gives the result to the parent and lets the process end. */
  readonly answer: (result: Json) => void;
}

/**
 * In a child process: an `Observe` that, at each point the parent asked for, says so and waits for the parent's word;
 * the first time only, so that nobody waits for a word that never comes. A parent that is gone takes the child along.
 */
export function barriers<Task>(): Barriers<Task> {
  const { task, stops } = JSON.parse(process.argv[2]!) as { task: Task; stops: Point[] };
  const held = new Set(stops);
  const waiting = new Map<Point, () => void>();
  const gone = (): void => process.exit(1);
  process.on('message', ({ go }: ToChild) => {
    waiting.get(go)?.();
  });
  process.on('disconnect', gone);
  return {
    task,
    observe: async (point, { activity, key }) => {
      if (!held.delete(point)) return;
      const go = new Promise<void>((resolve) => waiting.set(point, resolve));
      process.send!({ arrived: { point, activity, key } } satisfies FromChild);
      await go;
    },
    answer: (result) => {
      process.off('disconnect', gone);
      process.send!({ result } satisfies FromChild, () => process.disconnect());
    },
  };
}

/** The parent's side: a process that is held where the test wants it, and killed, stopped or let go there. */
export class HeldProcess {
  readonly #process: ChildProcess;
  readonly #arrived = new Map<Point, Arrival>();
  readonly #listeners = new Set<() => void>();
  #result: { readonly value: Json } | undefined;
  #ended: string | undefined;
  #said = '';

  /** Starts `file` (TypeScript) on `task`; it will be held at each of `stops`, the first time that it comes there. */
  constructor(file: string, task: object, stops: readonly Point[] = []) {
    this.#process = fork(file, [JSON.stringify({ task, stops })], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.#process.on('message', (message: FromChild) => {
      if ('arrived' in message) this.#arrived.set(message.arrived.point, message.arrived);
      else this.#result = { value: message.result };
      this.#wake();
    });
    this.#process.on('error', (error) => this.#end(error.message));
    // `close` and not `exit`: it comes after the last message.
    this.#process.on('close', (code, signal) => this.#end(signal ?? `code ${code}`));
  }

  /** Resolves when it stands at `point`; rejects when it ends before. */
  until(point: Point): Promise<Arrival> {
    return this.#once(() => this.#arrived.get(point), `reaching ${point}`);
  }

  /** Lets it go on from `point`, where it must stand. A stopped process goes on when it is continued. */
  go(point: Point): void {
    if (!this.#arrived.has(point)) throw new Error(`the process is not at ${point}`);
    this.#process.send({ go: point } satisfies ToChild);
  }

  /** Ends it, and resolves when it is gone; also when it was before. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#process.kill(signal);
    await this.#once(() => this.#ended, 'ending');
  }

  /** Freezes it, as a full machine or a debugger would. */
  stop(): void {
    this.#process.kill('SIGSTOP');
  }

  cont(): void {
    this.#process.kill('SIGCONT');
  }

  /** What it answered, once it is gone. */
  async result(): Promise<Json> {
    await this.#once(() => this.#ended, 'ending');
    if (!this.#result) throw new Error(`the process ended (${this.#ended}) without an answer\n${this.#said}`);
    return this.#result.value;
  }

  #once<T>(look: () => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = (): boolean => {
        const found = look();
        if (found !== undefined) resolve(found);
        else if (this.#ended !== undefined)
          reject(new Error(`the process ended (${this.#ended}) before ${what}\n${this.#said}`));
        else return false;
        this.#listeners.delete(check);
        return true;
      };
      if (!check()) this.#listeners.add(check);
    });
  }

  #end(how: string): void {
    this.#ended ??= how;
    this.#wake();
  }

  #wake(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
