import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_WITHIN_MS = 60_000;

interface Slot {
  readonly health: string;
  process: ChildProcess | undefined;
  /** Known to the database by this. */
  name: string;
}

/** Worker processes under a supervisor: whichever ends is replaced at once, however it came to its end. */
export class Workers {
  readonly #slots: Slot[];
  readonly #start: (slot: Slot) => ChildProcess;
  #began = 0;
  #killed = 0;
  #closed = false;

  /** `file` is the worker's program, `ports` one a worker for its health check, `env` all of its environment. */
  constructor(file: string, ports: readonly number[], env: Readonly<Record<string, string>>, log: string) {
    this.#slots = ports.map((port) => ({ health: `http://127.0.0.1:${port}/healthz`, process: undefined, name: '' }));
    this.#start = (slot) => {
      slot.name = `worker ${++this.#began}`;
      const database = new URL(env['DATABASE_URL']!);
      database.searchParams.set('application_name', slot.name);
      const output = openSync(log, 'a', 0o600);
      try {
        // A process group of its own: Ctrl-C is for the soak, which ends its workers itself.
        return spawn(process.execPath, [file], {
          env: { ...env, DATABASE_URL: database.href, EVENKEEL_HEALTH_PORT: new URL(slot.health).port },
          stdio: ['ignore', output, output],
          detached: true,
        });
      } finally {
        closeSync(output);
      }
    };
    process.once('exit', this.#endAll);
  }

  /** Processes that left unasked. */
  get ownEnds(): number {
    return this.#began - this.#slots.length - this.#killed;
  }

  async start(): Promise<void> {
    for (const slot of this.#slots) this.#fill(slot);
    await Promise.all(this.#slots.map((_, at) => this.ready(at)));
  }

  /** Resolves when the worker in this place answers. */
  async ready(at: number): Promise<void> {
    const { health } = this.#slots[at]!;
    for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await sleep(50)) {
      const answer = await fetch(health, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
      if (answer?.ok) return;
    }
    throw new Error(`worker ${at} is not healthy after ${READY_WITHIN_MS / 1_000} s`);
  }

  /** SIGKILL; resolves when its successor answers. */
  async kill(at: number): Promise<void> {
    const { process: victim } = this.#slots[at]!;
    this.#killed++;
    const gone = new Promise((resolve) => victim!.once('exit', resolve));
    victim!.kill('SIGKILL');
    await gone;
    await this.ready(at);
  }

  /** Stands still, as a full machine or a debugger makes it, and goes on with what others took over meanwhile; false: it was killed. */
  async freeze(at: number, ms: number, signal: AbortSignal): Promise<boolean> {
    const { process: victim } = this.#slots[at]!;
    victim!.kill('SIGSTOP');
    await sleep(ms, undefined, { signal }).catch(() => undefined); // told to stop, it is let go early
    return victim!.kill('SIGCONT');
  }

  /** What the database calls the worker in this place. */
  nameOf(at: number): string {
    return this.#slots[at]!.name;
  }

  /** Ends all of them, unasked, and starts none anew. */
  async close(): Promise<void> {
    this.#closed = true;
    const gone = this.#slots.flatMap(({ process: one }) =>
      one?.exitCode === null && one.signalCode === null ? [new Promise((resolve) => one.once('exit', resolve))] : [],
    );
    this.#endAll();
    await Promise.all(gone);
    process.off('exit', this.#endAll);
  }

  #fill(slot: Slot): void {
    slot.process = this.#start(slot);
    slot.process.once('exit', () => {
      if (!this.#closed) this.#fill(slot);
    });
  }

  readonly #endAll = (): void => {
    for (const { process: one } of this.#slots) one?.kill('SIGKILL');
  };
}
