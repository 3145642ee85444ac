import type { Activity } from '../contract/activity.ts';
import type { Point } from '../effects/store.ts';

/** The barriers that one successful attempt at an effect of this kind passes, in their order; of an undo, that undoes something. */
export function barriersOf(contract: Activity): readonly Point[] {
  if (contract.reads) return ['received', 'looked'];
  const undoes = 'undoes' in contract;
  const last = undoes ? 'undone' : 'applied';
  if (contract.remote === undefined) return ['received', 'claimed', 'worked', 'settled', 'committed', last];
  return undoes
    ? ['received', 'claimed', 'intended', 'sent', 'settled', 'committed', last]
    : ['received', 'prepared', 'intended', 'sent', 'committed', last];
}
