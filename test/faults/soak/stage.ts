import { join } from 'node:path';
import { readConfig } from '../../../src/config.ts';
import { ownEnvironment } from '../../../src/dev/demo/stage.ts';
import { takePort } from '../../../src/dev/ports.ts';
import { prepare } from '../../../src/dev/prepare.ts';
import {
  SimulatorControl,
  type CarrierLedger,
  type PaymentsLedger,
  type RailLedger,
} from '../../../src/dev/simulators/control.ts';
import { up } from '../../../src/dev/stack.ts';
import { Database } from '../../../src/kit/effects/database.ts';
import { s3Client, Services } from '../../../src/services.ts';
import { buildInto } from '../build.ts';
import { both, stateIn } from '../folder.ts';
import type { Sides } from '../world.ts';
import { Workers } from './workers.ts';

/** A stack of the soak's own, its workers, and all that looks at them. */
export interface Stage extends Sides {
  readonly stateDir: string;
  readonly workers: Workers;
  /** Connections that nobody cuts: what a soak sees must not depend on what it breaks. */
  readonly watcher: Database;
  /** Ends the workers and gives back the connections. */
  close(): Promise<void>;
}

/** One lives while the other is killed and replaced. */
const WORKERS = 2;

export async function openStage(
  folder: string,
  given: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onProgress: (line: string) => void,
): Promise<Stage> {
  const stateDir = stateIn(folder);
  const env = ownEnvironment(given);
  const [built, state] = await both(
    buildInto(join(folder, 'built')),
    up({ stateDir, ports: 'free', worker: false, env, onProgress, prepare }),
  );
  signal.throwIfAborted();
  const config = readConfig(state.env);
  const services = new Services(config);
  const watcher = new Database(config.DATABASE_URL, { max: 4, name: 'soak' });
  const s3 = s3Client(config);
  const ports = new Set<number>();
  while (ports.size < WORKERS) ports.add(await takePort(undefined, ports, 0));
  // The metrics' port is one for all of a stack; here there are two workers.
  const { EVENKEEL_METRICS_ADDRESS: _one, ...stackEnv } = state.env;
  const own = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const log = join(stateDir, 'logs', 'worker.log');
  const workers = new Workers(built('src/worker.ts'), [...ports], { ...own, ...stackEnv }, log);
  const stage: Stage = {
    stateDir,
    services,
    s3,
    payments: new SimulatorControl<PaymentsLedger>(state.env['PAYMENTS_URL']!),
    carrier: new SimulatorControl<CarrierLedger>(state.env['CARRIER_URL']!),
    rail: new SimulatorControl<RailLedger>(state.env['RAIL_URL']!),
    workers,
    watcher,
    async close() {
      await workers.close();
      s3.destroy();
      await Promise.all([services.close(), watcher.close()]);
    },
  };
  try {
    await workers.start();
  } catch (error) {
    await stage.close();
    throw error;
  }
  return stage;
}
