import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { activity, segment, type InputOf, type OutputOf } from '../../contract/activity.ts';
import type { RemoteBody } from '../body.ts';
import type { Tx } from '../database.ts';
import { fence, find, isPublish, isUndoOf } from './append.ts';
import { histories } from './histories.ts';
import { VersionLog } from './log.ts';
import { contentPath } from './version.ts';

/** How long a publish has been over before its content is looked at. What keeps a late attempt safe is the fence. */
export const GRACE_DAYS = 7;
/** Publishes that were over by then have had their grace at this moment. */
export const graceBefore = (at: Date, days = GRACE_DAYS): string =>
  new Date(at.getTime() - days * 86_400_000).toISOString();
const PAGE = 100;

/** Content that no version names, of a publish that was undone or refused. */
export type Orphan = {
  readonly dataset: string;
  readonly key: string;
  readonly first: number;
  readonly only: boolean;
  readonly at: string;
  readonly paths: readonly string[];
};

/** One page of a collection: publishes in the order of their keys, those after `after`. */
export interface OrphanPage {
  readonly orphans: readonly Orphan[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

/**
 * A command's effect. Deletes the content of publishes that are over and never took effect. One that is under way, or in
 * doubt, is let alone for however long; one that is over is fenced first, so that an attempt of it that still sleeps
 * names nothing when it wakes. A deletion is a marker: the bucket's own versioning has the content until it expires there.
 */
export const collectOrphans = activity('collectOrphans', {
  input: z.object({
    id: z.string().min(1).max(100),
    page: z.int().positive(),
    after: z.string(),
    /** Publishes that were over by then. */
    before: z.iso.datetime(),
    actor: z.string().min(1).max(200),
  }),
  output: z.object({ collected: z.array(z.string()), next: z.string().nullable() }),
  key: ({ id, page }) => `datasets/collections/${segment(id)}/${page}`,
  errors: {},
  remote: 'keyed',
  attempt: '1 hour',
  within: '1 hour',
  actor: ({ actor }) => actor,
  undo: { none: 'nobody can see what no version names' },
});

/** A page, recorded before it is collected. */
export type CollectRequest = { bucket: string; orphans: readonly Orphan[]; next: string | null };

/** Its body. */
export function collectBody(
  s3: S3Client,
  bucket: string,
  database: Tx,
): RemoteBody<typeof collectOrphans, CollectRequest> {
  const { find, collect } = collecting(s3, bucket, database);
  return { request: ({ before, after }) => find(before, after), send: collect };
}

/** What a body of one's own is made of: finds a page, and collects it; once more, it deletes what is not deleted yet. */
export const collecting = (
  s3: S3Client,
  bucket: string,
  database: Tx,
): {
  readonly find: (before: string, after: string) => Promise<CollectRequest>;
  readonly collect: (page: CollectRequest) => Promise<OutputOf<typeof collectOrphans>>;
} => ({
  find: async (before, after) => ({ bucket, ...(await orphansAfter(s3, bucket, database, before, after)) }),

  async collect({ bucket, orphans, next }) {
    const collected: string[] = [];
    for (const orphan of orphans) {
      const log = new VersionLog(s3, bucket, orphan.dataset);
      await fence(log, orphan, orphan.key);
      if (await isNamed(log, orphan)) continue; // it had won before it was fenced
      for (const path of orphan.paths) {
        if ((await contentUnder(s3, bucket, path)).includes(path))
          await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: path }));
        collected.push(path);
      }
    }
    return { collected, next };
  },
});

/** A page of orphans: it only looks. */
export async function orphansAfter(
  s3: S3Client,
  bucket: string,
  database: Tx,
  before: InputOf<typeof collectOrphans>['before'],
  after: string,
): Promise<OrphanPage> {
  const over = await database.query<Omit<Orphan, 'paths'>>(
    `select key, request ->> 'dataset' as dataset, (request -> 'first')::int as first,
            (request -> 'only')::boolean as only, request ->> 'at' as at
     from kit.effects
     where state in ('burned', 'refused') and request ?& array['dataset', 'first', 'only', 'files']
       and request ->> 'bucket' = $1 and coalesce(settled_at, intended_at) < $2 and key > $3
     order by key limit ${PAGE}`,
    [bucket, before, after],
  );
  const orphans: Orphan[] = [];
  for (const each of over) {
    const paths = await contentUnder(s3, bucket, contentPath(each.dataset, each.key, ''));
    if (paths.length > 0 && !(await isNamed(new VersionLog(s3, bucket, each.dataset), each)))
      orphans.push({ ...each, paths });
  }
  return { orphans, next: over.length < PAGE ? null : over.at(-1)!.key };
}

/** Whether a version names the content of this publish; it does so also when it was undone since. */
async function isNamed(log: VersionLog, { key, first }: Pick<Orphan, 'key' | 'first'>): Promise<boolean> {
  const found = await find(log, first, (version) => isPublish(key)(version) || isUndoOf(key)(version));
  return found?.version.made === 'published';
}

async function contentUnder(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path, deleted } of histories(s3, bucket, prefix)) if (!deleted) paths.push(path);
  return paths;
}
