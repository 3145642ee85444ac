import { isDeepStrictEqual } from 'node:util';
import type { Activity } from '../../contract/activity.ts';
import type { Json } from '../../contract/outcome.ts';
import { databaseCode } from '../../effects/database.ts';
import type { Point } from '../../effects/store.ts';
import { short, type Came } from '../attempt.ts';
import { show, type AttemptProcess, type Begun } from '../attempt-process.ts';
import type { AnySubject, Opened } from '../subjects.ts';

/** One thing that is meant to happen: an input under a key of its own, in a workflow of its own. */
export interface Intention {
  /** Its business id and its workflow's id. */
  readonly id: string;
  readonly input: Json;
}

/** What the kit itself says to be tried again. */
const OF_THE_KIT: readonly string[] = ['Overtaken', 'Lapsed'];

/** What is not as promised, and in which rounds it was found so. */
export interface Fault {
  readonly what: string;
  readonly when: readonly string[];
}

/** What is said when a lock is waited for too long; or nothing is, because the harness waited less. */
const LOCKED = /\b(57014|55P03)\b|did not come to|gave no answer/;
const HINT = `perhaps it waits for a row that another id's attempt has locked: make one for each id in \`input\``;

/** What is asserted under one heading. What is not so is a fault, and the rest is looked at all the same. */
export class Round {
  readonly #name: string;
  readonly #faults: Map<string, string[]>;

  constructor(name: string, faults: Map<string, string[]>) {
    this.#name = name;
    this.#faults = faults;
  }

  expect(what: string, actual: unknown, expected: unknown): void {
    if (!isDeepStrictEqual(actual, expected))
      this.fault(`${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
  }

  fault(what: string): void {
    const hinted = LOCKED.test(what) ? `${what}\n    ${HINT}` : what;
    this.#faults.set(hinted, [...(this.#faults.get(hinted) ?? []), this.#name]);
  }
}

/** Counted at the far side, by activity: an undo's, and those of what it undoes. */
export type Effects = Readonly<Record<string, number>>;

/** What the exams of a module share. */
export interface Shared {
  readonly opened: Opened;
  /** Stands in every id, so that a database and a bucket may be used again. */
  readonly nonce: string;
  /** Where attempts of this process under this key have been, in order. */
  readonly passed: (key: string) => readonly Point[];
}

/** One activity under examination: what it is tried with, and what was found. */
export class Exam {
  readonly contract: Activity;
  /** What it undoes; itself when it is no undo. */
  readonly forward: Activity;
  readonly undoes: boolean;
  readonly subject: AnySubject;
  readonly reached = new Set<Point>();
  attempts = 0;
  killed = 0;
  frozen = 0;
  readonly intentions: Intention[] = [];
  readonly opened: Opened;
  readonly #faults = new Map<string, string[]>();
  readonly #shared: Shared;
  readonly #keys = new Set<string>();
  readonly #tries = new Map<string, number>();

  constructor(contract: Activity, forward: Activity, shared: Shared) {
    this.contract = contract;
    this.forward = forward;
    this.undoes = contract !== forward;
    this.opened = shared.opened;
    this.subject = shared.opened.subject(contract);
    this.#shared = shared;
  }

  get faults(): Fault[] {
    return [...this.#faults]
      .map(([what, when]) => ({ what, when: when.toSorted() }))
      .toSorted((a, b) => (a.what < b.what ? -1 : 1));
  }

  /** Runs one round; what it throws is a fault too. */
  async round<T>(name: string, story: (round: Round) => Promise<T>): Promise<T | undefined> {
    const round = new Round(name, this.#faults);
    try {
      return await story(round);
    } catch (error) {
      const code = databaseCode(error);
      round.fault((error instanceof Error ? error.message : String(error)) + (code === undefined ? '' : ` (${code})`));
      return undefined;
    }
  }

  /** An intention that nobody has had before. */
  async intend(what: string, make = this.opened.subject(this.forward).input!): Promise<Intention> {
    const id = `${this.contract.name}-${what}-${this.#shared.nonce}`;
    const input = (await make(id, this.opened.means)) as Json;
    const key = this.forward.key(input);
    if (this.#keys.has(key)) throw new Error(`input() gave the key ${key} twice: an id is to have a key of its own`);
    this.#keys.add(key);
    const intention = { id, input };
    this.intentions.push(intention);
    return intention;
  }

  /** An intention of which nothing has happened yet; for an undo, that what it undoes has. */
  async ready(round: Round, what: string): Promise<Intention> {
    const intention = await this.intend(what);
    if (this.undoes) {
      const came = await this.attempt(intention, this.forward);
      if (!('value' in came)) throw new Error(`${this.forward.name}, to be undone, came to ${show(came)}`);
    }
    round.expect('effects before the first attempt', await this.effects(intention), 0);
    return intention;
  }

  /** One attempt in this process. */
  attempt(intention: Intention, activity = this.contract): Promise<Came> {
    return this.opened.attempt(activity.name, intention.input, this.#next(intention, activity));
  }

  /** Begins one attempt in another process, to be held at these points. */
  begin(
    process: AttemptProcess,
    intention: Intention,
    points: readonly Point[],
    activity = this.contract,
  ): Promise<Begun> {
    return process.begin(activity.name, intention.input, points, this.#next(intention, activity));
  }

  /** Where the attempts of this process have been. */
  passed({ input }: Intention): readonly Point[] {
    return this.#shared.passed(this.contract.key(input));
  }

  /** Attempts until the answer is none that is meant to be tried again. */
  async persist(intention: Intention): Promise<Came> {
    for (let left = 5; ; left--) {
      const came = await this.attempt(intention);
      if (left === 0 || !this.isRetry(came)) return came;
    }
  }

  /** True for what the contract, or the kit, declares to be tried again. */
  isRetry(came: Came): boolean {
    const type = short(came);
    return typeof type === 'string' && (OF_THE_KIT.includes(type) || this.contract.errors[type] === 'retry');
  }

  /** Counted at the far side. */
  async effects({ input }: Intention, activity = this.contract): Promise<number> {
    const counted = await this.opened.subject(activity).effects(input, this.opened.means);
    return typeof counted === 'number' ? counted : counted.length;
  }

  async allEffects(intention: Intention): Promise<Effects> {
    const counted = [...new Set([this.forward, this.contract])].map(
      async (activity) => [activity.name, await this.effects(intention, activity)] as const,
    );
    return Object.fromEntries(await Promise.all(counted));
  }

  /** The number of an attempt and whose it is, as Temporal would give it. */
  #next({ id }: Intention, activity: Activity): { workflowId: string; runId: string; attempt: number } {
    const tries = `${id} ${activity.name}`;
    const attempt = (this.#tries.get(tries) ?? 0) + 1;
    this.#tries.set(tries, attempt);
    this.attempts++;
    return { workflowId: id, runId: 'run', attempt };
  }
}
