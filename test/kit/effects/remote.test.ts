import assert from 'node:assert/strict';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import { bind } from '../../../src/kit/effects/bind.ts';
import { Database } from '../../../src/kit/effects/database.ts';
import type { Observe } from '../../../src/kit/effects/store.ts';
import { attempt, cameOf, short, type Came } from '../../../src/kit/testing/attempt.ts';
import { AttemptProcess } from '../../../src/kit/testing/attempt-process.ts';
import type { Subjects } from '../../../src/kit/testing/subjects.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { Gate } from '../../support/conditions.ts';
import { atProvider, byDraft } from './bodies.ts';
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

  /** One attempt in this process, on the database of a suite, watched or on other connections. */
  const one = (
    kind: keyof typeof stores,
    activity: 'book' | 'cancel',
    booking: string,
    options: { observe?: Observe; database?: Database },
  ): Promise<Json> => {
    const { bound } = open(kind, stores[kind].far.site, { database: stores[kind].far.database, ...options });
    return cameOf(attempt(bound, activity, { booking, seats: 2 })).then(short);
  };

  it('probeable: undone while an attempt sleeps before its send: that one can no longer apply it', async () => {
    const store = stores.probeable;
    const input = { booking: 'undone-sleeper', seats: 2 };
    sleeper = new AttemptProcess(probeable, store.far.site);
    await sleeper.ready();
    const sleeping = await sleeper.begin('book', input, ['intended']);
    await sleeping.until('intended');
    sleeper.stop();
    assert.deepEqual(await store.run('cancel', input), { undone: false });
    sleeping.go('intended');
    sleeper.cont();
    await sleeping.answer();
    assert.deepEqual(await store.done('undone-sleeper'), []);
    assert.equal(await store.run('book', input, { attempt: 2 }), 'Burned');
  });

  it('probeable: sent while its undo looks at the provider: it is fenced by then', async () => {
    const { far, done, states } = stores.probeable;
    const [intended, sent] = [new Gate(), new Gate()];
    const sleeping = one('probeable', 'book', 'looked-at', {
      observe: (point) => (point === 'intended' ? intended.pass() : point === 'sent' ? sent.pass() : undefined),
    });
    await intended.arrived;
    const bodies = byDraft(far.site.provider);
    const book = {
      ...bodies.book,
      probe: async (request: never, at: never) => {
        const found = await bodies.book.probe!(request, at);
        intended.open();
        await Promise.race([sent.arrived, sleeping]);
        return found;
      },
    };
    const { binding } = open('probeable', far.site, { database: far.database });
    const undoing = bind(contract.probeable, { ...bodies, book }, binding);
    assert.deepEqual(await attempt(undoing, 'cancel', { booking: 'looked-at', seats: 2 }), { undone: false });
    sent.open();
    assert.equal(await sleeping, 'Unexpected');
    assert.deepEqual(await done('looked-at'), []);
    assert.deepEqual(await states('looked-at'), {
      'bookings/looked-at': 'burned',
      'bookings/looked-at/cancel': 'applied',
    });
  });

  it('probeable: refused, though an earlier attempt was quicker, is what that one did', async () => {
    const { far, done } = stores.probeable;
    const bodies = byDraft(far.site.provider);
    const send = async (request: never, at: { refuse(type: 'TooMany'): Error }): Promise<never> => {
      await bodies.book.send(request, at as never);
      throw at.refuse('TooMany');
    };
    const { binding } = open('probeable', far.site, { database: far.database });
    const bound = bind(contract.probeable, { ...bodies, book: { ...bodies.book, send } }, binding);
    assert.deepEqual(await attempt(bound, 'book', { booking: 'quicker', seats: 2 }), { seats: 2 });
    assert.deepEqual(await done('quicker'), ['book bookings/quicker']);
  });

  it('probeable: that two attempts find lapsed is done anew once, under one next generation', async () => {
    const { far, run, done, states } = stores.probeable;
    far.provider.loseAnswers = 1;
    const input = { booking: 'lapsed', seats: 2 };
    assert.equal(await run('book', input), 'Unexpected');
    const bodies = byDraft(far.site.provider);
    const gates = [new Gate(), new Gate()];
    const looks = gates.map((gate) => {
      const book = { ...bodies.book, probe: () => gate.pass().then(() => 'lapsed' as const) };
      const { binding } = open('probeable', far.site, { database: far.database });
      return cameOf(attempt(bind(contract.probeable, { ...bodies, book }, binding), 'book', input)).then(short);
    });
    for (const { arrived } of gates) await arrived;
    for (const gate of gates) gate.open();
    assert.deepEqual(await Promise.all(looks), ['Lapsed', 'Lapsed']);
    assert.deepEqual(await run('book', input), { seats: 2 });
    assert.deepEqual(await states('lapsed'), { 'bookings/lapsed': 'burned', 'bookings/lapsed#2': 'applied' });
    assert.deepEqual(await done('lapsed'), ['book bookings/lapsed', 'book bookings/lapsed#2']);
  });

  it('keyed: whose answer comes after its undo is Burned, and changes nothing', async () => {
    const { run, done, states } = stores.keyed;
    const answered = new Gate();
    const waiting = one('keyed', 'book', 'late-answer', {
      observe: (point) => (point === 'sent' ? answered.pass() : undefined),
    });
    await answered.arrived;
    assert.deepEqual(await run('cancel', { booking: 'late-answer', seats: 2 }), { undone: true });
    answered.open();
    assert.equal(await waiting, 'Burned');
    assert.deepEqual(await states('late-answer'), {
      'bookings/late-answer': 'burned',
      'bookings/late-answer/cancel': 'applied',
    });
    assert.deepEqual(await done('late-answer'), ['book bookings/late-answer', 'cancel bookings/late-answer/cancel']);
  });

  it('keyed: whose failure the provider replays is sent under another key, recorded before', async () => {
    const { far, done } = stores.keyed;
    const bodies = atProvider(far.site.provider, true);
    const book = {
      ...bodies.book,
      send: (order: { key: string }, at: never) =>
        order.key === 'bookings/replayed' ? Promise.reject(new Error('500')) : bodies.book.send(order, at),
      amend: (order: { key: string }, _failure: unknown, sends: number) => ({
        ...order,
        key: `${order.key}/${sends + 1}`,
      }),
    };
    const { binding } = open('keyed', far.site, { database: far.database });
    const bound = bind(contract.keyed, { ...bodies, book }, binding);
    const input = { booking: 'replayed', seats: 2 };
    assert.equal(short(await cameOf(attempt(bound, 'book', input))), 'Unexpected');
    assert.deepEqual(
      await far.database.query("select request->>'key' as key from kit.effects where key = 'bookings/replayed'"),
      [{ key: 'bookings/replayed/2' }],
    );
    assert.deepEqual(await attempt(bound, 'book', input), { seats: 2 });
    assert.deepEqual(await done('replayed'), ['book bookings/replayed/2']);
  });

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

    /** A database on which an attempt waits at the gate when it is about to say that it sends. */
    class Held extends Database {
      readonly #gate: () => Promise<void>;
      constructor(gate: () => Promise<void>) {
        super(stores.neither.far.site.database, { max: 2 });
        this.#gate = gate;
      }
      override async query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]> {
        if (sql.includes('sends = sends + 1')) await this.#gate();
        return super.query(sql, values);
      }
    }

    it('says that it did not happen: of two attempts at once, one sends', async () => {
      await lost('at-once');
      await said('at-once', 'retry');
      const gates = [new Gate(), new Gate()];
      const databases = gates.map(({ pass }) => new Held(pass));
      const both = databases.map((database) => one('neither', 'book', 'at-once', { database }));
      for (const { arrived } of gates) await arrived;
      for (const gate of gates) gate.open();
      assert.deepEqual((await Promise.all(both)).map(String).toSorted(), ['Overtaken', '[object Object]']);
      assert.deepEqual(await stores.neither.done('at-once'), Array(2).fill('book bookings/at-once'));
      for (const database of databases) await database.close();
    });

    it('skips it while an attempt is about to send: it is not sent', async () => {
      await lost('skipped-late');
      await said('skipped-late', 'retry');
      const gate = new Gate();
      const database = new Held(gate.pass);
      const late = one('neither', 'book', 'skipped-late', { database });
      await gate.arrived;
      await said('skipped-late', 'skip');
      gate.open();
      assert.equal(await late, 'Overtaken');
      assert.equal(await stores.neither.run('book', { booking: 'skipped-late', seats: 2 }), 'Skipped');
      assert.deepEqual(await stores.neither.done('skipped-late'), ['book bookings/skipped-late']);
      await database.close();
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
