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

/** The first of them at which others can see the effect. */
export const visibleFrom = (contract: Activity): Point => (contract.remote === undefined ? 'committed' : 'sent');

/**
 * True when nobody can tell what became of an attempt that died here: it may have been sent, what came of it is not
 * recorded, and the provider has neither keys nor look-up. It goes to a person.
 */
export function inDoubtAt(contract: Activity, point: Point): boolean {
  const points = barriersOf(contract);
  const at = points.indexOf(point);
  return contract.remote === 'neither' && at >= points.indexOf('intended') && at < points.indexOf('committed');
}
