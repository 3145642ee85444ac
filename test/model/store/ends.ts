import { step } from './step.ts';
import type { At, Attempt, World } from './world.ts';

/** What waits for a booking that another has in an open transaction. */
const WAITS: readonly At[] = ['claim', 'undo', 'burn', 'renew'];
const able = (w: World, a: Attempt): boolean =>
  a.at !== 'gone' && !a.sleeps && !(w.locks[a.booking] !== undefined && waits(a) && w.locks[a.booking] !== a.id);
const waits = (a: Attempt): boolean =>
  WAITS.includes(a.at) || (a.at === 'settle' && a.what === 'cancel' && a.settling === 'own');
/** Steps that nobody else sees: their order makes no other world. Nor do steps of two bookings. */
const PRIVATE: readonly At[] = [
  'received',
  'worked',
  'committed',
  'prepared',
  'learn',
  'looked',
  'fenced',
  'sent',
  'answered',
];

/** Every world that the attempts under way can come to. */
export function ends(start: World): World[] {
  const seen = new Set<string>();
  const found = new Map<string, World>();
  const walk = (w: World): void => {
    for (;;) {
      const going = Object.values(w.attempts).filter((a) => able(w, a));
      const next = going.find((a) => PRIVATE.includes(a.at) || !going.some((b) => b !== a && b.booking === a.booking));
      if (next) step(w, next);
      else {
        const said = JSON.stringify(w);
        if (going.length === 0) found.set(said, w);
        else if (!seen.has(said))
          for (const { id } of going) {
            const other = structuredClone(w);
            step(other, other.attempts[id]!);
            walk(other);
          }
        seen.add(said);
        return;
      }
    }
  };
  walk(start);
  return [...found.values()];
}
