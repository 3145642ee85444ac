import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { versionAt } from './http.ts';
import type { PartKind, Site } from './part.ts';
import type { Launch } from './process.ts';
import { StackError } from './stack-error.ts';

/** A program of ours as a process of its own: TypeScript from a checkout, JavaScript from the published package. */
function node(site: Site, path: string, args: string[], env: Record<string, string>): Launch {
  const compiled = import.meta.url.endsWith('.js');
  const file = fileURLToPath(new URL(`${path}.${compiled ? 'js' : 'ts'}`, import.meta.url));
  if (!existsSync(file)) throw new StackError(`${file} is missing; restore it from the repository.`);
  // Resolved from here: the command may have been typed anywhere.
  const loader = compiled ? [] : ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
  return {
    command: process.execPath,
    args: [...loader, file, ...args],
    env,
    cwd: site.stateDir,
    stopSignal: 'SIGTERM',
  };
}

function simulator(name: 'payments' | 'carrier' | 'rail', given: string): PartKind {
  return {
    name,
    given,
    ports: [name],
    startsWithinMs: 30_000,
    prepare: async (site) => {
      const args = ['--port', String(site.ports[name]), '--file', join(site.stateDir, `${name}.jsonl`)];
      return { how: node(site, `./simulators/${name}`, args, {}), origin: 'simulator' };
    },
    env: ({ ports }) => ({ [given]: `http://127.0.0.1:${ports[name]}` }),
    address: (env) => env[given] ?? '',
    probe: async (env, started) => {
      if (started) return (await versionAt(`${env[given] ?? ''}/_health`)) ?? 'of unknown version';
      await fetch(env[given] ?? '', { signal: AbortSignal.timeout(5_000) }); // any answer shows that somebody is there
      return 'as given';
    },
  };
}

export const payments = simulator('payments', 'PAYMENTS_URL');
export const carrier = simulator('carrier', 'CARRIER_URL');
export const rail = simulator('rail', 'RAIL_URL');

/** The worker, with the environment of the whole stack. */
export function workerWith(stackEnv: Record<string, string>): PartKind {
  return {
    name: 'worker',
    ports: ['metrics', 'health'],
    startsWithinMs: 90_000,
    prepare: async (site) => ({ how: node(site, '../worker', [], stackEnv), origin: 'src/worker' }),
    settings: stackEnv,
    env: ({ ports }) => ({
      EVENKEEL_METRICS_ADDRESS: `127.0.0.1:${ports.metrics}`,
      EVENKEEL_HEALTH_PORT: String(ports.health),
    }),
    address: (env) => `http://127.0.0.1:${env['EVENKEEL_HEALTH_PORT'] ?? ''}`,
    probe: async (env) => {
      return (await versionAt(`http://127.0.0.1:${env['EVENKEEL_HEALTH_PORT'] ?? ''}/healthz`)) ?? packageVersion();
    },
  };
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
