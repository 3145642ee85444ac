import type { S3Client } from '@aws-sdk/client-s3';
import {
  collected,
  GRACE_DAYS,
  graceBefore,
  orphansAfter,
  readFile,
  readVersion,
  repaired,
  rolledBack,
  verifyDataset,
  versionsFrom,
  type DatasetReport,
  type Desk,
  type Orphan,
  type Shown,
  type Version,
} from './kit/effects/dataset/index.ts';
import { DatasetName, type MadeVersion } from './kit/contract/dataset.ts';
import { checked } from './kit/effects/fingerprint.ts';
import { PostgresStore } from './kit/effects/postgres.ts';
import { wallClock, type Services } from './services.ts';

/** Who decides about a dataset, why, and under which id: repeated under that id, it is done once. */
export interface DatasetDecision {
  readonly actor: string;
  readonly reason: string;
  readonly id: string;
}

export interface Rollback extends DatasetDecision {
  /** The number of the version that is to be shown again. */
  readonly to: number;
  /** The newest number that the person has seen; absent: what is newest now. */
  readonly expected?: number;
  /** Also when there is a newer one by then. */
  readonly evenIfSuperseded?: boolean;
}

/** Reads the versions of datasets, and does what people decide about them. */
export class Datasets {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** The newest versions, newest first. Throws `DatasetError`. */
  async versions(dataset: string, limit = 20): Promise<Version[]> {
    return versionsFrom(this.#s3, this.#bucket, named(dataset), limit);
  }

  /** One version, whole: `latest` is looked for among those after `after`. */
  async version(dataset: string, number: number | 'latest', after?: number): Promise<Shown> {
    return readVersion(this.#s3, this.#bucket, named(dataset), number, after);
  }

  /** The bytes of one of its files, checked against the version. */
  async file(version: Shown, name: string): Promise<Uint8Array> {
    return readFile(this.#s3, this.#bucket, version, name);
  }

  /** Everything that is not as it was written. */
  async verify(dataset: string, onProgress?: (versions: number) => void): Promise<DatasetReport> {
    return verifyDataset(this.#s3, this.#bucket, named(dataset), onProgress);
  }

  /** Shows an earlier version again, under the next number. Throws `Refusal` (`NoVersion`, `Withdrawn`, `Superseded`). */
  async rollback(dataset: string, decision: Rollback): Promise<{ made: MadeVersion; already: boolean }> {
    const { evenIfSuperseded, ...rest } = decision;
    const even = evenIfSuperseded ? { evenIfSuperseded: true as const } : {};
    const { value, fresh } = await rolledBack(this.#desk, { dataset: named(dataset), ...rest, ...even });
    return { made: value, already: !fresh };
  }

  /** Restores what was overwritten or deleted from the bucket's own versioning, as far as that has it. */
  async repair(dataset: string, decision: DatasetDecision): Promise<{ restored: readonly string[]; already: boolean }> {
    const { value, fresh } = await repaired(this.#desk, { dataset: named(dataset), ...decision });
    return { ...value, already: !fresh };
  }

  /**
   * Content that no version names, of publishes that have been over for so many days, page by page; unless it is a dry
   * run, each page is deleted before it is given.
   */
  async *collect(
    { id, actor }: Omit<DatasetDecision, 'reason'>,
    { dry = false, graceDays = GRACE_DAYS }: { dry?: boolean; graceDays?: number } = {},
  ): AsyncGenerator<readonly string[]> {
    const desk = this.#desk;
    const before = graceBefore(desk.clock(), graceDays);
    for (let [page, after]: [number, string | null] = [1, '']; after !== null; page++) {
      if (dry) {
        const found = await orphansAfter(this.#s3, this.#bucket, this.#services.database, before, after);
        yield found.orphans.flatMap(({ paths }: Orphan) => paths);
        after = found.next;
      } else {
        const { value } = await collected(desk, { id, page, after, before, actor });
        yield value.collected;
        after = value.next;
      }
    }
  }

  get #s3(): S3Client {
    return this.#services.s3;
  }
  get #bucket(): string {
    return this.#services.config.EVENKEEL_S3_BUCKET;
  }
  get #desk(): Desk {
    const { database } = this.#services;
    return { s3: this.#s3, bucket: this.#bucket, store: new PostgresStore(database), clock: wallClock };
  }
}

const named = (dataset: string): string => checked(DatasetName, dataset, 'dataset');
