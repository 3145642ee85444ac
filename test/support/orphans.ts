import assert from 'node:assert/strict';
import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { activity } from '../../src/kit/contract/activity.ts';
import { MadeVersion } from '../../src/kit/contract/dataset.ts';
import { command, type Binding } from '../../src/kit/effects/bind.ts';
import { putAll, type ContentOf } from '../../src/kit/effects/dataset/content.ts';
import { datasetOnce, type PublishRequest } from '../../src/kit/effects/dataset/index.ts';
import { VersionLog } from '../../src/kit/effects/dataset/log.ts';
import { contentPath } from '../../src/kit/effects/dataset/version.ts';
import type { Attempt } from '../../src/kit/effects/body.ts';
import type { Database, Tx } from '../../src/kit/effects/database.ts';
import { Refusal } from '../../src/kit/effects/errors.ts';
import { sha256 } from '../../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../../src/kit/effects/postgres.ts';

const publish = activity('publishMade', {
  input: z.object({ dataset: z.string(), as: z.string() }),
  output: MadeVersion,
  key: ({ dataset, as }) => `${dataset}/${as}`,
  errors: { Superseded: 'refused' },
  remote: 'probeable',
  attempt: '30s',
  within: '30s',
  undo: { none: 'a test' },
});
type Source = { readonly as: string };
const content: ContentOf<Source> = async function* ({ as }) {
  yield { name: 'it.txt', contentType: 'text/plain', body: Buffer.from(as) };
};

/** Where the content of a publish lies. */
const pathOf = (dataset: string, as: string): string => contentPath(dataset, `${dataset}/${as}`, 'it.txt');

/**
 * A dataset with one version, and with the content of a publish that was superseded between its content and its version,
 * as a run that lost a race leaves it; both were over at `at`. Gives the two paths.
 */
export async function withOrphan(
  { database, s3, bucket }: { readonly database: Database; readonly s3: S3Client; readonly bucket: string },
  dataset: string,
  at: Date,
): Promise<{ orphan: string; named: string }> {
  const binding: Binding<Tx> = {
    pipeline: 'tests',
    store: new PostgresStore(database),
    fingerprint: sha256,
    clock: () => at,
    observe: () => undefined,
    log: () => undefined,
  };
  const once = datasetOnce(s3, bucket, ({ as }: { as: string }) => ({ dataset, source: { as } }), content);
  const subject = `tests/${dataset}`;
  await command(publish, once.publish, binding, subject, { dataset, as: 'named' });
  const late = {
    ...once.publish,
    async send({ files, source }: PublishRequest<Source>, { key, refuse }: Attempt<typeof publish>): Promise<never> {
      await putAll(new VersionLog(s3, bucket, dataset), key, files, content, source);
      throw refuse('Superseded');
    },
    fence: () => Promise.resolve(), // that is left to the collection, as after a person's `skip`
  };
  await assert.rejects(command(publish, late, binding, subject, { dataset, as: 'orphan' }), Refusal);
  return { orphan: pathOf(dataset, 'orphan'), named: pathOf(dataset, 'named') };
}
