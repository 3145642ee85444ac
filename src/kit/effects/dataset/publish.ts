import type { S3Client } from '@aws-sdk/client-s3';
import { DatasetName, type MadeVersion } from '../../contract/dataset.ts';
import type { Json } from '../../contract/outcome.ts';
import type { Probe } from '../body.ts';
import { Burned } from '../errors.ts';
import { checked } from '../fingerprint.ts';
import { append, burn, fence, find, isPublish, isUndoOf, type Made } from './append.ts';
import { describeAll, putAll, type ContentOf, type Described } from './content.ts';
import { VersionLog, type Found } from './log.ts';
import type { Version, VersionFile } from './version.ts';

/** What is published, of an activity's input. */
export interface Published<S extends Json> {
  readonly dataset: string;
  /** What the content is made of: ids, a reference. It is recorded in clear with the request. */
  readonly source: S;
  /** The newest version that it was made from: it is `Superseded` when there is another by then. Absent: the newest wins. */
  readonly expected?: number | undefined;
}

/** The exact request, without content. A type and not an interface, so that it is JSON. */
export type PublishRequest<S extends Json> = {
  bucket: string;
  dataset: string;
  /** The first number that is tried, by whichever attempt: every attempt walks up from here. */
  first: number;
  /** True: that number or none. */
  only: boolean;
  source: S;
  files: Described[];
  at: string;
};

export type UnpublishRequest = { bucket: string; dataset: string; first: number; key: string; at: string };

export interface At {
  readonly key: string;
}
export interface AtRequest extends At {
  readonly now: () => Date;
}

/**
 * The bodies of a pair of activities that publish a version of a dataset, and undo that. `publish` is declared
 * `probeable`: its walk tells whether it has happened, and a burn, a version of its own, is its fence. `unpublish` is
 * declared `keyed`: asked again it finds the burn that there is, for ever.
 */
export function datasetOnce<I, S extends Json>(
  s3: S3Client,
  bucket: string,
  describe: (input: I) => Published<S>,
  content: ContentOf<S>,
  /** Called before any number is written: what it throws is the end of this publish. */
  beforeNumber: (source: S) => Promise<void> = () => Promise.resolve(),
): {
  publish: {
    request(input: I, attempt: AtRequest): Promise<PublishRequest<S>>;
    send(
      request: PublishRequest<S>,
      attempt: At & { readonly refuse: (type: 'Superseded') => Error },
    ): Promise<MadeVersion>;
    probe(request: PublishRequest<S>, attempt: At): Promise<Probe<MadeVersion, never>>;
    fence(request: PublishRequest<S>, attempt: At): Promise<void>;
  };
  unpublish: {
    request(input: I, attempt: AtRequest & { readonly outcome: MadeVersion }): UnpublishRequest;
    send(request: UnpublishRequest): Promise<{ undone: true }>;
  };
} {
  const logOf = ({ bucket, dataset }: { bucket: string; dataset: string }) => new VersionLog(s3, bucket, dataset);
  return {
    publish: {
      async request(input, { now }) {
        const { dataset: name, source, expected } = describe(input);
        const dataset = checked(DatasetName, name, 'dataset');
        const log = new VersionLog(s3, bucket, dataset);
        if (expected !== undefined && expected > 0) await log.known(expected);
        const newest = expected ?? (await log.newest());
        const files = await describeAll(content, source);
        return {
          bucket,
          dataset,
          first: newest + 1,
          only: expected !== undefined,
          source,
          files,
          at: now().toISOString(),
        };
      },

      async send(request, { key, refuse }) {
        const { first, only, source, files, at } = request;
        const log = logOf(request);
        const mine = (version: Version): boolean => {
          if (isUndoOf(key)(version)) throw new Burned(key);
          if (isPublish(key)(version)) return true;
          if (only) throw refuse('Superseded');
          return false;
        };
        let put: VersionFile[] | undefined;
        const make = async (number: number): Promise<Made> => {
          await beforeNumber(source);
          put ??= await putAll(log, key, files, content, source); // the content before the version that names it
          return { made: 'published', key, content: { key, number, files: put }, at };
        };
        return madeOf(await append(log, first, mine, make));
      },

      async probe(request, { key }) {
        const log = logOf(request);
        const found = await find(log, request.first, (version) => isPublish(key)(version) || isUndoOf(key)(version));
        return found?.version.made === 'published' ? { applied: madeOf(found) } : 'absent';
      },

      async fence(request, { key }) {
        await fence(logOf(request), request, key);
      },
    },

    unpublish: {
      request: (_input, { outcome: { dataset, number, key }, now }) => ({
        bucket,
        dataset,
        first: number + 1,
        key,
        at: now().toISOString(),
      }),
      async send(request) {
        await burn(logOf(request), request.first, request.key, request.at);
        return { undone: true };
      },
    },
  };
}

export const madeOf = ({ version: { dataset, number, key }, sha256 }: Found): MadeVersion => ({
  dataset,
  number,
  key,
  sha256,
});
