import type { Config } from '../../config.ts';
import { unreachable, UnreachableError, type Place } from '../errors.ts';

/** One thing that `doctor` looked at. */
export interface Finding {
  readonly check: string;
  /** `note`: worth knowing, nothing is wrong. `fixed`: was wrong until now. */
  readonly state: 'ok' | 'note' | 'fixed' | 'wrong' | 'unreachable';
  readonly says: string;
  /** What to do about it. */
  readonly todo?: string;
}

/** Findings about one service; when it does not answer, that is the finding, and the only one. */
export async function about(
  place: Place,
  config: Config,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const found = error instanceof UnreachableError ? error : unreachable(error, config);
    if (!found) throw error;
    const says = found instanceof Error ? found.message : new UnreachableError({ ...place, code: found.code }).message;
    return [{ check: place.name, state: 'unreachable', says }];
  }
}
