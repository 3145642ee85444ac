import assert from 'node:assert/strict';
import { KEY, PAYLOAD_LIMIT_BYTES } from '../../../src/kit/contract/activity.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { versitygw, type Gateway } from '../../support/versitygw.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { durable, inThisProcess, type Harness } from './harness.ts';
import type { Kind } from './stores.ts';

/** One suite for every store; what a store cannot do by its nature (an object has no way back, what is in S3 never says no) it says. */
const STORES: readonly { kind: Kind | 'memory'; refuses: boolean; undoes: boolean; elsewhere?: true }[] = [
  { kind: 'memory', refuses: true, undoes: true },
  { kind: 'postgres', refuses: true, undoes: true },
  { kind: 'keyed', refuses: true, undoes: true },
  { kind: 'probeable', refuses: true, undoes: true },
  { kind: 'neither', refuses: true, undoes: true },
  { kind: 'object', refuses: false, undoes: false },
  { kind: 'dataset', refuses: false, undoes: true },
  // On versitygw, another server of S3.
  { kind: 'object', refuses: false, undoes: false, elsewhere: true },
  { kind: 'dataset', refuses: false, undoes: true, elsewhere: true },
];

for (const { kind, refuses, undoes, elsewhere } of STORES) {
  describe(`effects: ${kind}${elsewhere ? ', on versitygw' : ''}`, () => {
    let store: Harness;
    let gateway: Gateway | undefined;
    after(() => gateway?.stop());
    before(async function () {
      this.timeout(STACK_TIMEOUT_MS);
      if (elsewhere) gateway = await versitygw((line) => process.stderr.write(`    ${line}\n`));
      if (elsewhere && !gateway) this.skip();
      store = kind === 'memory' ? inThisProcess() : await durable(kind, gateway);
    });
    afterEach(async () => {
      await store.limit(9);
      await store.close(false);
    });
    /** The outcome without what only the store can know. */
    const given = kind === 'object' || kind === 'dataset' ? undefined : { seats: 2 };

    describe('using a key', () => {
      it('does it at first use', async () => {
        const value = await store.run('book', { booking: 'first', seats: 2 });
        if (given) assert.deepEqual(value, given);
        assert.deepEqual(await store.done('first'), ['book bookings/first']);
        assert.deepEqual(await store.states('first'), { 'bookings/first': 'applied' });
      });

      it('gives the stored outcome to a later attempt, which does nothing', async () => {
        const first = await store.run('book', { booking: 'again', seats: 2, clerk: 'ann' });
        const second = await store.run('book', { booking: 'again', seats: 2, clerk: 'bob' }, { attempt: 2 });
        const inAnotherRun = await store.run('book', { booking: 'again', seats: 2 }, { runId: 'after the reset' });
        assert.deepEqual([second, inAnotherRun], [first, first]);
        assert.deepEqual(await store.done('again'), ['book bookings/again']);
      });

      it('refuses another payload under the same key, naming both fingerprints, and does nothing', async () => {
        const input = { booking: 'other', seats: 2 };
        for (const [n, changed] of [{ seats: 3 }, { note: 'window' }, { note: null }].entries()) {
          const booking = `other${n}`;
          await store.run('book', { ...input, booking });
          assert.deepEqual(await store.came('book', { ...input, booking, ...changed }), {
            failure: 'KeyConflict',
            message: `bookings/${booking} is recorded with fingerprint ${sha256({ ...input, booking })}, received with ${sha256({ ...input, booking, ...changed })}`,
          });
          assert.deepEqual(await store.done(booking), [`book bookings/${booking}`]);
        }
      });

      it('refuses an input over the limit, or not of the contract, before anything is done', async () => {
        const large = { booking: 'large', seats: 2, note: 'x'.repeat(PAYLOAD_LIMIT_BYTES) };
        const came = await store.came('book', large);
        assert.equal('failure' in came && came.failure, 'ContractViolation');
        assert.match('failure' in came ? came.message : '', /^book input: 2\d{5} bytes, the limit is 262144$/);
        assert.deepEqual(await store.came('book', { booking: 'large', seats: -2 }), {
          failure: 'ContractViolation',
          message: 'book input: seats: too_small',
        });
        assert.deepEqual(await store.done('large'), []);
        assert.deepEqual(await store.states('large'), {});
      });

      it('refuses a key that is too long or not of the grammar, before anything is done', async () => {
        for (const booking of ['of#2', 'of@2', 'a b', '', 'x'.repeat(200)]) {
          const came = await store.came('book', { booking, seats: 2 });
          assert.deepEqual(came, {
            failure: 'ContractViolation',
            message: `book key: ${booking.length === 200 ? '209 characters, the limit is 200' : `not segments of ${KEY.source}`}`,
          });
          assert.deepEqual(await store.done(booking), []);
        }
      });
    });

    if (refuses)
      describe('a refusal', () => {
        it('is the outcome: it is replayed, also when it would be allowed by now, and nothing of the work is left', async () => {
          const input = { booking: 'big', seats: 20 };
          assert.equal(await store.run('book', input), 'TooMany');
          assert.deepEqual(await store.done('big'), []);
          await store.limit(50);
          assert.equal(await store.run('book', input, { attempt: 2 }), 'TooMany');
          assert.deepEqual(await store.done('big'), []);
          assert.deepEqual(await store.states('big'), { 'bookings/big': 'refused' });
        });

        it('stays when it is undone, for there is nothing to undo', async () => {
          const input = { booking: 'refused-undone', seats: 20 };
          await store.run('book', input);
          assert.deepEqual(await store.run('cancel', input), { undone: false });
          await store.limit(50);
          assert.equal(await store.run('book', input), 'TooMany');
          assert.deepEqual(await store.done('refused-undone'), []);
          assert.deepEqual(await store.states('refused-undone'), {
            'bookings/refused-undone': 'refused',
            'bookings/refused-undone/cancel': 'applied',
          });
        });

        it('is done anew under the next generation when a person says retry', async () => {
          const input = { booking: 'anew', seats: 20 };
          await store.run('book', input);
          await store.limit(50);
          await store.resolve({ key: 'bookings/anew', activity: 'book', forwardKey: null, action: 'retry' });
          assert.deepEqual(await store.run('book', input), { seats: 20 });
          assert.deepEqual(await store.run('book', input), { seats: 20 });
          assert.deepEqual(await store.done('anew'), ['book bookings/anew#2']);
          assert.deepEqual(await store.states('anew'), { 'bookings/anew': 'burned', 'bookings/anew#2': 'applied' });
        });

        it('is undone in its next generation, under a key of that generation', async () => {
          const input = { booking: 'anew-undone', seats: 20 };
          await store.run('book', input);
          await store.limit(50);
          await store.resolve({ key: 'bookings/anew-undone', activity: 'book', forwardKey: null, action: 'retry' });
          await store.run('book', input);
          assert.deepEqual(await store.run('cancel', input), { undone: true });
          assert.deepEqual(await store.run('cancel', input), { undone: true });
          assert.deepEqual(await store.done('anew-undone'), [
            'book bookings/anew-undone#2',
            'cancel bookings/anew-undone/cancel@2',
          ]);
        });
      });

    describe('a person', () => {
      it('skips what was never done: it stays undone, as a refusal', async () => {
        await store.resolve({ key: 'bookings/skipped', activity: 'book', forwardKey: null, action: 'skip' });
        assert.equal(await store.run('book', { booking: 'skipped', seats: 2 }), 'Skipped');
        assert.deepEqual(await store.done('skipped'), []);
      });

      if (refuses) {
        it('completes a refused key with what it would have given', async () => {
          const input = { booking: 'completed', seats: 20 };
          await store.run('book', input);
          const value = { seats: 20 };
          await store.resolve({
            key: 'bookings/completed',
            activity: 'book',
            forwardKey: null,
            action: 'complete',
            value,
          });
          assert.deepEqual(await store.run('book', input), value);
          assert.deepEqual(await store.done('completed'), []);
        });

        for (const action of ['skip', 'retry'] as const)
          it(`cannot ${action} what is applied: it is given its outcome`, async () => {
            const input = { booking: `too-late-to-${action}`, seats: 2 };
            await store.run('book', input);
            const key = `bookings/${input.booking}`;
            await store.resolve({ key, activity: 'book', forwardKey: null, action });
            assert.deepEqual(await store.run('book', input), { seats: 2 });
            assert.deepEqual(await store.done(input.booking), [`book ${key}`]);
          });
      }
    });

    if (undoes)
      describe('an undo', () => {
        it('of what never happened burns the key: an attempt that comes later is Burned', async () => {
          const input = { booking: 'never', seats: 2 };
          assert.deepEqual(await store.run('cancel', input), { undone: false });
          assert.equal(await store.run('book', input), 'Burned');
          assert.deepEqual(await store.done('never'), []);
          assert.deepEqual(await store.states('never'), {
            'bookings/never': 'burned',
            'bookings/never/cancel': 'applied',
          });
        });

        it('undoes once, gives the same answer ever after, and burns the key', async () => {
          const input = { booking: 'once', seats: 2 };
          await store.run('book', { ...input, clerk: 'ann' });
          assert.deepEqual(await store.run('cancel', { ...input, clerk: 'bob' }), { undone: true });
          assert.deepEqual(await store.run('cancel', input, { attempt: 2 }), { undone: true });
          assert.equal(await store.run('book', input, { attempt: 2 }), 'Burned');
          assert.deepEqual(await store.done('once'), ['book bookings/once', 'cancel bookings/once/cancel']);
          assert.deepEqual(await store.states('once'), {
            'bookings/once': 'burned',
            'bookings/once/cancel': 'applied',
          });
        });

        it('with another payload than the forward had is a conflict, and undoes nothing', async () => {
          await store.run('book', { booking: 'mixed-up', seats: 2 });
          assert.equal(await store.run('cancel', { booking: 'mixed-up', seats: 3 }), 'KeyConflict');
          assert.deepEqual(await store.done('mixed-up'), ['book bookings/mixed-up']);
        });

        if (!refuses) return;

        it('that is refused leaves the forward applied, until a person has it tried again', async () => {
          const input = { booking: 'closed', seats: 2 };
          await store.run('book', input);
          await store.close(true);
          assert.equal(await store.run('cancel', input), 'TooLate');
          await store.close(false);
          assert.equal(await store.run('cancel', input), 'TooLate');
          assert.deepEqual(await store.run('book', input), { seats: 2 });
          assert.deepEqual(await store.done('closed'), ['book bookings/closed']);

          await store.resolve({
            key: 'bookings/closed/cancel',
            activity: 'cancel',
            forwardKey: 'bookings/closed',
            action: 'retry',
          });
          assert.deepEqual(await store.run('cancel', input), { undone: true });
          assert.equal(await store.run('book', input), 'Burned');
          assert.deepEqual(await store.done('closed'), ['book bookings/closed', 'cancel bookings/closed/cancel#2']);
        });

        it('that a person skips counts as settled, and burns the key', async () => {
          const input = { booking: 'stuck', seats: 2 };
          await store.run('book', input);
          await store.close(true);
          await store.run('cancel', input);
          await store.resolve({
            key: 'bookings/stuck/cancel',
            activity: 'cancel',
            forwardKey: 'bookings/stuck',
            action: 'skip',
          });
          assert.deepEqual(await store.run('cancel', input), { undone: false });
          assert.equal(await store.run('book', input), 'Burned');
          assert.deepEqual(await store.done('stuck'), ['book bookings/stuck']);
        });
      });
  });
}
