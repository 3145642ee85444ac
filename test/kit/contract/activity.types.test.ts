import assert from 'node:assert/strict';
import { z } from 'zod';
import { activity, undo, undoOf, type Activity } from '../../../src/kit/contract/activity.ts';
import type { Implementation } from '../../../src/kit/effects/body.ts';
import type { Tx } from '../../../src/kit/effects/database.ts';

/**
 * What must not compile. `npm run verify` runs tsc over this file: a `@ts-expect-error` under which nothing is wrong is
 * itself an error there, so each of them is a test.
 */
const Seat = z.object({ seat: z.string() });
const Table = z.object({ table: z.int() });
const bounds = { attempt: '15s', within: '7 days' } as const;
const none = { none: 'a test' };

const leaveSeat = undo('leaveSeat', { input: Seat, key: ({ seat }) => `seats/${seat}/leave`, errors: {}, ...bounds });
const leaveTable = undo('leaveTable', { input: Table, key: ({ table }) => `tables/${table}`, errors: {}, ...bounds });
const forward = {
  input: Seat,
  output: z.object({ row: z.int() }),
  key: ({ seat }: { seat: string }) => `seats/${seat}`,
  errors: { Taken: 'refused', Busy: 'retry' },
} as const;
const takeSeat = activity('takeSeat', { ...forward, ...bounds, undo: leaveSeat });
const orderSeat = activity('orderSeat', { ...forward, ...bounds, undo: none, remote: 'keyed' });

type Local = Implementation<{ takeSeat: typeof takeSeat; leaveSeat: typeof leaveSeat }, Tx>;
type Remote = Implementation<{ orderSeat: typeof orderSeat }, Tx>;

describe('a contract, to the compiler', () => {
  it('is an activity with its undo', () => {
    const declared: Activity = takeSeat;
    assert.equal(undoOf(declared)?.name, 'leaveSeat');
    assert.equal(takeSeat.key({ seat: '4B' }), 'seats/4B');
    assert.equal('undoes' in leaveSeat && leaveSeat.undoes, true);
  });

  it('has an undo that takes the input of the forward', () => {
    // @ts-expect-error -- an undo with another input type
    assert.ok(activity('a', { ...forward, ...bounds, undo: leaveTable }));
  });

  it('says its undo, or why there is none', () => {
    // @ts-expect-error -- no undo
    assert.ok(activity('a', { ...forward, ...bounds }));
    // @ts-expect-error -- "no undo" is a sentence
    assert.ok(activity('a', { ...forward, ...bounds, undo: { none: true } }));
    // @ts-expect-error -- an activity that is not declared as an undo
    assert.ok(activity('a', { ...forward, ...bounds, undo: orderSeat }));
  });

  it('has both time bounds', () => {
    // @ts-expect-error -- no bound of one attempt
    assert.ok(() => activity('a', { ...forward, within: '7 days', undo: none }));
    // @ts-expect-error -- no bound of all attempts
    assert.ok(() => activity('a', { ...forward, attempt: '15s', undo: none }));
    // @ts-expect-error -- an undo has them as well
    assert.ok(() => undo('a', { input: Seat, key: () => 'a', errors: {}, attempt: '15s' }));
  });

  it('has a key of the fields of its input', () => {
    // @ts-expect-error -- a field that is not in the input
    assert.ok(undo('a', { input: Seat, key: ({ table }) => `tables/${table}`, errors: {}, ...bounds }));
    // @ts-expect-error -- a volatile field that is not in the input
    assert.ok(undo('a', { input: Seat, key: ({ seat }) => seat, errors: {}, ...bounds, volatile: ['table'] }));
  });

  it('has errors with a fate', () => {
    // @ts-expect-error -- neither refused nor retry
    assert.ok(activity('a', { ...forward, ...bounds, errors: { Taken: 'maybe' }, undo: none }));
  });

  it('is implemented by a body that fails only as declared', () => {
    const body: Local['takeSeat'] = (_input, { refuse, retry }) => {
      const allowed = [refuse('Taken'), retry('Busy')];
      // @ts-expect-error -- no such error is declared
      allowed.push(refuse('Sold'));
      // @ts-expect-error -- declared, but unknown: no refusal
      allowed.push(refuse('Busy'));
      // @ts-expect-error -- declared, but a refusal: not to be tried again
      allowed.push(retry('Taken'));
      return Promise.reject(allowed[0]!);
    };
    assert.equal(typeof body, 'function');
  });

  it('is implemented by a body that gives what it says', () => {
    // @ts-expect-error -- another output
    const body: Local['takeSeat'] = () => Promise.resolve({ row: 'four' });
    const way: Local['leaveSeat'] = (_input, { outcome }) => {
      // @ts-expect-error -- the undo gets the forward's output, which has no such field
      assert.ok(outcome.table);
      return Promise.resolve();
    };
    assert.deepEqual([typeof body, typeof way], ['function', 'function']);
  });

  it('is implemented as it says, here or elsewhere, and whole', () => {
    // @ts-expect-error -- declared remote, implemented in a transaction
    const local: Remote = { orderSeat: () => Promise.resolve({ row: 4 }) };
    // @ts-expect-error -- declared in a transaction, implemented remote
    const remote: Local['takeSeat'] = { request: () => ({}), send: () => Promise.resolve({ row: 4 }) };
    // @ts-expect-error -- the undo has no body
    const half: Local = { takeSeat: () => Promise.resolve({ row: 4 }) };
    assert.deepEqual([typeof local, typeof remote, typeof half], ['object', 'object', 'object']);
  });
});
