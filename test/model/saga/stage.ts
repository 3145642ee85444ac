import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { TerminatedFailure } from '@temporalio/common';
import { ServiceError, WorkflowFailedError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import * as run from '../../../src/kit/contract/run.ts';
import type { Ended, Stage } from '../../../src/kit/contract/updates.ts';
import { bind, type ActivityFunction } from '../../../src/kit/effects/bind.ts';
import type { Effect, Observe } from '../../../src/kit/effects/store.ts';
import { bindRunInMemory } from '../../../src/kit/testing/memory-run.ts';
import { bindingOn } from '../../support/bound.ts';
import { progressOf, stagesOf, type Server } from '../../support/temporal.ts';
import * as contracts from './contracts.ts';
import { Differs } from '../check.ts';
import { FarSide } from './far-side.ts';
import { decisionOn, type Seen } from './person.ts';
import { toldOf, type Happening, type Named, type Plan } from './plan.ts';

/** What was seen of a story, when it was over. */
export interface Came {
  readonly ended: Ended<unknown>;
  readonly recorded: readonly Json[];
  /** In the order of their happening: `book s1`, `undo s1`. */
  readonly done: readonly string[];
  readonly effects: readonly Effect[];
  readonly audit: readonly string[];
  readonly broken: readonly string[];
  /** What happened beside the steps, in words. */
  readonly log: readonly string[];
}

const PATIENCE_MS = 60_000;
const by = { actor: 'ann', reason: 'model' };

/** Where stories are told: one worker, and a far side and a store for each of them. */
export class Theatre {
  readonly #server: Server;
  readonly #taskQueue: string;
  readonly #told = new Map<string, Telling>();

  constructor(server: Server, taskQueue: string) {
    this.#server = server;
    this.#taskQueue = taskQueue;
  }

  /** Each finds its story by its input. */
  get activities(): Record<string, ActivityFunction> {
    return Object.fromEntries(
      [...Object.keys(contracts), ...Object.keys(run)].map((name) => [
        name,
        (raw: unknown) => {
          const { story, workflowId } = raw as { story?: string; workflowId?: string };
          return this.#told.get((story ?? workflowId)!)!.attempt(name, raw);
        },
      ]),
    );
  }

  async tell(plan: Plan): Promise<Came> {
    const id = `story-${randomUUID()}`;
    const telling = new Telling(this.#server, this.#taskQueue, id, plan);
    this.#told.set(id, telling);
    return telling.tell().finally(() => this.#told.delete(id));
  }
}

/** One story on its way. */
class Telling {
  readonly #server: Server;
  readonly #taskQueue: string;
  readonly #id: string;
  readonly #plan: Plan;
  readonly #far: FarSide;
  readonly #bound: Record<string, ActivityFunction>;
  readonly #steps: ReadonlyMap<string, Named>;
  readonly #happened = new Set<Happening>();
  /** Keys of the attempts on their way. */
  readonly #underWay: string[] = [];
  /** A person at the desk, once something may wait for one. */
  #person: Promise<void> | undefined;
  readonly #recorded: Json[] = [];
  readonly #broken: string[] = [];
  readonly #log: string[] = [];
  #runs = 0;
  #toldAgain = false;
  #over = false;

  constructor(server: Server, taskQueue: string, id: string, plan: Plan) {
    this.#server = server;
    this.#taskQueue = taskQueue;
    this.#id = id;
    this.#plan = plan;
    this.#steps = new Map(plan.stages.flatMap(({ steps }) => steps.map((each) => [each.name, each])));
    this.#far = new FarSide(this.#steps);
    const binding = bindingOn(this.#far.store, (point, { activity, key }) => this.#comes(point, activity, key));
    this.#bound = {
      ...bind(contracts, this.#far.bodies(), binding),
      ...bindRunInMemory(Object.values(contracts), binding, (fact) => this.#recorded.push(fact)),
    };
  }

  async tell(): Promise<Came> {
    await this.#start();
    const ended = await this.#end();
    this.#over = true;
    // Attempts of a run that was terminated go on until they notice.
    while (this.#underWay.length > 0) await pause(10);
    await this.#person;
    return {
      ended,
      recorded: this.#recorded,
      done: this.#far.done,
      effects: this.#far.store.effects.map((each) => ({ ...each, key: this.#short(each.key) })),
      audit: this.#far.store.audit.map(({ event, key }) => `${event} ${this.#short(key)}`),
      broken: this.#broken,
      log: this.#log,
    };
  }

  async attempt(activity: string, raw: unknown): Promise<Json> {
    const { step } = raw as { step?: string };
    const key = step === undefined ? activity : this.#keyOf(activity, step);
    this.#underWay.push(key);
    try {
      return await this.#bound[activity]!(raw);
    } finally {
      this.#underWay.splice(this.#underWay.indexOf(key), 1);
    }
  }

  #keyOf = (activity: string, step: string): string => (activity.startsWith('un') ? `${step}/undo` : step);
  /** `story-…/s1/undo` → `s1/undo` */
  #short = (key: string): string => key.slice(this.#id.length + 1);

  async #comes(point: Parameters<Observe>[0], activity: string, full: string): Promise<void> {
    if (activity in run) return;
    const key = this.#short(full);
    const [step, undo] = key.split('/') as [string, string?];
    if (undo === undefined && point === 'received') await this.#happens('begins', step);
    if (undo === undefined && point === 'applied') await this.#happens('is done', step);
    if (point === 'undone') await this.#happens('is undone', step);
    if (undo !== undefined && point === 'received') {
      const still = this.#underWay.filter((each) => this.#steps.has(each));
      if (still.length > 0 && !this.#toldAgain)
        this.#broken.push(`${step} is being undone while ${still.join(', ')} is under way`);
    }
    if ((point === 'applied' || point === 'undone') && this.#far.loses(key)) throw new Error('the answer is lost');
    if (point === 'inDoubt' || point === 'refused') this.#person ??= this.#decides();
  }

  async #happens(when: Happening['when'], step: string): Promise<void> {
    for (const each of this.#plan.happenings)
      if (each.when === when && each.name === step && !this.#happened.has(each)) {
        this.#happened.add(each);
        const became = await this.#does(each).catch((error: unknown) => {
          if (error instanceof WorkflowUpdateFailedError) return error.cause?.message ?? 'no';
          return error instanceof Error ? error.message : String(error);
        });
        this.#log.push(`${step} ${when}: the run is ${each.what}${became === '' ? '' : ` (${became})`}`);
      }
  }

  async #does({ what, task }: Happening): Promise<string> {
    const handle = this.#handle();
    switch (what) {
      case 'cancelled by a person':
        await handle.executeUpdate('cancel', { args: [by] });
        break;
      case "cancelled in Temporal's UI":
        await handle.cancel();
        break;
      case 'terminated and redriven':
        await handle.terminate();
        await this.#start();
        break;
      case 'reset':
        return this.#reset(handle, task);
    }
    return '';
  }

  async #reset(handle: WorkflowHandle, task: number): Promise<string> {
    const { events } = await handle.fetchHistory();
    const tasks = events!.filter((event) => event.workflowTaskCompletedEventAttributes);
    const to = task % tasks.length;
    await this.#server.resetTo(handle, Number(tasks[to]!.eventId));
    this.#toldAgain = true;
    this.#person ??= this.#decides(); // what waited before may wait again
    return `to task ${to + 1} of ${tasks.length}`;
  }

  #seen: Seen = {
    state: (key) => this.#far.store.effects.find((each) => this.#short(each.key) === key)?.state,
    arrived: (key) => this.#far.wired.has(key),
  };

  /** Looks for what waits for a person, and decides. */
  async #decides(): Promise<void> {
    while (!this.#over) {
      await pause(50);
      const { stages } = await progressOf(this.#handle()).catch(() => ({ stages: [] as readonly Stage[] }));
      for (const { key, state } of stages)
        if (state === 'parked' || state === 'stuck') await this.#decide(this.#short(key));
    }
  }

  /** Whoever decides makes sure that no attempt is on its way, and looks at the far side. */
  async #decide(key: string): Promise<void> {
    const [step, undo] = key.split('/') as [string, string?];
    if (this.#underWay.some((each) => each === key || each === step)) return;
    const { action, byHand } = decisionOn(key, this.#steps.get(step)!, this.#seen);
    const value = undo === undefined ? { step } : null;
    const update = { ...by, key: `${this.#id}/${key}`, action, value };
    try {
      await this.#handle().executeUpdate('resolve', { args: [update] });
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError || error instanceof ServiceError) return; // it does not wait any more
      throw error;
    }
    if (byHand) this.#far.undoByHand(step);
    this.#log.push(`a person resolves ${key}: ${action}`);
  }

  #handle = (): WorkflowHandle => this.#server.client.workflow.getHandle(this.#id);

  async #start(): Promise<void> {
    const number = ++this.#runs;
    this.#toldAgain = number > 1;
    await this.#server.client.workflow.start('tellStory', {
      workflowId: this.#id,
      taskQueue: this.#taskQueue,
      args: [toldOf(this.#id, this.#plan)],
      memo: { run: number },
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
  }

  /** Of the last run: one that was reset or redriven ends as terminated, and another takes its place. */
  async #end(): Promise<Ended<unknown>> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const late = new AbortController();
      const came = await Promise.race([
        this.#handle()
          .result()
          .then(
            (ended) => ended as Ended<unknown>,
            (error: unknown) => {
              if (error instanceof WorkflowFailedError && error.cause instanceof TerminatedFailure) return 'again';
              throw error;
            },
          ),
        pause(giveUpAt - performance.now(), 'late' as const, { signal: late.signal }),
      ]);
      late.abort();
      if (came === 'late') {
        this.#over = true;
        const stages = await stagesOf(this.#handle()).catch(String);
        await this.#handle().terminate();
        throw new Differs([`the run does not end: ${String(stages)}`, ...this.#log].join('\n    - '));
      }
      if (typeof came !== 'string') return came;
      await pause(20);
    }
  }
}
