import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { s3Client, type Services } from '../../services.ts';
import type { Place } from '../errors.ts';
import type { Finding } from './finding.ts';

export async function s3Findings(
  { config }: Services,
  { name, address }: Place,
  fix: boolean,
): Promise<readonly Finding[]> {
  const s3 = s3Client(config);
  const Bucket = config.EVENKEEL_S3_BUCKET;
  try {
    const exists = await s3.send(new HeadBucketCommand({ Bucket })).then(
      () => true,
      (error: unknown) => {
        if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return false;
        throw error;
      },
    );
    const server: Finding = { check: name, state: 'ok', says: address };
    if (!exists && !fix)
      return [
        server,
        { check: 'bucket', state: 'wrong', says: `${Bucket} does not exist`, todo: 'evenkeel doctor --fix' },
      ];
    if (!exists) await s3.send(new CreateBucketCommand({ Bucket }));
    const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
    if (Status === 'Enabled') return [server, { check: 'bucket', state: 'ok', says: `${Bucket}, versioned` }];
    if (!fix)
      return [
        server,
        {
          check: 'bucket',
          state: 'wrong',
          says: `${Bucket} is not versioned: an object that is overwritten from outside is gone`,
          todo: `aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled`,
        },
      ];
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    return [
      server,
      { check: 'bucket', state: 'fixed', says: `${Bucket} ${exists ? 'is versioned now' : 'was made, versioned'}` },
    ];
  } finally {
    s3.destroy();
  }
}
