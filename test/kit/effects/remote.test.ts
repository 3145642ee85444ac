import assert from 'node:assert/strict';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import { bind } from '../../../src/kit/effects/bind.ts';
import { attempt, cameOf, short, type Came } from '../../../src/kit/testing/attempt.ts';
import { AttemptProcess } from '../../../src/kit/testing/attempt-process.ts';
import type { Subjects } from '../../../src/kit/testing/subjects.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { atProvider } from './bodies.ts';
import * as contract from './contracts.ts';
import { durable, type Durable } from './harness.ts';
import { open, type Site } from './stores.ts';
import { keyed, probeable } from './subjects.ts';

describe('a remote effect', () => {
  const stores = {} as Record<'keyed' | 'probeable' | 'neither', Durable>;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    for (const kind of ['keyed', 'probeable', 'neither'] as const) stores[kind] = await durable(kind);
  });
  let sleeper: AttemptProcess | undefined;
  afterEach(() => sleeper?.kill());

  for (const [kind, subjects] of Object.entries({ keyed, probeable }) as ['keyed' | 'probeable', Subjects<Site>][]) {
    it(`${kind}: whose answer was lost is settled by the next attempt, without a second effect`, async () => {
      const { run, done, far, states } = stores[kind];
      far.provider.loseAnswers = 1;
      assert.equal(await run('book', { booking: 'lost', seats: 2 }), 'Unexpected');
      assert.deepEqual(await states('lost'), { 'bookings/lost': 'intended' });
      assert.deepEqual(await run('book', { booking: 'lost', seats: 2 }), { seats: 2 });
      assert.deepEqual(await done('lost'), ['book bookings/lost']);
    });

    it(`${kind}: whose refusal was lost is refused by the next attempt`, async () => {
      const { run, done, far, states } = stores[kind];
      far.provider.loseAnswers = 1;
      assert.equal(await run('book', { booking: 'lost-no', seats: 20 }), 'Unexpected');
      assert.equal(await run('book', { booking: 'lost-no', seats: 20 }), 'TooMany');
      assert.deepEqual(await done('lost-no'), []);
      assert.deepEqual(await states('lost-no'), { 'bookings/lost-no': 'refused' });
    });

    it(`${kind}: refused while an earlier attempt sleeps before its send: that one can no longer apply it`, async () => {
      const store = stores[kind];
      const input = { booking: 'sleeper', seats: 8 };
      sleeper = new AttemptProcess(subjects, store.far.site);
      await sleeper.ready();
      const sleeping = await sleeper.begin('book', input, ['intended']);
      await sleeping.until('intended');
      sleeper.stop();
      await store.limit(1);
      assert.equal(await store.run('book', input, { attempt: 2 }), 'TooMany');
      await store.limit(9);
      sleeping.go('intended');
      sleeper.cont();
      await sleeping.answer();
      assert.deepEqual(await store.done('sleeper'), []);
      assert.equal(await store.run('book', input, { attempt: 3 }), 'TooMany');
    });
  }

  it('keyed: beyond what the provider remembers is not sent again: it is in doubt', async () => {
    const { far, done } = stores.keyed;
    const input = { booking: 'old', seats: 2 };
    far.provider.loseAnswers = 1;
    await stores.keyed.run('book', input);
    const later = (hours: number): Promise<Json> => {
      const clock = (): Date => new Date(Date.now() + hours * 3_600_000);
      return cameOf(attempt(open('keyed', far.site, { database: far.database, clock }).bound, 'book', input)).then(
        short,
      );
    };
    assert.equal(await later(25), 'InDoubt');
    assert.deepEqual(await later(23), { seats: 2 });
    assert.deepEqual(await done('old'), ['book bookings/old']);
  });

  it('keyed: whose answer breaks the contract stays unsettled until the fix is deployed', async () => {
    const { far, done, run, states } = stores.keyed;
    const bodies = atProvider(far.site.provider, true);
    const broken = {
      ...bodies,
      book: {
        ...bodies.book,
        send: async (order: never, at: never) => ({ ...(await bodies.book.send(order, at)), seats: 'two' as never }),
      },
    };
    const { binding } = open('keyed', far.site, { database: far.database });
    const input = { booking: 'broken', seats: 2 };
    assert.deepEqual(await cameOf(attempt(bind(contract.keyed, broken, binding), 'book', input)), {
      failure: 'ContractViolation',
      message: 'book output: seats: invalid_type',
    });
    assert.deepEqual(await states('broken'), { 'bookings/broken': 'intended' });
    assert.deepEqual(await run('book', input), { seats: 2 });
    assert.deepEqual(await done('broken'), ['book bookings/broken']);
  });

  describe('neither: whose answer was lost goes to a person, who', () => {
    const lost = async (booking: string): Promise<void> => {
      const { run, far } = stores.neither;
      far.provider.loseAnswers = 1;
      assert.equal(await run('book', { booking, seats: 2 }), 'Unexpected');
      assert.equal(await run('book', { booking, seats: 2 }), 'InDoubt');
    };
    const said = (booking: string, action: 'retry' | 'skip' | 'complete', value: Json = null): Promise<void> =>
      stores.neither.resolve({ key: `bookings/${booking}`, activity: 'book', forwardKey: null, action, value });

    it('says that it did not happen: it is sent once more', async () => {
      await lost('not-happened');
      await said('not-happened', 'retry');
      assert.deepEqual(await stores.neither.run('book', { booking: 'not-happened', seats: 2 }), { seats: 2 });
      assert.deepEqual(await stores.neither.done('not-happened'), Array(2).fill('book bookings/not-happened'));
    });

    it('says what it came to: that is the outcome, and can be undone', async () => {
      await lost('happened');
      await said('happened', 'complete', { seats: 2 });
      assert.deepEqual(await stores.neither.run('book', { booking: 'happened', seats: 2 }), { seats: 2 });
      assert.deepEqual(await stores.neither.run('cancel', { booking: 'happened', seats: 2 }), { undone: true });
      assert.deepEqual(await stores.neither.done('happened'), [
        'book bookings/happened',
        'cancel bookings/happened/cancel',
      ]);
    });

    it('cannot say what the contract does not: nothing is recorded', async () => {
      await lost('nonsense');
      const came: Came = await cameOf(said('nonsense', 'complete', { seats: 'two' }).then(() => null));
      assert.deepEqual(came, { failure: 'ValueNotDeclared', message: 'ValueNotDeclared: seats: invalid_type' });
      assert.equal(await stores.neither.run('book', { booking: 'nonsense', seats: 2 }), 'InDoubt');
    });

    it('skips it: the step is refused as Skipped', async () => {
      await lost('skipped');
      await said('skipped', 'skip');
      assert.equal(await stores.neither.run('book', { booking: 'skipped', seats: 2 }), 'Skipped');
    });
  });

  it('is declared probeable only with a probe', () => {
    const { book, ...rest } = atProvider('http://127.0.0.1:1', true);
    const { binding } = open('keyed', stores.keyed.far.site, { database: stores.keyed.far.database });
    assert.throws(() => bind(contract.probeable, { ...rest, book }, binding), /is declared probeable and has no probe/);
  });
});
