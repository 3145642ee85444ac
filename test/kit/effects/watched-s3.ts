import type { PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import type { Version } from '../../../src/kit/effects/dataset/version.ts';
import type { Observe } from '../../../src/kit/effects/store.ts';

/**
 * Tells where a publish stands between its requests, by the names of points that a remote effect has no use for: `claimed`
 * when its content is about to be put, `worked` when that is there, and its version is about to be.
 */
export function watched(s3: S3Client, observe: Observe): S3Client {
  s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'PutObjectCommand') await told(args.input as PutObjectCommandInput, observe);
        return next(args);
      },
    { step: 'initialize' },
  );
  return s3;
}

async function told({ Key, Body }: PutObjectCommandInput, observe: Observe): Promise<void> {
  const [, content] = /\/content\/([^/]+)\//.exec(Key!) ?? [];
  if (content !== undefined) return observe('claimed', { activity: 'book', key: decodeURIComponent(content) });
  const { made, key } = JSON.parse(Body as string) as Version;
  if (made === 'published') return observe('worked', { activity: 'book', key });
  return observe('worked', { activity: 'cancel', key: `${key}/cancel` });
}
