import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { S3Client } from '@aws-sdk/client-s3';
import { readConfig } from '../../src/config.ts';
import { ownEnvironment } from '../../src/dev/demo/stage.ts';
import { prepare } from '../../src/dev/prepare.ts';
import {
  SimulatorControl,
  type CarrierLedger,
  type PaymentsLedger,
  type RailLedger,
} from '../../src/dev/simulators/control.ts';
import { isGone } from '../../src/dev/process.ts';
import { kill, restart, up, type PartName } from '../../src/dev/stack.ts';
import { readState } from '../../src/dev/state.ts';
import type { Json } from '../../src/kit/contract/outcome.ts';
import { workflowIdOf, type Pipeline } from '../../src/kit/contract/pipeline.ts';
import type { Database } from '../../src/kit/effects/database.ts';
import { start, type Started } from '../../src/kit/intake/start.ts';
import { HeldProcess, type Stop } from '../../src/kit/testing/barriers.ts';
import { s3Client, Services } from '../../src/services.ts';
import { buildInto, type Built } from './build.ts';
import type { Asked } from './client.ts';
import { both, newFolder, removeFolder, stateIn } from './folder.ts';
import type { Sides } from './world.ts';

/** Programs that are workers: the product's own, and one that hosts what only the tests tell. */
export const WORKERS = { product: 'test/support/held-worker.ts', sales: 'test/faults/sales/worker.ts' } as const;
const CLIENT = 'test/faults/client.ts';
export type WorkerKind = keyof typeof WORKERS;

export interface WorkerOptions {
  readonly kind?: WorkerKind;
  readonly stops?: readonly Stop[];
  readonly clockOffsetMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Enough for all that are held at once; Postgres has 200 connections. */
const ROOM = { EVENKEEL_DATABASE_CONNECTIONS: '50', EVENKEEL_MAX_CONCURRENT_ACTIVITIES: '200' };
const GONE_WITHIN_MS = 20_000;
const CLOSES_WITHIN_MS = 20_000;

/** A stack of its own whose parts are broken, workers that are held, and everything that reads the far sides. */
export class Stage implements Sides {
  readonly env: Readonly<Record<string, string>>;
  readonly services: Services;
  readonly s3: S3Client;
  readonly payments: SimulatorControl<PaymentsLedger>;
  readonly carrier: SimulatorControl<CarrierLedger>;
  readonly rail: SimulatorControl<RailLedger>;
  /** Units on hand before the first delivery, by SKU. */
  readonly stock = new Map<string, number>();
  /** Workflow ids that were delivered. */
  readonly delivered = new Set<string>();
  /** What people do beside the runs. */
  readonly #beside = new Set<Promise<void>>();
  #ids = 0;
  #closed: Promise<void> | undefined;
  readonly #folder: string;
  readonly #stateDir: string;
  readonly #built: Built;
  readonly #workers = new Set<HeldProcess>();

  private constructor(folder: string, env: Record<string, string>, built: Built) {
    this.#folder = folder;
    this.#stateDir = stateIn(folder);
    this.env = env;
    this.#built = built;
    const config = readConfig(env);
    this.services = new Services(config);
    this.s3 = s3Client(config);
    this.payments = new SimulatorControl(env['PAYMENTS_URL']!);
    this.carrier = new SimulatorControl(env['CARRIER_URL']!);
    this.rail = new SimulatorControl(env['RAIL_URL']!);
  }

  static async open(onProgress: (line: string) => void): Promise<Stage> {
    const folder = newFolder('faults');
    try {
      const [built, env] = await both(buildInto(join(folder, 'built')), rise(stateIn(folder), onProgress));
      return new Stage(folder, env, built);
    } catch (error) {
      await removeFolder(folder);
      throw error;
    }
  }

  /** Ends and deletes all of it; once, whoever asks. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.killWorkers();
    this.s3.destroy();
    await this.services.close();
    await removeFolder(this.#folder);
  }

  /** A business id that nothing else has. */
  businessId(): string {
    return `f${++this.#ids}`;
  }

  get database(): Database {
    return this.services.database;
  }

  /** A worker that is ready, and will be held at each of `stops`. */
  async worker({
    kind = 'product',
    stops = [],
    clockOffsetMs = 0,
    env = {},
  }: WorkerOptions = {}): Promise<HeldProcess> {
    const task = { env: { ...this.env, ...ROOM, ...env }, clockOffsetMs };
    const worker = new HeldProcess(this.#built(WORKERS[kind]), task, stops);
    this.#workers.add(worker);
    await worker.ready();
    return worker;
  }

  /**
   * Has two clients, in processes of their own, do the same at the same moment. Gives what each was answered, pair by pair
   * in the order asked.
   */
  async twice(asked: Asked): Promise<[string, string][]> {
    for (const { workflowId } of asked.with) this.delivered.add(workflowId);
    const clients = [0, 1].map(() => new HeldProcess(this.#built(CLIENT), { env: this.env }));
    try {
      await Promise.all(clients.map((client) => client.ready()));
      const came = await Promise.all(clients.map((client) => client.ask(asked as unknown as Json)));
      const [one, other] = came as [string[], string[]];
      return asked.with.map((_, i) => [one[i]!, other[i]!]);
    } finally {
      await Promise.all(clients.map((client) => client.kill()));
    }
  }

  async kill(worker: HeldProcess): Promise<void> {
    this.#workers.delete(worker);
    await worker.kill('SIGKILL');
  }

  /** Lets a worker finish what it has begun, and go. */
  async drain(worker: HeldProcess): Promise<void> {
    this.#workers.delete(worker);
    await worker.kill('SIGTERM');
  }

  /** Ends all workers when Temporal has closed what has its fate: that is recorded a moment before. */
  async rest(): Promise<void> {
    const { workflow } = await this.services.client();
    for (const end = Date.now() + CLOSES_WITHIN_MS; Date.now() < end; await sleep(200))
      if ((await workflow.count(`ExecutionStatus = 'Running'`)).count === 0) break;
    await this.killWorkers();
  }

  async killWorkers(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => this.kill(worker)));
  }

  async start<P>(pipeline: Pipeline<P>, payload: unknown): Promise<Started> {
    this.delivered.add(workflowIdOf(pipeline, payload as P)); // also when it fails: the inbox has it then
    return start(await this.services.starter(pipeline), pipeline, payload);
  }

  /** Goes on beside everything else; `settled` waits for it. */
  beside(work: Promise<void>): void {
    this.#beside.add(work);
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#beside);
    this.#beside.clear();
  }

  /** A handle that reads and writes as this pipeline seals. */
  async handle(pipeline: Pipeline, workflowId: string): Promise<WorkflowHandle> {
    return (await this.services.client(pipeline)).workflow.getHandle(workflowId);
  }

  /** Ends a part with this signal and has it up again at once, at the same address with the same data. */
  async restart(part: PartName, signal: NodeJS.Signals): Promise<void> {
    this.#checkOpen();
    await restart(part, this.#stateDir, signal);
  }

  /** Ends a part, and leaves it so until `back`. */
  async away(part: PartName, signal: NodeJS.Signals): Promise<void> {
    const { running } = readState(this.#stateDir).parts[part]!;
    await kill(part, signal, this.#stateDir);
    if (!(await isGone(running!, GONE_WITHIN_MS))) throw new Error(`${part} has not left after ${signal}`);
  }

  /** Has everything up again. */
  async back(): Promise<void> {
    this.#checkOpen();
    await rise(this.#stateDir, () => undefined);
  }

  /** A story that goes on when it was told to stop must not bring anything up again. */
  #checkOpen(): void {
    if (this.#closed) throw new Error('the stage is closed');
  }
}

async function rise(stateDir: string, onProgress: (line: string) => void): Promise<Record<string, string>> {
  const env = ownEnvironment(process.env);
  return (await up({ stateDir, ports: 'free', worker: false, env, onProgress, prepare })).env;
}
