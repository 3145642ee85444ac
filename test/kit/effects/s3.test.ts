import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { StoredObject } from '../../../src/kit/contract/object.ts';
import { s3Of } from '../../support/s3.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { durable, type Durable } from './harness.ts';

describe('an object written once', () => {
  let store: Durable;
  let s3: S3Client;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    store = await durable('object');
    s3 = s3Of(store.far.site.env);
  });
  after(() => s3.destroy());
  const at = (booking: string): { Bucket: string; Key: string } => ({
    Bucket: store.far.site.env['EVENKEEL_S3_BUCKET']!,
    Key: `${store.far.site.folder}/${booking}.json`,
  });
  const body = (booking: string): string => JSON.stringify({ booking, seats: 2 });

  it('is known by its path, its SHA-256 and its version', async () => {
    const value = (await store.run('book', { booking: 'known', seats: 2 })) as unknown as StoredObject;
    const { VersionId } = await s3.send(new HeadObjectCommand(at('known')));
    assert.deepEqual(value, {
      bucket: at('known').Bucket,
      path: at('known').Key,
      versionId: VersionId,
      sha256: createHash('sha256').update(body('known')).digest('base64'),
    });
    assert.match(`${VersionId}`, /^(?!null$)./);
  });

  it('that another has written with the same bytes counts as written', async () => {
    const put = await s3.send(
      new PutObjectCommand({
        ...at('same'),
        Body: body('same'),
        ChecksumSHA256: createHash('sha256').update(body('same')).digest('base64'),
      }),
    );
    const value = (await store.run('book', { booking: 'same', seats: 2 })) as unknown as StoredObject;
    assert.equal(value.versionId, put.VersionId);
    assert.deepEqual(await store.done('same'), ['book bookings/same']);
  });

  it('whose path holds something else is a conflict, and overwrites nothing', async () => {
    await s3.send(new PutObjectCommand({ ...at('taken'), Body: 'something else' }));
    assert.equal(await store.run('book', { booking: 'taken', seats: 2 }), 'KeyConflict');
    const there = await s3.send(new GetObjectCommand(at('taken')));
    assert.equal(await there.Body?.transformToString(), 'something else');
  });

  it('that somebody deleted is not written again under its key; its version is still there', async () => {
    const value = (await store.run('book', { booking: 'deleted', seats: 2 })) as unknown as StoredObject;
    await s3.send(new DeleteObjectCommand(at('deleted')));
    assert.deepEqual(await store.run('book', { booking: 'deleted', seats: 2 }), value);
    const kept = await s3.send(new GetObjectCommand({ ...at('deleted'), VersionId: value.versionId! }));
    assert.equal(await kept.Body?.transformToString(), body('deleted'));
  });
});
