import { undoOf } from './world.ts';
import type { Seen } from './systems.ts';

/**
 * What holds of every store at every moment, said without the model: a model that has the store's own mistake would
 * not see it. `byHand`: keys that a person settled, whose effect is not at the far side.
 */
export function broken({ rows, done }: Seen, byHand: ReadonlySet<string>): string[] {
  const laws: string[] = [];
  const times = (what: string, key: string): number => done.filter((each) => each === `${what} ${key}`).length;
  for (const each of new Set(done))
    if (done.indexOf(each) !== done.lastIndexOf(each)) laws.push(`    twice at the far side: ${each}`);
  for (const [key, { state }] of Object.entries(rows)) {
    if (key.includes('/cancel')) continue;
    const undo = undoOf(key);
    const undos = Object.keys(rows).filter((each) => each.split('#')[0] === undo);
    const undone = undos.reduce((sum, each) => sum + times('cancel', each), 0);
    const underWay = undos.some((each) => rows[each]!.state === 'intended');
    const person = byHand.has(key) || undos.some((each) => byHand.has(each));
    if (undone > 1) laws.push(`    undone ${undone} times: ${key}`);
    if (state === 'refused' && times('book', key) > 0) laws.push(`    refused, and at the far side: ${key}`);
    if (state === 'applied' && !byHand.has(key) && times('book', key) !== 1)
      laws.push(`    applied, and not at the far side: ${key}`);
    if (state === 'applied' && undone > 0 && !underWay) laws.push(`    applied, and undone at the far side: ${key}`);
    if (state === 'burned' && !person && times('book', key) !== undone)
      laws.push(`    burned, and stands at the far side: ${key}`);
  }
  return laws;
}
