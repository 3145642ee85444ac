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
  readonly timeouts: Timeouts | undefined;
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
export class AttemptProcess extends HeldProcess {
  readonly #subjects: Subjects;

  /** Starts it with the loader of this process. It is ready when it has opened its subjects. */
  constructor(subjects: Subjects, site: Site, timeouts?: Timeouts) {
    const file = new URL(`./attempting${import.meta.url.slice(-3)}`, import.meta.url); // .ts from source, .js when built
    const { module, exported } = subjects;
    const task: AttemptTask = { module, exported, site, timeouts };
    super(fileURLToPath(file), task, [], [module]);
    this.#subjects = subjects;
  }

  /** Begins an attempt that will be held at each of these points. */
  async begin(activity: string, input: Json, points: readonly Point[] = [], of: AttemptOf = {}): Promise<Begun> {
    const contract = this.#subjects.contracts.find(({ name }) => name === activity);
    if (!contract) throw new TypeError(`no subject is called ${activity}`);
    const stopAt = (at: Point): Stop => ({ at, activity, key: contract.key(input) });
    await Promise.all(points.map((point) => this.hold(stopAt(point))));
    const asked: Asked = { activity, input, of };
    const came = this.ask(asked as unknown as Json) as Promise<Came>;
    came.catch(() => undefined); // it may be meant to be killed
    return {
      until: async (point) => {
        const there = this.until(stopAt(point)).then(() => undefined);
        const early = await inTime(`${activity} did not come to ${point}`, Promise.race([there, came]));
        if (early) throw new Error(`${activity} came to its end before it was ${point}: ${show(early)}`);
      },
      go: (point) => this.go(stopAt(point)),
      answer: () => inTime(`${activity} gave no answer`, came),
    };
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
