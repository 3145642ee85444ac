import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { activity } from '../../contract/activity.ts';
import type { RemoteBody } from '../body.ts';
import { sha256Of } from '../s3.ts';
import { bytesOf } from './log.ts';
import { byPerson } from './rollback.ts';
import { DatasetError } from './version.ts';
import { verifyDataset } from './verify.ts';

/** What one repair restores at most: another goes on with the rest. */
const RESTORES_LIMIT = 500;

/**
 * A command's effect: restores what was overwritten or deleted behind our back from the bucket's own versioning, by
 * copying the right version of the object over it. Readers have seen nothing else meanwhile.
 */
export const repairDataset = activity('repairDataset', {
  input: z.object(byPerson.input),
  output: z.object({ restored: z.array(z.string()) }),
  key: byPerson.keyOf('repairs'),
  errors: {},
  remote: 'keyed',
  attempt: '1 hour',
  within: '1 hour',
  actor: ({ actor }) => actor,
  undo: { none: 'what was there before it stays in the bucket as an older version of the object' },
});

type RepairRequest = { bucket: string; restores: { path: string; versionId: string; sha256: string }[] };

/** Its body. Asked again it copies what is not right yet. */
export const repairBody = (s3: S3Client, bucket: string): RemoteBody<typeof repairDataset, RepairRequest> => ({
  async request({ dataset }) {
    const { faults } = await verifyDataset(s3, bucket, dataset);
    const restores = faults.flatMap(({ path, intact, sha256 }) =>
      intact === null || sha256 === null ? [] : [{ path, versionId: intact, sha256 }],
    );
    return { bucket, restores: restores.slice(0, RESTORES_LIMIT) };
  },

  async send({ bucket, restores }) {
    for (const { path, versionId, sha256 } of restores) {
      const isRight = async (): Promise<boolean> => {
        const bytes = await bytesOf(s3, bucket, path, null);
        return bytes !== undefined && sha256Of(bytes) === sha256;
      };
      if (await isRight()) continue;
      const source = [bucket, ...path.split('/')].map(encodeURIComponent).join('/');
      await s3.send(
        new CopyObjectCommand({
          Bucket: bucket,
          Key: path,
          CopySource: `${source}?versionId=${encodeURIComponent(versionId)}`,
          ChecksumAlgorithm: 'SHA256',
        }),
      );
      if (!(await isRight())) throw new DatasetError('Damaged', path);
    }
    return { restored: restores.map(({ path }) => path) };
  },
});
