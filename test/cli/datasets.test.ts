import assert from 'node:assert/strict';
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { bind } from '../../src/kit/effects/bind.ts';
import { contentPath } from '../../src/kit/effects/dataset/version.ts';
import { attempt } from '../../src/kit/testing/attempt.ts';
import { inDatasets } from '../kit/effects/bodies.ts';
import * as contract from '../kit/effects/contracts.ts';
import { farSide } from '../kit/effects/far-side.ts';
import { open } from '../kit/effects/stores.ts';
import { s3Of } from '../support/s3.ts';
import { STACK_TIMEOUT_MS } from '../support/stack.ts';
import { lines, typed, type Ran } from './evenkeel.ts';

describe('the versions of a dataset on the command line', () => {
  let s3: S3Client;
  let dataset: string;
  let env: Record<string, string>;
  const run = (...args: string[]): Promise<Ran> => typed(args, env);
  const by = ['--actor', 'ann', '--reason', 'wrong totals'];
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    const { site, database } = await farSide('dataset');
    s3 = s3Of(site.env);
    env = { ...site.env, DATABASE_URL: site.database };
    dataset = `${site.folder}/reports`;
    const { binding } = open('dataset', site, { database });
    const bodies = inDatasets(s3, env['EVENKEEL_S3_BUCKET']!, () => dataset);
    const bound = bind(contract.dataset, bodies, binding);
    for (const booking of ['b1', 'b2', 'b3']) await attempt(bound, 'book', { booking, seats: 2 });
  });
  after(() => s3.destroy());

  it('are listed, newest first, as text and as objects', async () => {
    const { exit, stdout } = await run('versions', dataset, '--limit', '2');
    assert.equal(exit, 0);
    assert.match(stdout, /^version +made +by .*\n3 +published +bookings\/b3 .*booking\.csv \(19 bytes\)\n2 +published/);
    const listed = lines<{ number: number }>(await run('versions', dataset, '--json'));
    assert.deepEqual(
      listed.map(({ number }) => number),
      [3, 2, 1],
    );
  });

  it('are rolled back once an id, and not over what somebody else has published', async () => {
    const superseded = await run('rollback', dataset, '--to', '1', '--expected', '2', ...by);
    assert.deepEqual([superseded.exit, superseded.stdout], [3, '']);
    assert.match(superseded.stderr, /\nevenkeel: somebody else has published meanwhile; /);
    const rollback = ['rollback', dataset, '--to', '1', '--id', 'ticket-7', ...by];
    assert.deepEqual((await run(...rollback)).stdout, `${dataset}: version 4 shows what 1 shows\n`);
    assert.deepEqual(
      lines(await run(...rollback, '--json')).map(({ number, to, id, already }) => [number, to, id, already]),
      [[4, 1, 'ticket-7', true]],
    );
    assert.match((await run('versions', dataset)).stdout, /\n4 +rolled back to 1: wrong totals +ann /);
    const none = await run('rollback', dataset, '--to', '9', ...by);
    assert.equal(none.exit, 3);
    assert.match(none.stderr, /there is no version of that number that shows anything\n$/);
  });

  it('are verified, and repaired when somebody has deleted an object', async () => {
    assert.equal(
      (await run('versions', dataset, '--verify')).stdout,
      '4 versions, 6 files: all as they were published\n',
    );
    const path = contentPath(dataset, 'bookings/b2', 'booking.csv');
    await s3.send(new DeleteObjectCommand({ Bucket: env['EVENKEEL_S3_BUCKET'], Key: path }));
    const found = await run('versions', dataset, '--verify');
    assert.deepEqual([found.exit, found.stdout], [1, `${path} was deleted\n4 versions, 6 files: 1 faults\n`]);
    const mended = await run('versions', dataset, '--verify', '--repair', ...by);
    assert.deepEqual(
      [mended.exit, mended.stdout.split('\n').slice(1, 3)],
      [0, ['1 objects restored, 0 cannot be', '4 versions, 6 files: all as they were published']],
    );
    assert.match((await run('audit', 'verify', '--subject', `datasets/${dataset}`)).stdout, /nothing was changed\n/);
  });

  it('leave no orphans behind, which is said of each and of all', async () => {
    for (const [dry, says] of [
      [['--dry-run'], '0 objects would be collected\n'],
      [[], '0 objects were collected\n'],
    ] as const)
      assert.equal((await run('collect-orphans', '--actor', 'nightly', '--grace', '0', ...dry)).stdout, says);
  });
});
