import assert from 'node:assert/strict';
import type { SoakRun } from './inputs.ts';
import { allowed } from './judge.ts';

const good: SoakRun = { kind: 'orders', at: 0, end: { fate: 'completed', reason: null }, scarce: [] };
const declined: SoakRun = { ...good, end: { fate: 'compensated', reason: 'CardDeclined' } };
const unroutable: SoakRun = { ...good, end: { fate: 'compensated', reason: 'NoRoute' } };
const scarce: SoakRun = { ...good, scarce: ['RARE-1'] };
const CANCELLED = ['refused Cancelled', 'compensated Cancelled'];

describe('the fates that a soak allows', () => {
  const TABLE: [string, SoakRun, string | undefined, boolean, string[]][] = [
    ['of a good order that nobody touched: it completes', good, undefined, false, ['completed']],
    ['of one whose card is declined: that', declined, undefined, false, ['compensated CardDeclined']],
    [
      'of one that wants what is scarce: it may not get it',
      scarce,
      undefined,
      false,
      ['completed', 'refused OutOfStock'],
    ],
    [
      'of one that has no route: that, or what a killed attempt has voided',
      unroutable,
      undefined,
      false,
      ['compensated NoRoute', 'compensated ShipmentVoided'],
    ],
    ['when it was cancelled: not that it completes', good, 'taken', false, CANCELLED],
    ['when its cancellation was rejected: as if nobody had asked', good, 'rejected', false, ['completed']],
    ['when its cancellation was too late: the same', good, 'too late', false, ['completed']],
    ['when it ran again: the same', good, undefined, true, ['completed']],
    [
      'when it ran again while it walked back: it goes on walking back',
      declined,
      undefined,
      true,
      ['compensated CardDeclined', 'compensated Burned'],
    ],
    [
      'when it was cancelled and ran again: never that it completes',
      good,
      'taken',
      true,
      [...CANCELLED, 'compensated Burned'],
    ],
  ];
  for (const [what, run, cancelled, again, fates] of TABLE)
    it(what, () => assert.deepEqual([...allowed(run, cancelled, again)], fates));
});
