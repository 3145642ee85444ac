import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { collected, orphansAfter, readVersion, type Desk } from '../../../../src/kit/effects/dataset/index.ts';
import { histories } from '../../../../src/kit/effects/dataset/histories.ts';
import { contentPath, contentsOf } from '../../../../src/kit/effects/dataset/version.ts';
import { PostgresStore } from '../../../../src/kit/effects/postgres.ts';
import { short } from '../../../../src/kit/testing/attempt.ts';
import { AttemptProcess } from '../../../../src/kit/testing/attempt-process.ts';
import { s3Of, versionsIn } from '../../../support/s3.ts';
import { STACK_TIMEOUT_MS } from '../../../support/stack.ts';
import { durable, type Durable } from '../harness.ts';
import { shared } from '../subjects.ts';

const DAY_MS = 86_400_000;

describe('collecting orphans', () => {
  let store: Durable;
  let s3: S3Client;
  let bucket: string;
  let dataset: string;
  let desk: Desk;
  let sleeper: AttemptProcess | undefined;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    store = await durable('dataset');
    const { site, database } = store.far;
    s3 = s3Of(site.env);
    bucket = site.env['EVENKEEL_S3_BUCKET']!;
    dataset = `${site.folder}/all`;
    desk = { s3, bucket, store: new PostgresStore(database), clock: () => new Date() };
  });
  after(() => s3.destroy());
  afterEach(() => sleeper?.kill());

  /** An attempt that has put its content and sleeps before its version; gives what wakes it. */
  const sleeping = async (booking: string) => {
    sleeper = new AttemptProcess(shared, store.far.site);
    await sleeper.ready();
    const begun = await sleeper.begin('book', { booking, seats: 2 }, ['worked']);
    await begun.until('worked');
    sleeper.stop();
    return async () => {
      sleeper!.cont();
      begun.go('worked');
      return short(await begun.answer());
    };
  };
  /** In this process, on the dataset of the sleepers. */
  const run = async (activity: 'book' | 'cancel', booking: string) => {
    const opened = await shared.open(store.far.site, { observe: () => undefined, connections: 2 });
    const came = await opened.attempt(activity, { booking, seats: 2 }, { workflowId: 'tests/one' });
    await opened.close();
    return short(came);
  };
  /** All that is collected so long after now. */
  const collect = async (days = 8, graceDays = 7): Promise<string[]> => {
    const before = new Date(Date.now() + (days - graceDays) * DAY_MS).toISOString();
    const { value } = await collected(desk, { id: randomUUID(), page: 1, after: '', before, actor: 'nightly' });
    return value.collected;
  };
  const content = async (): Promise<string[]> => {
    const paths: string[] = [];
    for await (const { path, deleted } of histories(s3, bucket, contentsOf(dataset))) if (!deleted) paths.push(path);
    return paths;
  };
  const filesOf = (booking: string): string[] =>
    ['booking.csv', 'booking.json'].map((file) => contentPath(dataset, `bookings/${booking}`, file));

  it('deletes what an undone publish has left, after the grace, and an attempt that wakes then names nothing', async () => {
    const wake = await sleeping('late');
    await run('book', 'stays');
    await run('cancel', 'late');
    assert.deepEqual(await collect(6), []);
    assert.deepEqual(await collect(), filesOf('late'));
    assert.deepEqual(await content(), filesOf('stays'));
    assert.equal(await wake(), 'Burned');
    assert.deepEqual((await readVersion(s3, bucket, dataset, 'latest')).content.key, 'bookings/stays');
    assert.deepEqual(await collect(), []);
  });

  it('lets alone what is under way, however long it sleeps, and it is published when it wakes', async () => {
    const wake = await sleeping('patient');
    assert.deepEqual(await collect(400), []);
    assert.equal(typeof (await wake()), 'object');
    assert.equal((await readVersion(s3, bucket, dataset, 'latest')).content.key, 'bookings/patient');
  });

  it('never touches what a version names, also when that is undone', async () => {
    await run('book', 'withdrawn');
    await run('cancel', 'withdrawn');
    const before = await content();
    assert.deepEqual(await collect(400), []);
    assert.deepEqual(await content(), before);
    assert.equal(before.includes(filesOf('withdrawn')[0]!), true);
  });

  it('fences a publish that a person skipped, so that an attempt that wakes shows nothing that is gone', async () => {
    const wake = await sleeping('skipped');
    await store.resolve({ key: 'bookings/skipped', activity: 'book', forwardKey: null, action: 'skip' });
    assert.deepEqual(await collect(), filesOf('skipped'));
    assert.equal(await wake(), 'Burned');
    const published = (await versionsIn(s3, bucket, dataset)).filter(
      ({ key, made }) => key === 'bookings/skipped' && made === 'published',
    );
    assert.deepEqual(published, []);
  });

  it('says beforehand what it would delete, and is audited', async () => {
    const wake = await sleeping('dry');
    await run('cancel', 'dry');
    const before = new Date(Date.now() + DAY_MS).toISOString();
    const { orphans, next } = await orphansAfter(s3, bucket, store.far.database, before, '');
    assert.deepEqual([orphans.flatMap(({ paths }) => paths), next], [filesOf('dry'), null]);
    assert.equal((await content()).includes(filesOf('dry')[0]!), true);
    await collect();
    await wake();
    const entries = await store.far.database.query(
      `select from kit.audit where subject like 'datasets/collections/%' and entry like '%"actor":"nightly"%'`,
    );
    assert.notEqual(entries.length, 0);
  });
});
