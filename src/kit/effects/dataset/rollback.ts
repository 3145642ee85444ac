import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { activity, segment } from '../../contract/activity.ts';
import { DatasetName, MadeVersion } from '../../contract/dataset.ts';
import type { RemoteBody } from '../body.ts';
import { append, find, isUndone, type Made } from './append.ts';
import { VersionLog } from './log.ts';
import { madeOf } from './publish.ts';
import type { Version } from './version.ts';

const By = { id: z.string().min(1).max(100), actor: z.string().min(1).max(200), reason: z.string().max(2_000) };

/** The chain of the audit in which what people do about a dataset stands. */
export const subjectOf = (dataset: string): string => `datasets/${dataset}`;

/** What every effect of a person on a dataset is given. */
export const byPerson = {
  input: { dataset: DatasetName, ...By },
  keyOf:
    (what: string) =>
    ({ dataset, id }: { dataset: string; id: string }): string =>
      `${subjectOf(dataset)}/${what}/${segment(id)}`,
};

/**
 * A command's effect, not a workflow's: no worker has this activity. Shows again, under the next number, what an earlier
 * version shows. `expected`: the newest number that the person has seen; else what is newest when the command begins.
 */
export const rollBack = activity('rollBack', {
  input: z.object({
    ...byPerson.input,
    to: z.int().positive(),
    expected: z.int().positive().optional(),
    /** Also when somebody else has published meanwhile. */
    evenIfSuperseded: z.literal(true).optional(),
  }),
  output: MadeVersion,
  key: byPerson.keyOf('rollbacks'),
  errors: {
    /** There is none of that number, or it shows nothing. */
    NoVersion: 'refused',
    /** What it shows was undone by the run that had published it. */
    Withdrawn: 'refused',
    /** There is a newer version than was expected. */
    Superseded: 'refused',
  },
  remote: 'probeable',
  attempt: '60s',
  within: '60s',
  actor: ({ actor }) => actor,
  undo: { none: 'another rollback is the way back' },
});

type RollbackRequest = {
  bucket: string;
  dataset: string;
  /** As with a publish: every attempt walks up from here; `only`: this number or none. */
  first: number;
  only: boolean;
  rollback: { to: number; actor: string; reason: string };
  at: string;
};

/** Its body. No refusal needs a fence: once it is withdrawn or superseded, a late attempt finds it so too. */
export const rollBackBody = (s3: S3Client, bucket: string): RemoteBody<typeof rollBack, RollbackRequest> => ({
  async request({ dataset, to, expected, evenIfSuperseded, actor, reason }, { refuse, now }) {
    const log = new VersionLog(s3, bucket, dataset);
    const newest = await log.newest();
    if (Math.max(to, expected ?? 0) > newest) throw refuse('NoVersion');
    const { content } = (await log.known(to)).version;
    if (!content) throw refuse('NoVersion');
    if (await isUndone(log, content, newest + 1)) throw refuse('Withdrawn');
    return {
      bucket,
      dataset,
      first: (expected ?? newest) + 1,
      only: evenIfSuperseded !== true,
      rollback: { to, actor, reason },
      at: now().toISOString(),
    };
  },

  async send({ bucket, dataset, first, only, rollback, at }, { key, refuse }) {
    const log = new VersionLog(s3, bucket, dataset);
    const mine = (version: Version): boolean => {
      if (isRollback(key)(version)) return true;
      if (only) throw refuse('Superseded');
      return false;
    };
    const make = async (number: number): Promise<Made> => {
      const content = (await log.known(rollback.to)).version.content!;
      if (await isUndone(log, content, number)) throw refuse('Withdrawn');
      return { made: 'rolled back', key, content, at, rollback };
    };
    return madeOf(await append(log, first, mine, make));
  },

  async probe({ bucket, dataset, first }, { key }) {
    const found = await find(new VersionLog(s3, bucket, dataset), first, isRollback(key));
    return found ? { applied: madeOf(found) } : 'absent';
  },
});

const isRollback = (key: string) => (version: Version) => version.made === 'rolled back' && version.key === key;
