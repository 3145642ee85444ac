import { fileURLToPath } from 'node:url';
import type { Json } from '../contract/outcome.ts';
import type { Timeouts } from '../effects/database.ts';
import type { Point } from '../effects/store.ts';
import type { AttemptOf, Came } from './attempt.ts';
import { HeldProcess, type Stop } from './barriers.ts';
import type { Site, Subjects } from './subjects.ts';

/** What the process is told when it starts. */
export interface AttemptTask {
  readonly module: string;
  readonly exported: string;
  readonly site: Site;
  readonly timeouts?: Timeouts;
}

/** What it is asked for: one attempt. */
export interface Asked {
  readonly activity: string;
  readonly input: Json;
  readonly of: AttemptOf;
}

/** An attempt under way in another process. */
export interface Begun {
  /** Resolves when it stands there; rejects when it ends, or gives its answer, before. */
  until(point: Point): Promise<void>;
  go(point: Point): void;
  /** What came of it. */
  answer(): Promise<Came>;
}

/** How long an attempt may take to come somewhere, on a machine that has much else to do. */
export const PATIENCE_MS = 20_000;

/** A process of its own with a module's subjects, which makes attempts: any number, several at once. */
export class AttemptProcess {
  readonly #subjects: Subjects;
  readonly #process: HeldProcess;

  /** Starts it with the loader of this process. */
  constructor(subjects: Subjects, site: Site, timeouts?: Timeouts) {
    const file = new URL(`./attempting${import.meta.url.slice(-3)}`, import.meta.url); // .ts from source, .js when built
    const { module, exported } = subjects;
    const task: AttemptTask = { module, exported, site, ...(timeouts === undefined ? {} : { timeouts }) };
    this.#subjects = subjects;
    this.#process = new HeldProcess(fileURLToPath(file), task, [], [module]);
  }

  /** Resolves when it has opened its subjects, and can be asked for attempts. */
  async ready(): Promise<void> {
    await this.#process.ready();
  }

  /** Begins an attempt that will be held at each of these points. */
  async begin(activity: string, input: Json, points: readonly Point[] = [], of: AttemptOf = {}): Promise<Begun> {
    const process = this.#process;
    const contract = this.#subjects.contracts.find(({ name }) => name === activity);
    if (!contract) throw new TypeError(`no subject is called ${activity}`);
    const stopAt = (at: Point): Stop => ({ at, activity, key: contract.key(input) });
    await Promise.all(points.map((point) => process.hold(stopAt(point))));
    const asked: Asked = { activity, input, of };
    const came = process.ask(asked as unknown as Json) as Promise<Came>;
    came.catch(() => undefined); // it may be meant to be killed
    return {
      async until(point) {
        const there = process.until(stopAt(point)).then(() => undefined);
        const early = await inTime(`${activity} did not come to ${point}`, Promise.race([there, came]));
        if (early) throw new Error(`${activity} came to its end before it was ${point}: ${show(early)}`);
      },
      go: (point) => process.go(stopAt(point)),
      answer: () => inTime(`${activity} gave no answer`, came),
    };
  }

  /** Freezes it, as a full machine or a debugger would. */
  stop(): void {
    this.#process.stop();
  }

  cont(): void {
    this.#process.cont();
  }

  /** Ends it, and resolves when it is gone; also when it was before. */
  kill(): Promise<void> {
    return this.#process.kill('SIGKILL');
  }
}

/** The value or the failure, for people. The inputs are made up. */
export const show = (came: Came): string =>
  'value' in came ? JSON.stringify(came.value) : [came.failure, came.message].filter(Boolean).join(': ');

async function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} in ${PATIENCE_MS / 1_000} s`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
