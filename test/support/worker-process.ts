import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { until } from './conditions.ts';

/** `src/worker.ts` as a process of its own, which a test may kill. Ended by `stop` or `kill`; in any case with the tests. */
export class WorkerProcess {
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;
  #said = '';

  private constructor(env: Record<string, string>, port: number) {
    const { EVENKEEL_METRICS_ADDRESS: _metrics, ...rest } = env; // two workers on one machine would want the same
    this.#process = spawn(process.execPath, ['--import', 'tsx', 'src/worker.ts'], {
      env: { ...process.env, ...rest, EVENKEEL_HEALTH_PORT: String(port) },
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
  static async start(env: Record<string, string>): Promise<WorkerProcess> {
    const port = await freePort();
    const worker = new WorkerProcess(env, port);
    await until(
      'the worker is healthy',
      async () => {
        if (worker.#process.exitCode !== null) throw new Error(`the worker ended:\n${worker.#said}`);
        return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
      },
      60_000,
    );
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

  /** Lets it drain. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#gone;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
