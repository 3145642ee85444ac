import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../kit/contract/pipeline.ts';
import type { PartKind } from './part.ts';
import { temporalCli } from './temporal-cli.ts';

/** Registered when the server starts, so that the first workflow can already be found by them. */
const ATTRIBUTES = Object.entries(SEARCH_ATTRIBUTES).map(
  ([name, type]) => `${name}=${{ KEYWORD: 'Keyword', BOOL: 'Bool' }[type]}`,
);

const SETTINGS = [
  // The default of 20 polls a second adds about 50 ms to every dispatch of an idle server.
  'history.transferProcessorMaxPollRPS=1000',
  'system.enableActivityEagerExecution=true',
];

// Without these the server on a SQLite file is several times slower: it flushes to disk on every write.
const PRAGMAS = ['synchronous=OFF', 'journal_mode=WAL'];

export const temporal: PartKind = {
  name: 'temporal',
  given: 'TEMPORAL_ADDRESS',
  passed: ['TEMPORAL_UI_URL'],
  ports: ['temporal', 'ui'],
  startsWithinMs: 60_000,

  async prepare(site) {
    const { path, origin } = await temporalCli(site);
    const flags = [
      ['ip', '127.0.0.1'],
      ['port', String(site.ports.temporal)],
      ['ui-port', String(site.ports.ui)],
      ['db-filename', join(site.stateDir, 'temporal.db')],
      ['log-level', 'error'],
      ...PRAGMAS.map((pragma) => ['sqlite-pragma', pragma]),
      ...SETTINGS.map((setting) => ['dynamic-config-value', setting]),
      ...ATTRIBUTES.map((attribute) => ['search-attribute', attribute]),
    ];
    const args = ['server', 'start-dev', ...flags.flatMap(([flag, value]) => [`--${flag}`, value ?? ''])];
    return { how: { command: path, args, env: {}, cwd: site.stateDir, stopSignal: 'SIGTERM' }, origin };
  },

  env: ({ ports }) => ({
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    TEMPORAL_UI_URL: `http://127.0.0.1:${ports.ui}`,
  }),

  address: (env) => env['TEMPORAL_ADDRESS'] ?? '',

  async probe(env, started) {
    const connection = await Connection.connect({ address: env['TEMPORAL_ADDRESS'] ?? '', connectTimeout: 5_000 });
    try {
      const { serverVersion } = await connection.withDeadline(Date.now() + 5_000, () =>
        connection.workflowService.getSystemInfo({}),
      );
      // The front end answers a little before the namespace can be used.
      if (started) {
        const client = new Client({ connection });
        await connection.withDeadline(Date.now() + 5_000, () => client.workflow.count());
      }
      return serverVersion || 'of unknown version';
    } finally {
      await connection.close();
    }
  },
};
