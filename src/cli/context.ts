import { readConfig, type Config } from '../config.ts';
import { runningEnv } from '../dev/stack.ts';
import { Services } from '../services.ts';
import { UnreachableError, unreachable } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly terminal: Terminal;
  /** How this program is called here, for commands that are printed to be copied. */
  readonly self: string;
  /** For commands whose answer is an exit code: 0 unless they say otherwise. */
  exit: number;
}

/** The environment of the running local stack, if there is one; what the caller's own environment says wins. */
export async function environmentOf({ env }: Context): Promise<Record<string, string>> {
  const own = Object.entries(env).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  return { ...(await runningEnv(env['EVENKEEL_STATE_DIR'] || undefined)), ...Object.fromEntries(own) };
}

const configOf = async (context: Context): Promise<Config> => readConfig(await environmentOf(context));

/** Runs `work` with the services open, closes them, and says which one could not be reached if that was it. */
export async function withServices<T>(context: Context, work: (services: Services) => Promise<T>): Promise<T> {
  const config = await configOf(context);
  const services = new Services(config);
  try {
    return await work(services);
  } catch (error) {
    const service = unreachable(error, config);
    throw service ? new UnreachableError(service, { cause: error }) : error;
  } finally {
    await services.close();
  }
}

/** Where a run is seen. */
export const webUi = (config: Config, workflowId: string, runId?: string | null): string =>
  [
    config.TEMPORAL_UI_URL.replace(/\/$/, ''),
    'namespaces',
    config.TEMPORAL_NAMESPACE,
    'workflows',
    encodeURIComponent(workflowId),
    ...(runId ? [runId, 'history'] : []),
  ].join('/');
