import { fork, type ChildProcess } from 'node:child_process';
import type { Json } from '../contract/outcome.ts';
import type { Observe, Point } from '../effects/store.ts';

/** Where a process is to be held: the first time that an attempt, of this activity and under this key if they are given, comes to this point. */
export interface Stop {
  readonly at: Point;
  readonly activity?: string;
  /** As the observer is told it: with its generation, except at `received`. */
  readonly key?: string;
}

/** Where an attempt stands. */
export interface Arrival {
  readonly point: Point;
  readonly activity: string;
  readonly key: string;
}

/** Stops are known by their number, in the order in which they were asked for. */
type FromChild =
  | { readonly holds: number }
  | { readonly arrived: Arrival; readonly stop: number }
  | { readonly ready: true }
  | { readonly answer: Json; readonly to: number };
type ToChild =
  | { readonly hold: Stop; readonly stop: number }
  | { readonly go: number }
  | { readonly ask: Json; readonly number: number };

/** The child's side: what it is told, where it is held, and how it answers. */
export interface Barriers<Task> {
  readonly task: Task;
  readonly observe: Observe;
  /** Says that it is ready to be given work, in whatever way. */
  readonly ready: () => void;
  /** The same, and answers each thing that its parent asks of it, several at once; what it cannot answer ends it. */
  readonly serve: (handle: (asked: Json) => Promise<Json>) => void;
}

/**
 * In a child process: an `Observe` that, at each stop the parent asked for, says so and waits for the parent's word; the
 * first time only, so that nobody waits for a word that never comes. A parent that is gone takes the child along.
 */
export function barriers<Task>(): Barriers<Task> {
  const { task, stops } = JSON.parse(process.argv[2]!) as { task: Task; stops: Stop[] };
  const held = new Map(stops.entries());
  const waiting = new Map<number, () => void>();
  let handle: ((asked: Json) => Promise<Json>) | undefined;
  const say = (message: FromChild): void => void process.send!(message, () => undefined);
  process.on('message', (message: ToChild) => {
    if ('go' in message) return waiting.get(message.go)?.();
    if ('ask' in message) return void handle!(message.ask).then((answer) => say({ answer, to: message.number }));
    held.set(message.stop, message.hold);
    say({ holds: message.stop });
  });
  process.on('disconnect', () => process.exit(1));
  return {
    task,
    observe: async (point, { activity, key }) => {
      const here = [...held].find(
        ([, stop]) => stop.at === point && (stop.activity ?? activity) === activity && (stop.key ?? key) === key,
      );
      if (!here) return;
      const [stop] = here;
      held.delete(stop);
      const go = new Promise<void>((resolve) => waiting.set(stop, resolve));
      say({ arrived: { point, activity, key }, stop });
      await go;
    },
    ready: () => say({ ready: true }),
    serve: (how) => {
      handle = how;
      say({ ready: true });
    },
  };
}

/** The parent's side: a process that is held where the test wants it, and killed, stopped or let go there. */
export class HeldProcess {
  readonly #process: ChildProcess;
  readonly #stops: Stop[];
  readonly #holds = new Set<number>();
  readonly #arrived = new Map<number, Arrival>();
  readonly #answers = new Map<number, Json>();
  readonly #listeners = new Set<() => void>();
  #asked = 0;
  #ready = false;
  #ended: string | undefined;
  /** The end of what it wrote to its standard error. */
  #said = '';

  /**
   * Starts `file` on `task`, with the loader of this process unless it, and what it `loads`, is built; it will be held at
   * each of `stops`.
   */
  constructor(file: string, task: object, stops: readonly (Stop | Point)[] = [], loads: readonly string[] = []) {
    this.#stops = stops.map(stopOf);
    this.#process = fork(file, [JSON.stringify({ task, stops: this.#stops })], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...([file, ...loads].every((each) => each.endsWith('.js')) ? { execArgv: [] } : {}),
    });
    this.#process
      .stderr!.setEncoding('utf8')
      .on('data', (text: string) => (this.#said = (this.#said + text).slice(-20_000)));
    this.#process.on('message', (message: FromChild) => {
      if ('arrived' in message) this.#arrived.set(message.stop, message.arrived);
      else if ('holds' in message) this.#holds.add(message.holds);
      else if ('ready' in message) this.#ready = true;
      else this.#answers.set(message.to, message.answer);
      this.#wake();
    });
    this.#process.on('error', (error) => this.#end(error.message));
    // `close` and not `exit`: it comes after the last message.
    this.#process.on('close', (code, signal) => this.#end(signal ?? `code ${code}`));
  }

  /** Resolves when it says that it is ready to be given work. */
  ready(): Promise<true> {
    return this.#once(() => this.#ready || undefined, 'being ready');
  }

  /** Asks a running process to be held at one more stop; resolves when it will be. */
  async hold(at: Stop | Point): Promise<void> {
    const stop = this.#stops.push(stopOf(at)) - 1;
    this.#process.send({ hold: this.#stops[stop]!, stop } satisfies ToChild);
    await this.#once(() => this.#holds.has(stop) || undefined, 'holding');
  }

  /** Asks one thing more of a process that serves, and gives its answer; rejects when the process ends before. */
  async ask(what: Json): Promise<Json> {
    const number = this.#asked++;
    this.#process.send({ ask: what, number } satisfies ToChild);
    return this.#once(() => this.#answers.get(number), 'answering');
  }

  /** Resolves when an attempt stands at this stop; rejects when the process ends before. */
  until(at: Stop | Point): Promise<Arrival> {
    const stop = this.#stopAt(at);
    return this.#once(() => this.#arrived.get(stop), `reaching ${describe(at)}`);
  }

  /** Lets the attempt go on from this stop, where it must stand. A stopped process goes on when it is continued. */
  go(at: Stop | Point): void {
    const stop = this.#stopAt(at);
    if (!this.#arrived.has(stop)) throw new Error(`the process is not at ${describe(at)}`);
    this.#process.send({ go: stop } satisfies ToChild);
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

  #stopAt(at: Stop | Point): number {
    const wanted = describe(at);
    const stop = this.#stops.findLastIndex((each) => describe(each) === wanted);
    if (stop === -1) throw new Error(`nobody asked for ${wanted}`);
    return stop;
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

const stopOf = (at: Stop | Point): Stop => (typeof at === 'string' ? { at } : at);

function describe(stop: Stop | Point): string {
  const { at, activity, key } = stopOf(stop);
  return [
    at,
    ...(activity === undefined ? [] : [`in ${activity}`]),
    ...(key === undefined ? [] : [`under ${key}`]),
  ].join(' ');
}
