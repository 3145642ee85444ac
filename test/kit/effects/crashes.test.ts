import assert from 'node:assert/strict';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import type { Point } from '../../../src/kit/effects/store.ts';
import { barriersOf } from '../../../src/kit/testing/points.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { keyed, local, neither, object, probeable } from './contracts.ts';
import { durable, type Durable } from './harness.ts';
import type { Kind } from './stores.ts';
import { short, type Came } from './task.ts';

/** Where attempts are killed: at every barrier that they pass. */
const STORES: readonly { kind: Kind; forward: readonly Point[]; undo: readonly Point[] }[] = [
  { kind: 'postgres', forward: barriersOf(local.book), undo: barriersOf(local.cancel) },
  { kind: 'keyed', forward: barriersOf(keyed.book), undo: barriersOf(keyed.cancel) },
  { kind: 'probeable', forward: barriersOf(probeable.book), undo: barriersOf(probeable.cancel) },
  { kind: 'neither', forward: barriersOf(neither.book), undo: barriersOf(neither.cancel) },
  { kind: 'object', forward: barriersOf(object.book), undo: [] },
];
/** Frozen in a transaction, a process holds its locks only so long. */
const SHORT = { lockMs: 3_000, statementMs: 5_000, idleInTransactionMs: 500 };

for (const { kind, forward, undo } of STORES) {
  describe(`effects among processes: ${kind}`, () => {
    let store: Durable;
    before(async function () {
      this.timeout(STACK_TIMEOUT_MS);
      store = await durable(kind);
    });
    afterEach(() => store.reap());

    /** Without look-up nor keys, what may have been sent is in doubt, and goes to a person. */
    const inDoubt = (point: Point): boolean => kind === 'neither' && ['intended', 'sent', 'settled'].includes(point);
    const booked = (booking: string): string => `book bookings/${booking}`;
    const cancelled = (booking: string): string => `cancel bookings/${booking}/cancel`;
    const ended = async (child: { result(): Promise<Json> }): Promise<Json> => short((await child.result()) as Came);
    const outcome = async (booking: string): Promise<Json> => store.run('book', { booking, seats: 2 }, { attempt: 9 });
    const killedAt = async (point: Point, activity: 'book' | 'cancel', booking: string): Promise<void> => {
      const child = store.start(activity, { booking, seats: 2 }, [point]);
      await child.until(point);
      await child.kill('SIGKILL');
    };

    for (const point of forward) {
      it(`killed when it is ${point}, and tried again: ${inDoubt(point) ? 'in doubt' : 'one effect'}`, async () => {
        const booking = `killed-${point}`;
        await killedAt(point, 'book', booking);
        const came = await outcome(booking);
        if (inDoubt(point)) {
          assert.equal(came, 'InDoubt');
          assert.deepEqual(await store.done(booking), point === 'sent' ? [booked(booking)] : []);
        } else {
          assert.deepEqual(await outcome(booking), came);
          if (kind !== 'object') assert.deepEqual(came, { seats: 2 });
          assert.deepEqual(await store.done(booking), [booked(booking)]);
        }
      });
    }

    for (const point of undo) {
      it(`an undo killed when it is ${point}, and tried again: ${inDoubt(point) ? 'in doubt' : 'undone once'}`, async () => {
        const booking = `undo-killed-${point}`;
        await store.run('book', { booking, seats: 2 });
        await killedAt(point, 'cancel', booking);
        const came = await store.run('cancel', { booking, seats: 2 }, { attempt: 2 });
        if (inDoubt(point)) {
          assert.equal(came, 'InDoubt');
          assert.deepEqual(await store.done(booking), [
            booked(booking),
            ...(point === 'intended' ? [] : [cancelled(booking)]),
          ]);
        } else {
          assert.deepEqual(came, { undone: true });
          assert.deepEqual(await store.done(booking), [booked(booking), cancelled(booking)]);
          assert.equal(await outcome(booking), 'Burned');
        }
      });
    }

    it('two at once, both inside before either commits: one effect', async () => {
      const booking = 'twins';
      const input = { booking, seats: 2 };
      if (kind === 'postgres') {
        const first = store.start('book', input, ['worked']);
        const second = store.start('book', input, ['received']);
        await Promise.all([first.until('worked'), second.until('received')]);
        second.go('received');
        await seenWaiting(store);
        first.go('worked');
        assert.deepEqual(await Promise.all([ended(first), ended(second)]), [{ seats: 2 }, { seats: 2 }]);
      } else {
        const first = store.start('book', input, ['intended']);
        await first.until('intended');
        const second = store.start('book', input, kind === 'neither' ? [] : ['intended']);
        if (kind === 'neither') {
          assert.equal(await ended(second), 'InDoubt');
          first.go('intended');
          assert.deepEqual(await ended(first), { seats: 2 });
        } else {
          await second.until('intended');
          second.go('intended');
          first.go('intended');
          const [one, other] = await Promise.all([ended(first), ended(second)]);
          // A draft is committed once: the other is told so, and finds by its next attempt whose it was.
          const busy = [one, other].filter((came) => came === 'Busy');
          assert.equal(busy.length, kind === 'probeable' ? 1 : 0);
          assert.deepEqual(await outcome(booking), one === 'Busy' ? other : one);
          if (busy.length === 0) assert.deepEqual(one, other);
        }
      }
      assert.deepEqual(await store.done(booking), [booked(booking)]);
      assert.deepEqual(await store.states(booking), { 'bookings/twins': 'applied' });
    });

    if (undo.length === 0) return;

    it('two undos at once: undone once', async () => {
      const booking = 'undo-twins';
      await store.run('book', { booking, seats: 2 });
      const at: Point = kind === 'postgres' ? 'worked' : 'intended';
      const first = store.start('cancel', { booking, seats: 2 }, [at]);
      const second = store.start('cancel', { booking, seats: 2 }, ['received']);
      await Promise.all([first.until(at), second.until('received')]);
      second.go('received');
      if (kind === 'postgres') await seenWaiting(store);
      else assert.deepEqual(await ended(second), kind === 'neither' ? 'InDoubt' : { undone: true });
      first.go(at);
      // Who was overtaken finds the key settled, and gives the same answer.
      assert.deepEqual(await ended(first), kind === 'probeable' ? 'Busy' : { undone: true });
      assert.deepEqual(await store.run('cancel', { booking, seats: 2 }), { undone: true });
      if (kind === 'postgres') assert.deepEqual(await ended(second), { undone: true });
      assert.deepEqual(await store.done(booking), [booked(booking), cancelled(booking)]);
    });

    if (kind === 'postgres')
      it('an attempt that comes while its undo is at work waits for it, and is Burned', async () => {
        const booking = 'while-undone';
        await store.run('book', { booking, seats: 2 });
        const undoing = store.start('cancel', { booking, seats: 2 }, ['worked']);
        const late = store.start('book', { booking, seats: 2 }, ['received']);
        await Promise.all([undoing.until('worked'), late.until('received')]);
        late.go('received');
        await seenWaiting(store);
        undoing.go('worked');
        assert.deepEqual(await Promise.all([ended(undoing), ended(late)]), [{ undone: true }, 'Burned']);
      });

    if (kind !== 'postgres')
      for (const point of ['intended', 'sent'] as const) {
        it(`an undo of what is in doubt, killed when it was ${point}, settles it first`, async () => {
          const booking = `doubt-${point}`;
          await killedAt(point, 'book', booking);
          const came = await store.run('cancel', { booking, seats: 2 });
          const arrived = point === 'sent' ? [booked(booking)] : [];
          if (kind === 'neither') {
            assert.equal(came, 'InDoubt');
            assert.deepEqual(await store.done(booking), arrived);
          } else if (kind === 'probeable' && point === 'intended') {
            assert.deepEqual(came, { undone: false });
            assert.deepEqual(await store.done(booking), []);
          } else {
            // Under its key it is asked for again, and so done, to know what there is to undo.
            assert.deepEqual(came, { undone: true });
            assert.deepEqual(await store.done(booking), [booked(booking), cancelled(booking)]);
          }
          if (kind !== 'neither') assert.equal(await outcome(booking), 'Burned');
        });
      }

    for (const point of kind === 'postgres'
      ? (['received', 'claimed'] as const)
      : (['received', 'intended'] as const)) {
      it(`a zombie, frozen when it is ${point} and woken after the undo, changes nothing`, async () => {
        const booking = `zombie-${point}`;
        const input = { booking, seats: 2 };
        const zombie = store.start('book', input, [point], SHORT);
        await zombie.until(point);
        zombie.stop();
        const undone = await store.run('cancel', input);
        const wakes = async (): Promise<Json> => {
          zombie.go(point);
          zombie.cont();
          return ended(zombie);
        };
        if (kind === 'neither' && point === 'intended') {
          // It cannot be known whether it was sent: nothing is undone until it is.
          assert.equal(undone, 'InDoubt');
          assert.deepEqual(await wakes(), { seats: 2 });
          assert.deepEqual(await store.run('cancel', input), { undone: true });
        } else if (kind === 'keyed' && point === 'intended') {
          assert.deepEqual(undone, { undone: true });
          assert.equal(await wakes(), 'Burned');
        } else {
          assert.deepEqual(undone, { undone: false });
          const came = await wakes();
          // Its session was ended by the server, or its draft voided: unknown to it, so it tries again, and learns.
          assert.equal(came, point === 'received' ? 'Burned' : 'Unexpected');
          assert.deepEqual(await store.done(booking), []);
        }
        assert.equal(await outcome(booking), 'Burned');
        // What the undo could not prevent, it has undone.
        const applied = point === 'intended' && kind !== 'probeable';
        assert.deepEqual(await store.done(booking), applied ? [booked(booking), cancelled(booking)] : []);
      });
    }
  });
}

/** Resolves when a session is seen to wait for the lock of a key. Each look is a round trip, which is its pace. */
async function seenWaiting({ far }: Durable): Promise<void> {
  for (const until = Date.now() + 3_000; Date.now() < until;) {
    const waiting = await far.database.query(
      `select pid from pg_stat_activity join pg_locks using (pid)
       where pg_stat_activity.datname = current_database() and wait_event_type = 'Lock'
         and not granted and query like '%kit.claim(%'`,
    );
    if (waiting.length > 0) return;
  }
  assert.fail('nobody was seen waiting for the lock of the key');
}
