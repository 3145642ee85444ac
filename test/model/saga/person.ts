import type { Resolve } from '../../../src/kit/contract/updates.ts';
import type { EffectState } from '../../../src/kit/contract/outcome.ts';
import type { Named } from './plan.ts';

/** What a person knows who looks at the store and at the far side. */
export interface Seen {
  readonly state: (key: string) => EffectState | undefined;
  /** The request under this key arrived at the provider. */
  readonly arrived: (key: string) => boolean;
}

/** What a person says to the key that waits: what is in doubt is looked up, else it is as the plan has it. `byHand`: they undo it themselves. */
export function decisionOn(
  key: string,
  { by, person }: Named,
  { state, arrived }: Seen,
): { readonly action: Resolve['action']; readonly byHand: boolean } {
  const [step, undo] = key.split('/') as [string, string?];
  if (by === 'wire' && state(key) !== 'refused') {
    if (undo === undefined || state(step) !== 'intended')
      return { action: arrived(key) ? 'complete' : 'retry', byHand: false };
    return arrived(step) ? { action: 'complete', byHand: true } : { action: 'skip', byHand: false };
  }
  if (undo === undefined) return { action: 'retry', byHand: false };
  return { action: person, byHand: person === 'complete' };
}
