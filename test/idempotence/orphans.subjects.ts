import { PutObjectCommand } from '@aws-sdk/client-s3';
import { orphanActivities } from '../../src/activities/reconciliation/orphans.ts';
import * as contracts from '../../src/contracts/orphans.ts';
import { Database } from '../../src/kit/effects/database.ts';
import { contentPath } from '../../src/kit/effects/dataset/version.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';
import { versionsAt } from '../support/s3.ts';
import { objects, type Where } from './where.ts';

/**
 * A page has all orphans behind a key and before a time. Of each id both grow, so that a page that begins at its key and
 * ends at its time has its own orphan and nobody else's.
 */
let made = 0;
const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2001, 0, 1);
const keyOf = (n: number, id: string): string => `orphans/${String(n).padStart(6, '0')}/${id}`;
const pathOf = (id: string, key: string): string => contentPath(`orphans/${id}`, key, 'left');

export default subjects(import.meta.url, {
  contracts,
  open: (where: Where) => ({ ...objects(where), reader: new Database(where.database, { max: 5 }) }),
  async close({ s3, reader }) {
    s3.destroy();
    await reader.close();
  },
  bodies: ({ s3, bucket, reader }) => orphanActivities(s3, bucket, reader),
  activities: {
    collectPage: {
      async input(id, { database, s3, bucket }) {
        const n = ++made;
        const [key, over] = [keyOf(n, id), new Date(FIRST_MS + n * 1_000).toISOString()];
        await database.query(
          `insert into kit.effects values ($1, $1, 'publish', 'tests', null, 'burned', null, $2, 1, $3, $3)`,
          [key, JSON.stringify({ bucket, dataset: `orphans/${id}`, first: 1, only: false, files: [], at: over }), over],
        );
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key: pathOf(id, key), Body: 'left' }));
        const at = `${new Date(FIRST_MS + (n + 1) * 1_000 + 7 * DAY_MS).toISOString().slice(0, 19)}Z`;
        return { schedule: id, at, page: 1, after: keyOf(n, '') };
      },
      effects: async ({ schedule: id, after }, { s3, bucket }) =>
        (await versionsAt(s3, bucket, pathOf(id, `${after}${id}`))).filter((each) => each === 'deletion'),
    },
  },
});
