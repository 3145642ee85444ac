import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { until } from './conditions.ts';

/** `src/worker.ts`, or another script, as a process of its own, which a test may kill. Ended by `stop` or `kill`; in any case with the tests. */
export class WorkerProcess {
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;
  #said = '';
  /** Where it answers `GET /healthz`. */
  readonly health: string;

  private constructor(script: string, env: Record<string, string>, port: number, metrics: string | undefined) {
    const { EVENKEEL_METRICS_ADDRESS: _stack, ...rest } = env; // two workers on one machine would want the same
    this.health = `http://127.0.0.1:${port}/healthz`;
    this.#process = spawn(process.execPath, ['--import', 'tsx', script], {
      env: {
        ...process.env,
        ...rest,
        EVENKEEL_HEALTH_PORT: String(port),
        ...(metrics === undefined ? {} : { EVENKEEL_METRICS_ADDRESS: metrics }),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-20_000);
    });
    this.#gone = new Promise((resolve) => this.#process.once('exit', () => resolve()));
    const end = (): void => void this.#process.kill('SIGKILL');
    process.once('exit', end);
    void this.#gone.then(() => process.off('exit', end));
  }

  /** Resolves when it answers its health check. */
  static async start(env: Record<string, string>, metrics?: string, script = 'src/worker.ts'): Promise<WorkerProcess> {
    const worker = new WorkerProcess(script, env, await freePort(), metrics);
    const came = await until(
      'the worker is healthy',
      async () => worker.#process.exitCode !== null || (await fetch(worker.health)).ok,
      60_000,
    );
    if (came && worker.#process.exitCode !== null) throw new Error(`the worker ended:\n${worker.#said}`);
    return worker;
  }

  /** The end of what it wrote: JSON lines. */
  get said(): string {
    return this.#said;
  }

  /** As a full machine or an operator's `kill -9` would. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#gone;
  }

  /** Lets it drain, and gives its exit code. */
  async stop(): Promise<number | null> {
    this.#process.kill('SIGTERM');
    await this.#gone;
    return this.#process.exitCode;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
