import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { sha256 } from '../../../../src/kit/effects/fingerprint.ts';
import { verifyAudit } from '../../../../src/kit/effects/audit.ts';
import { bind } from '../../../../src/kit/effects/bind.ts';
import {
  readFile,
  readVersion,
  repaired,
  rolledBack,
  verifyDataset,
  type Desk,
} from '../../../../src/kit/effects/dataset/index.ts';
import { histories } from '../../../../src/kit/effects/dataset/histories.ts';
import { VersionLog } from '../../../../src/kit/effects/dataset/log.ts';
import { contentPath, versionPath } from '../../../../src/kit/effects/dataset/version.ts';
import { PostgresStore } from '../../../../src/kit/effects/postgres.ts';
import { attempt } from '../../../../src/kit/testing/attempt.ts';
import { s3Of, versionsIn } from '../../../support/s3.ts';
import { STACK_TIMEOUT_MS } from '../../../support/stack.ts';
import { inDatasets } from '../bodies.ts';
import * as contract from '../contracts.ts';
import { durable, type Durable } from '../harness.ts';
import { open } from '../stores.ts';

describe('a person', () => {
  let store: Durable;
  let s3: S3Client;
  let bucket: string;
  let desk: Desk;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    store = await durable('dataset');
    s3 = s3Of(store.far.site.env);
    bucket = store.far.site.env['EVENKEEL_S3_BUCKET']!;
    desk = { s3, bucket, store: new PostgresStore(store.far.database), clock: () => new Date() };
  });
  after(() => s3.destroy());

  /** A dataset of its own with so many publishes; gives its name and its activities. */
  const published = async (count: number) => {
    const dataset = `${store.far.site.folder}/${randomUUID()}`;
    const { binding } = open('dataset', store.far.site, { database: store.far.database });
    const bound = bind(
      contract.dataset,
      inDatasets(s3, bucket, () => dataset),
      binding,
    );
    const id = (n: number): string => `${dataset.slice(-12)}-${n}`;
    const run = (activity: 'book' | 'cancel', n: number) => attempt(bound, activity, { booking: id(n), seats: n });
    for (let n = 1; n <= count; n++) await run('book', n);
    const told = async (): Promise<string[]> =>
      (await versionsIn(s3, bucket, dataset)).map(({ made, content }) => `${made} ${content?.number ?? 'nothing'}`);
    return { dataset, run, told, id };
  };
  const by = (id: string) => ({ id, actor: 'ann', reason: 'the 2nd has wrong totals' });

  describe('who rolls back', () => {
    it('makes a new number that shows what an earlier one shows, once an id, and stands in it and in the audit', async () => {
      const { dataset, told } = await published(3);
      const { value, fresh } = await rolledBack(desk, { dataset, to: 1, ...by('ticket-97') });
      assert.deepEqual([value.number, value.key, fresh], [4, `datasets/${dataset}/rollbacks/ticket-97`, true]);
      assert.deepEqual(await rolledBack(desk, { dataset, to: 1, ...by('ticket-97') }), { value, fresh: false });
      assert.deepEqual(await told(), ['published 1', 'published 2', 'published 3', 'rolled back 1']);
      const { rollback, content } = await readVersion(s3, bucket, dataset, 'latest');
      assert.deepEqual(rollback, { to: 1, actor: 'ann', reason: 'the 2nd has wrong totals' });
      assert.deepEqual(content, (await readVersion(s3, bucket, dataset, 1)).content);
      const { faults, entries } = await verifyAudit(store.far.database, [sha256], { subject: `datasets/${dataset}` });
      assert.deepEqual([faults, entries], [[], 1]);
      const [audit] = await store.far.database.query<{ entry: string }>(
        'select entry from kit.audit where subject = $1',
        [`datasets/${dataset}`],
      );
      assert.equal((JSON.parse(audit!.entry) as { actor: string }).actor, 'ann');
    });

    it('is refused when somebody else has published since what the person saw, unless told', async () => {
      const { dataset, told } = await published(3);
      const to = { dataset, to: 1, expected: 2 };
      const superseded = { name: 'Refusal', type: 'Superseded' };
      await assert.rejects(rolledBack(desk, { ...to, ...by('a') }), superseded);
      await assert.rejects(rolledBack(desk, { ...to, ...by('a') }), superseded);
      assert.equal((await told()).length, 3);
      await rolledBack(desk, { ...to, ...by('b'), evenIfSuperseded: true });
      assert.equal((await told()).at(-1), 'rolled back 1');
    });

    it('is refused when somebody else publishes between the look and the version', async () => {
      const { dataset, run, told } = await published(2);
      let raced = false;
      const meddled = new Proxy(s3, {
        get: (target, name) =>
          name === 'send'
            ? async (command: object): Promise<unknown> => {
                if (command instanceof PutObjectCommand && !raced) {
                  raced = true;
                  await run('book', 3);
                }
                return target.send(command as PutObjectCommand);
              }
            : (Reflect.get(target, name) as unknown),
      });
      await assert.rejects(rolledBack({ ...desk, s3: meddled }, { dataset, to: 1, ...by('raced') }), {
        type: 'Superseded',
      });
      assert.deepEqual(await told(), ['published 1', 'published 2', 'published 3']);
    });

    it('to what was undone, to what shows nothing or to no number is refused, and nothing is recorded', async () => {
      const { dataset, run, told } = await published(2);
      await run('cancel', 1);
      for (const [to, type] of [
        [1, 'Withdrawn'],
        [9, 'NoVersion'],
      ] as const)
        await assert.rejects(rolledBack(desk, { dataset, to, ...by(`${to}`) }), { type });
      await run('cancel', 2);
      await assert.rejects(rolledBack(desk, { dataset, to: 4, ...by('4') }), { type: 'NoVersion' });
      assert.deepEqual(await told(), ['published 1', 'published 2', 'undone 2', 'undone nothing']);
      const recorded = await store.far.database.query('select from kit.effects where workflow_id = $1', [
        `datasets/${dataset}`,
      ]);
      assert.equal(recorded.length, 0);
    });

    it('whose publish is undone then shows what was before it, not what the rollback left behind', async () => {
      const { dataset, run, told } = await published(3);
      await rolledBack(desk, { dataset, to: 2, ...by('a') });
      await run('cancel', 2);
      assert.deepEqual((await told()).slice(3), ['rolled back 2', 'undone 1']);
    });
  });

  describe('who verifies', () => {
    it('finds nothing in what was published, undone and rolled back', async () => {
      const { dataset, run } = await published(3);
      await run('cancel', 2);
      await rolledBack(desk, { dataset, to: 1, ...by('a') });
      assert.deepEqual(await verifyDataset(s3, bucket, dataset), { versions: 5, files: 6, faults: [] });
    });

    it('finds what was overwritten and deleted, and repairs it from the bucket, once an id and audited', async () => {
      const { dataset, id } = await published(3);
      const csv = (n: number): string => contentPath(dataset, `bookings/${id(n)}`, 'booking.csv');
      const at = (path: string) => ({ Bucket: bucket, Key: path });
      const damaged = [versionPath(dataset, 1), versionPath(dataset, 3), csv(2), csv(3)];
      const held = await Promise.all(damaged.map((path) => first(path)));
      await s3.send(new PutObjectCommand({ ...at(versionPath(dataset, 1)), Body: 'made up' }));
      await s3.send(new DeleteObjectCommand(at(versionPath(dataset, 3))));
      await s3.send(new PutObjectCommand({ ...at(csv(2)), Body: 'made up' }));
      await s3.send(new DeleteObjectCommand(at(csv(3))));
      const { faults } = await verifyDataset(s3, bucket, dataset);
      assert.deepEqual(
        faults.map(({ path, number, fault, intact }) => `${path} ${number} ${fault} ${intact}`).toSorted(),
        [
          `${damaged[0]} 1 overwritten ${held[0]}`,
          `${damaged[1]} 3 deleted ${held[1]}`,
          `${damaged[2]} 2 overwritten ${held[2]}`,
          `${damaged[3]} 3 deleted ${held[3]}`,
        ].toSorted(),
      );
      const { value } = await repaired(desk, { dataset, ...by('mend') });
      assert.deepEqual(value.restored.toSorted(), damaged.toSorted());
      assert.deepEqual((await verifyDataset(s3, bucket, dataset)).faults, []);
      assert.deepEqual(await repaired(desk, { dataset, ...by('mend') }), { value, fresh: false });
      const version = await readVersion(s3, bucket, dataset, 2);
      assert.equal(version.content.files.find(({ name }) => name === 'booking.csv')?.versionId, held[2]);
      assert.match(Buffer.from(await readFile(s3, bucket, version, 'booking.csv')).toString(), /,2\n$/);
      const report = await verifyAudit(store.far.database, [sha256], { subject: `datasets/${dataset}` });
      assert.deepEqual([report.entries, report.faults], [1, []]);
    });

    it('is told what the bucket cannot give back, and finds it again after the repair', async () => {
      const { dataset, id } = await published(3);
      const csv = contentPath(dataset, `bookings/${id(1)}`, 'booking.csv');
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: csv, VersionId: (await first(csv))! }));
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: csv, Body: 'made up' }));
      const replaced = versionPath(dataset, 2);
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: replaced, VersionId: (await first(replaced))! }));
      const { version } = await new VersionLog(s3, bucket, dataset).known(1);
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: replaced,
          Body: JSON.stringify({ ...version, number: 2, made: 'undone', content: null }),
        }),
      );
      const json = contentPath(dataset, `bookings/${id(3)}`, 'booking.json');
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: json, VersionId: (await first(json))! }));
      const foreign = `${dataset}/versions/notes.txt`;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: foreign, Body: 'hello' }));
      const beyond = [
        `${csv} overwritten null`,
        `${json} gone null`,
        `${replaced} replaced null`,
        `${foreign} foreign null`,
      ].toSorted();
      const found = async (): Promise<string[]> =>
        (await verifyDataset(s3, bucket, dataset)).faults
          .map(({ path, fault, intact }) => `${path} ${fault} ${intact}`)
          .toSorted();
      assert.deepEqual(await found(), beyond);
      assert.deepEqual((await repaired(desk, { dataset, ...by('cannot') })).value, { restored: [] });
      assert.deepEqual(await found(), beyond);
    });
  });

  /** The id of what a path held first. */
  async function first(path: string): Promise<string | null | undefined> {
    for await (const { versions } of histories(s3, bucket, path)) return versions.at(-1)?.versionId;
    return undefined;
  }
});
