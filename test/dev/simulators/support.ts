import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The default export is there in the SDK's ESM and CommonJS builds alike: mocha with tsx takes the latter.
import StripeClient, { type Stripe } from 'stripe';

/** Runs with a journal of its own, which is removed afterwards. */
export async function withJournal(run: (file: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'simulator-'));
  try {
    await run(join(directory, 'journal.jsonl'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The real client, as the product configures it: its own retries off. */
export function stripeAt(url: string, timeoutMs = 5_000): Stripe {
  const { hostname, port } = new URL(url);
  return new StripeClient('sk_test_simulated', {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    timeout: timeoutMs,
    telemetry: false,
  });
}

export interface SimulatorProcess {
  url: string;
  /** Sends the signal and waits for the end: the exit code, or null after a SIGKILL. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** A simulator as a process of its own, once it listens. */
export async function spawnSimulator(entry: string, file: string, ...more: string[]): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, '--port', '0', '--file', file, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await listeningUrl(child);
  return {
    url,
    async stop(signal) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
      return child.exitCode;
    },
  };
}

async function listeningUrl({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('no stdout');
  let said = '';
  for await (const chunk of stdout) {
    said += String(chunk);
    const url = / on (http:\S+)\n/.exec(said)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`the simulator ended before it listened: ${said}`);
}
