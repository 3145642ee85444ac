import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Json } from '../src/kit/contract/outcome.ts';
import { gaps, HistoryArchive } from '../src/kit/histories/archive.ts';
import { Replayer } from '../src/kit/histories/replay.ts';
import { parseHistory, savedHistory, type SavedHistory } from '../src/kit/histories/saved.ts';
import { parseKeyring } from '../src/kit/worker/codec.ts';
import { PIPELINES } from '../src/pipelines/index.ts';
import * as workflows from '../src/workflows/index.ts';
import { HISTORIES, RECORDINGS } from './support/recordings.ts';
import { quietly } from './support/temporal.ts';
import { TEST_PAYLOAD_KEYS } from './support/test-keys.ts';

const ring = parseKeyring(TEST_PAYLOAD_KEYS);
const archive = new HistoryArchive(HISTORIES);
const starts = PIPELINES.flatMap((pipeline) => pipeline.starts);

/** As the folder has them, so that each has a test of its own; whether all of them are there is the first test. */
const recorded = starts.flatMap(({ workflow }) =>
  readdirSync(join(HISTORIES, workflow))
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({
      file: `${workflow}/${name}`,
      saved: parseHistory(readFileSync(join(HISTORIES, workflow, name), 'utf8'))!,
    })),
);
/**
 * The first two steps of each story, which change places in `test/support/workflows/swapped`; of one that is patched, the
 * newest way first.
 */
const SWAPPED: Record<keyof typeof workflows, readonly (readonly [string, string])[]> = {
  fulfilOrder: [['acceptOrder', 'reserveStock']],
  transferFunds: [
    ['validateTransfer', 'holdFunds'],
    ['holdFunds', 'postTransfer'],
  ],
  reserveFunds: [['holdFunds', 'postTransfer']],
  returnTransfer: [['postReturn', 'storeReturnAdvice']],
  integratePatient: [['claimIdentifiers', 'writeRecord']],
  importStatements: [['loadStatements', 'quarantineFile']],
  decideReconciliation: [
    ['validateWriteOff', 'bookWriteOff'],
    ['recordDecision', 'reconcileAccount'],
  ],
  checkBooks: [['checkTrialBalance', 'openQuestion']],
  collectOrphans: [['collectPage', 'openQuestion']],
};
const callOf = ({ events }: SavedHistory, activity: string): number | undefined => {
  const event = events.find(({ attributes }) => attributes.activityType?.name === activity);
  return event && Number(event.id);
};

describe('recorded histories', function () {
  this.timeout(120_000);
  let today: Replayer;
  let swapped: Replayer;
  let rekeyed: Replayer;
  before(() => {
    quietly();
    const against = (stories: string): Replayer => new Replayer(pathToFileURL(join(process.cwd(), stories)), ring);
    today = against('src/workflows/index.ts');
    swapped = against('test/support/workflows/swapped/index.ts');
    rekeyed = against('test/support/workflows/rekeyed/index.ts');
  });
  after(async () => {
    for (const replayer of [today, swapped, rekeyed]) await replayer.close();
  });

  it('are as they were recorded, each with its story beside it', async () => {
    assert.deepEqual(await archive.faults(ring), []);
  });

  it('are there for every workflow, and for every fate that it can come to', async () => {
    assert.deepEqual(gaps(starts, await archive.manifest()), []);
    assert.deepEqual(starts.map(({ workflow }) => workflow).toSorted(), Object.keys(workflows).toSorted());
  });

  it('are there of all that the recorder plays', async () => {
    const manifest = await archive.manifest();
    const played = RECORDINGS.map(({ workflow, what }) => `${workflow}/${what}.json`);
    assert.deepEqual(
      played.filter((file) => manifest[file] === undefined),
      [],
    );
  });

  for (const { file, saved } of recorded)
    it(`${file} replays on the workflows of today`, async () => {
      assert.equal(await today.replay(saved), undefined);
    });

  for (const { file, saved } of recorded) {
    const way = SWAPPED[saved.workflow as keyof typeof SWAPPED].find(([call]) => callOf(saved, call) !== undefined);
    if (way === undefined) continue; // it had come to its end before any step
    const [first, second] = way;
    const event = callOf(saved, first);
    it(`${file} does not replay on a story with two steps swapped: it differs at event ${event}`, async () => {
      assert.deepEqual(await swapped.replay(saved), {
        event,
        type: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
        message: `the history calls ${first}, the story now ${second}`,
      });
    });
  }

  describe('cut short, as those of open runs are,', () => {
    const { saved } = recorded.find(({ file }) => file === 'fulfilOrder/completed.json')!;
    const { events } = saved.json as { events: Json[] };
    const cut = (length: number): SavedHistory => savedHistory({ events: events.slice(0, length) })!;

    it('replay wherever they end', async () => {
      for (let length = 1; length < events.length; length++)
        assert.equal(await today.replay(cut(length)), undefined, `after ${length}`);
    });

    it('differ as soon as the event is there', async () => {
      const event = callOf(saved, 'acceptOrder')!;
      assert.equal(await swapped.replay(cut(event - 1)), undefined);
      assert.equal((await swapped.replay(cut(event)))?.event, event);
    });
  });

  it('that cannot be read differ, and the next one is replayed', async () => {
    const [{ saved }] = recorded as [(typeof recorded)[number]];
    const unreadable = await today.replay({ ...saved, json: { events: [{ eventId: 'none' }] } });
    assert.deepEqual(unreadable, { event: null, type: null, message: 'the history cannot be read (TypeError)' });
    assert.equal(await today.replay(saved), undefined);
  });

  it('differ where a step has another key, which Temporal does not look at', async () => {
    const { saved } = recorded.find(({ file }) => file === 'transferFunds/completed.json')!;
    assert.deepEqual(await rekeyed.replay(saved), {
      event: callOf(saved, 'postTransfer'),
      type: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
      message: 'postTransfer had the key ledger/recorded-completed/post, and now has ledger/recorded-completed-2/post',
    });
  });
});
