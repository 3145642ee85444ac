import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Everything one stack knows and keeps: state, secrets, logs, data. Two folders are two stacks. */
export function stateFolder(given: string | undefined, env: NodeJS.ProcessEnv): string {
  return resolve(given ?? (env['EVENKEEL_STATE_DIR'] || join(homedir(), '.local', 'state', 'evenkeel')));
}

/** What takes minutes to fetch or build, shared by all stacks of one user; may be deleted at any time. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env['EVENKEEL_CACHE_DIR']) return resolve(env['EVENKEEL_CACHE_DIR']);
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'evenkeel');
}
