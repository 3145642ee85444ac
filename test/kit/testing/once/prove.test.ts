import assert from 'node:assert/strict';
import type { Fault } from '../../../../src/kit/testing/once/exam.ts';
import { assertOnce, examine, provenOnce } from '../../../../src/kit/testing/once/prove.ts';
import type { Subjects } from '../../../../src/kit/testing/subjects.ts';
import { STACK_TIMEOUT_MS } from '../../../support/stack.ts';
import { farSide } from '../../effects/far-side.ts';
import type { Kind, Site } from '../../effects/stores.ts';
import { dataset, keyed, neither, object, postgres, probeable } from '../../effects/subjects.ts';
import { beside, forgetful } from './broken.subjects.ts';

describe('the idempotence harness', function () {
  this.timeout(180_000);
  const sites = {} as Record<Kind, Site>;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    for (const kind of ['postgres', 'keyed', 'probeable', 'neither', 'object', 'dataset'] as const)
      sites[kind] = (await farSide(kind)).site;
  });

  const IN_POSTGRES = ['received', 'claimed', 'worked', 'settled', 'committed'];
  const REMOTE = ['received', 'prepared', 'intended', 'sent', 'committed'];
  const REMOTE_UNDO = ['received', 'claimed', 'intended', 'sent', 'settled', 'committed'];
  for (const { kind, subjects, forward, undo } of [
    { kind: 'postgres', subjects: postgres, forward: IN_POSTGRES, undo: IN_POSTGRES },
    { kind: 'keyed', subjects: keyed, forward: REMOTE, undo: REMOTE_UNDO },
    { kind: 'probeable', subjects: probeable, forward: REMOTE, undo: REMOTE_UNDO },
    { kind: 'neither', subjects: neither, forward: REMOTE, undo: REMOTE_UNDO },
    { kind: 'object', subjects: object, forward: REMOTE, undo: undefined },
    { kind: 'dataset', subjects: dataset, forward: REMOTE, undo: REMOTE_UNDO },
  ] as const)
    it(`proves what is ${kind}, at every barrier`, async () => {
      const reports = await provenOnce(subjects, sites[kind]);
      const book = { activity: 'book', barriers: [...forward, 'applied'], killed: 6, frozen: 6 };
      // At its own barriers, and at those of what it undoes.
      const held = (undo?.length ?? 0) + 1 + 6;
      const cancel = undo && { activity: 'cancel', barriers: [...undo, 'undone'], killed: held, frozen: held };
      assert.deepEqual(
        reports.map(({ activity, barriers, killed, frozen }) => ({ activity, barriers, killed, frozen })),
        [book, ...(cancel ? [cancel] : [])],
      );
    });

  const faults = async (subjects: Subjects<Site>, site: Site): Promise<Record<string, readonly Fault[]>> => {
    const reports = await examine(subjects, site, { times: 2 });
    return Object.fromEntries(reports.map(({ activity, faults }) => [activity, faults]));
  };
  const [claimed, sent, intended] = ['claimed', 'sent', 'intended'].map((at) => `frozen when it is ${at}, tried again`);
  const worked = (how: string): string[] => ['settled', 'worked'].map((at) => `${how} when it is ${at}, tried again`);

  it('finds an effect beside its transaction, an undo that does nothing, and two intentions under one key', async () => {
    const { write, unwrite, always, crowd } = await faults(beside, sites.postgres);
    assert.deepEqual(write, [
      { what: 'effects after it woke: {"write":2}, expected {"write":1}', when: [claimed] },
      { what: 'effects before the next attempt: 1, expected 0', when: worked('killed') },
      { what: 'effects: 2, expected 1', when: [claimed, ...worked('frozen'), ...worked('killed')] },
      {
        what: 'its schema lets no further field pass: give `other`, the same key with another payload',
        when: ['another payload under the same key'],
      },
    ]);
    const noUndo = unwrite!.find(({ what }) => what === 'effects of the undo: 0, expected 1');
    assert.equal(noUndo?.when.includes('2 times in a row'), true);
    assert.equal(
      always!.some(
        ({ what, when }) =>
          what === 'input() gave the key notes/always twice: an id is to have a key of its own' &&
          when.includes('2 at once'),
      ),
      true,
    );
    const locked = crowd!.find(({ what }) => what.includes('Unexpected: DatabaseError 55P03'));
    assert.match(locked!.what, /^    perhaps it waits for a row that another id's attempt has locked: /m);
  });

  it('finds a provider that is said to know keys, and does not', async () => {
    const { book } = await faults(forgetful, sites.keyed);
    assert.deepEqual(book, [
      { what: 'effects after it woke: {"book":2}, expected {"book":1}', when: [intended] },
      { what: 'effects: 2, expected 1', when: ['2 at once', intended, sent, 'killed when it is sent, tried again'] },
    ]);
  });

  it('tells of an activity all that it found', () => {
    const report = {
      activity: 'bookRoom',
      barriers: [],
      intentions: 9,
      effects: 8,
      attempts: 28,
      processes: 5,
      killed: 6,
      frozen: 0,
      faults: [
        { what: 'effects: 3, expected 1', when: ['3 at once'] },
        { what: 'effects: 2, expected 1', when: worked('killed') },
      ],
    };
    assert.doesNotThrow(() => assertOnce({ ...report, faults: [] }));
    assert.throws(() => assertOnce({ ...report, faults: [] }, report), {
      name: 'AssertionError',
      message: `bookRoom does not happen once: 2 faults in 28 attempts at 9 intentions, in 5 processes
  - effects: 3, expected 1
      3 at once
  - effects: 2, expected 1
      killed when it is settled, tried again
      killed when it is worked, tried again`,
    });
  });
});
