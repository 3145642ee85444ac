import type { S3Client } from '@aws-sdk/client-s3';
import type * as contract from '../../contracts/orphans.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { collecting, graceBefore } from '../../kit/effects/dataset/index.ts';

/** Of the bucket that the pipelines publish into. The grace is counted from the tick, but a tick to come shortens it for nobody. */
export function orphanActivities(s3: S3Client, bucket: string, database: Tx): Implementation<typeof contract, Tx> {
  const { find, collect } = collecting(s3, bucket, database);
  return {
    collectPage: {
      request: ({ at, after }, { now }) =>
        find(graceBefore(new Date(Math.min(new Date(at).getTime(), now().getTime()))), after),
      async send(page) {
        const { collected, next } = await collect(page);
        return { objects: collected.length, next };
      },
    },
  };
}
