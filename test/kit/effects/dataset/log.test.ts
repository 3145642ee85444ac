import assert from 'node:assert/strict';
import { VersionLog } from '../../../../src/kit/effects/dataset/log.ts';
import { LAST_NUMBER, versionPath } from '../../../../src/kit/effects/dataset/version.ts';
import { MemoryS3 } from '../../../support/memory-s3.ts';

describe('the numbers of a dataset', () => {
  const upTo = (newest: number): { s3: MemoryS3; log: VersionLog } => {
    const s3 = new MemoryS3();
    for (let number = 1; number <= newest; number++) s3.put(versionPath('d', number), Buffer.from('{}'));
    return { s3, log: new VersionLog(s3.client(), 'b', 'd') };
  };
  const AT = { made: 'published', key: 'a', content: null, at: '2026-11-23T00:00:00.000Z' } as const;

  for (const newest of [0, 1, 1_000, 1_001, 2_345])
    it(`are found to end at ${newest}, by few requests`, async () => {
      const { s3, log } = upTo(newest);
      assert.equal(await log.newest(), newest);
      assert.ok(s3.requests <= 14, `${s3.requests} requests`);
    });

  it('are listed from one that is known', async () => {
    const { s3, log } = upTo(2_345);
    assert.equal(await log.newest(2_000), 2_345);
    assert.equal(s3.requests, 1);
  });

  it('count when they are deleted, and do not when they are no numbers or of another dataset', async () => {
    const { s3, log } = upTo(3);
    s3.put(versionPath('d', 3), undefined);
    for (const path of ['d/versions/4.json', 'd/versions/notes.txt', 'd/versions/000000.json', versionPath('d/e', 7)])
      s3.put(path, Buffer.from('{}'));
    assert.equal(await log.newest(), 3);
  });

  it('end at the last of six digits', async () => {
    const s3 = new MemoryS3();
    s3.put(versionPath('d', LAST_NUMBER), Buffer.from('{}'));
    const log = new VersionLog(s3.client(), 'b', 'd');
    assert.equal(await log.newest(), LAST_NUMBER);
    await assert.rejects(log.create({ ...AT, number: LAST_NUMBER + 1 }), { code: 'Full' });
  });

  it('are not made with a gap, or after what cannot be read', async () => {
    const { log } = upTo(1);
    await assert.rejects(log.create({ ...AT, number: 3 }), { code: 'NoVersion' });
    await assert.rejects(log.create({ ...AT, number: 2 }), {
      code: 'Damaged',
      message: 'd/versions/000001.json: Damaged',
    });
  });
});
