import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { readConfig } from '../../config.ts';
import { s3Client, Services } from '../../services.ts';
import { prepare } from '../prepare.ts';
import { SimulatorControl, type CarrierLedger, type PaymentsLedger, type RailLedger } from '../simulators/control.ts';
import { kill, up, type StackState } from '../stack.ts';

/** A stack of the demo's own, and everything that reads its far sides. */
export interface Stage {
  readonly stateDir: string;
  readonly services: Services;
  readonly s3: S3Client;
  readonly payments: SimulatorControl<PaymentsLedger>;
  readonly carrier: SimulatorControl<CarrierLedger>;
  readonly rail: SimulatorControl<RailLedger>;
  /** Every worker process that there was; all but the last were killed. */
  readonly workers: readonly number[];
  /** SIGKILL, and another one. Answers when that one is ready. */
  killWorker(): Promise<void>;
  /** Gives back the connections. */
  close(): Promise<void>;
}

/** Whatever leads to somebody's real services: the demo breaks and deletes things, so it must never find them. */
const FOREIGN = /^(TEMPORAL_|AWS_|STRIPE_|EVENKEEL_|PG|DATABASE_URL$|PAYMENTS_URL$|CARRIER_URL$|RAIL_URL$)/;
const KEPT = new Set(['EVENKEEL_CACHE_DIR', 'EVENKEEL_TEMPORAL_CLI']);

export const ownEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => KEPT.has(name) || !FOREIGN.test(name)));

export function newStateDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-demo-'));
  chmodSync(folder, 0o711); // as every state folder: root's Postgres, run by another user, keeps its data here too
  return folder;
}

/** Brings the stack up in a state folder of its own, at free ports, with one worker. */
export async function openStage(
  stateDir: string,
  given: NodeJS.ProcessEnv,
  onProgress: (line: string) => void,
): Promise<Stage> {
  // Not `restart`: that gives the new worker the environment of this process, foreign variables and all.
  const rise = (onProgress: (line: string) => void): Promise<StackState> =>
    up({ stateDir, ports: 'free', worker: true, env: ownEnvironment(given), onProgress, prepare });
  const state = await rise(onProgress);
  const config = readConfig(state.env);
  const services = new Services(config);
  const s3 = s3Client(config);
  const workers = [workerOf(state)];
  return {
    stateDir,
    services,
    s3,
    payments: new SimulatorControl(state.env['PAYMENTS_URL']!),
    carrier: new SimulatorControl(state.env['CARRIER_URL']!),
    rail: new SimulatorControl(state.env['RAIL_URL']!),
    workers,
    async killWorker() {
      await kill('worker', 'SIGKILL', stateDir);
      let pid = workerOf(await rise(silent));
      // It may have been looked at in the moment between the signal and its death.
      while (workers.includes(pid)) pid = workerOf(await rise(silent));
      workers.push(pid);
    },
    async close() {
      s3.destroy();
      await services.close();
    },
  };
}

const silent = (): void => undefined;
const workerOf = ({ parts }: StackState): number => parts.find(({ name }) => name === 'worker')?.pid ?? 0;
